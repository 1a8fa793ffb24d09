"""A path that TensorFlow takes as it is."""

import contextlib
import tempfile
from pathlib import Path


@contextlib.contextmanager
def literal_path(folder):
    """Another path of a folder: TensorFlow takes that of a SavedModel for a pattern, in which [, *, ? and \\ aren't
    themselves, and finds nothing; and it takes only names of UTF-8.

    Args:
        folder: a `Path`, whatever it is called.

    Yields:
        A `Path`: the folder's own, or a link to it for as long as the context lasts.

    Example:
        >>> with literal_path(Path("runs/[a]")) as path:
        ...     path == Path("runs/[a]"), "[" in str(path)
        (False, False)
    """
    if str(folder).isprintable() and not set("[]*?\\") & set(str(folder)):
        yield folder
        return
    with tempfile.TemporaryDirectory() as there:
        link = Path(there) / "folder"
        link.symlink_to(folder.absolute(), target_is_directory=True)
        yield link
