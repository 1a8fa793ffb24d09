"""The commands' output: a terminal, a file or a pipe, which may be closed or full, or know ASCII alone."""

import codecs
import contextlib
import os
import sys

#: What is printed where an encoding has no such sign.
_IN_ASCII = {"±": "+-", "…": "...", "━": "-", "╸": "-", "╺": "-", "•": "*"}


def _in_ascii(error):
    signs = error.object[error.start : error.end]
    return "".join(_IN_ASCII.get(sign) or ascii(sign)[1:-1] for sign in signs), error.end


codecs.register_error("zoo.ascii", _in_ascii)


class Output:
    """A text stream whose failures never cost a result: when it can't be written to, what is printed is dropped.

    Of a pipe that nobody reads any more nothing is said, as with other commands; of a full disk a line, to `told`.

    Args:
        stream: a text stream, or None where the process was started without.
        descriptor: of the process's own stream, 1 or 2.
        told: a function of what went wrong.

    Example:
        >>> import io
        >>> stream = io.TextIOWrapper(io.BytesIO(), "ascii")
        >>> _ = Output(stream, 1, print).write("1 ± 2 in [a]")
        >>> stream.seek(0), stream.read()
        (0, '1 +- 2 in [a]')
    """

    def __init__(self, stream, descriptor, told):
        self._stream, self._told = stream, told
        if stream is None:
            # So that no file that is opened takes its number.
            self._to_nowhere(descriptor)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="zoo.ascii")

    def write(self, text):
        with self._dropped():
            self._stream.write(text)
        return len(text)

    def flush(self):
        with self._dropped():
            self._stream.flush()

    def __getattr__(self, name):
        return getattr(self._stream, name)

    @contextlib.contextmanager
    def _dropped(self):
        try:
            yield
        except OSError as error:
            # Python would try once more as it ends, and change the exit code.
            self._to_nowhere(self._stream.fileno())
            if not isinstance(error, BrokenPipeError):
                self._told(f"nothing more is printed: {error.strerror or error}.")

    def _to_nowhere(self, descriptor):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        if nowhere != descriptor:
            os.dup2(nowhere, descriptor)
            os.close(nowhere)
        self._stream = open(descriptor, "w", closefd=False)  # noqa: SIM115 (as long as the process)


@contextlib.contextmanager
def printing():
    """Has what is printed meanwhile go through `Output`s."""
    before = sys.stdout, sys.stderr
    sys.stderr = Output(sys.stderr, 2, lambda line: None)
    sys.stdout = Output(sys.stdout, 1, lambda line: print(f"zoo: {line}", file=sys.stderr))
    try:
        yield
        sys.stdout.flush()
    finally:
        sys.stdout, sys.stderr = before
