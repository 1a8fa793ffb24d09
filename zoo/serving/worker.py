"""A SavedModel in a process of its own, which can be stopped: one that nobody vouches for."""

import contextlib
import functools
import math
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from multiprocessing.connection import Connection, Pipe
from pathlib import Path

import msgspec
import numpy as np

from zoo.errors import InputError
from zoo.export.vouching import vouched
from zoo.serving.errors import Invalid, TimedOut, Unavailable

#: How long a process may take until its model is loaded and warm, in seconds.
START_SECONDS = 120.0
#: What a message between the processes may have, in bytes.
MAX_MESSAGE = 2**30
#: What a model's signatures may be described with, in bytes.
MAX_HELLO = 2**22


class _Array(msgspec.Struct, array_like=True):
    dtype: str
    shape: list[int]
    content: bytes


class _Request(msgspec.Struct):
    signature: str
    arrays: dict[str, _Array]


class _Hello(msgspec.Struct):
    """The first message from the process: the model's signatures as protos, or why it is refused."""

    definitions: dict[str, bytes]
    refused: str = ""


class _Answer(msgspec.Struct):
    arrays: dict[str, _Array]
    invalid: str = ""
    unavailable: str = ""


def opened(folder, memory=4 * 2**30, warm_up=False):
    """The SavedModel in `folder`: a `Loaded` if this user exported it (`zoo.export.vouching`), else a `Worker`.

    Arguments as for `Worker`, and what it raises.
    """
    if not vouched(folder):
        return Worker(folder, memory, warm_up)
    from zoo.serving.loaded import Loaded

    return Loaded(Path(folder), warm_up)


class Worker:
    """Runs a SavedModel in a process whose memory is bounded, and which is ended when a request takes too long.

    No list of operations tells a loop without end from one that ends, nor a broadcast to terabytes from one to
    kilobytes; and TensorFlow can't be stopped in a thread. The process answers one request after the other, on the CPU.
    One that is ended, or dies, is started again at once. What comes from it is numbers whose sizes are checked.

    Args:
        folder: the SavedModel's.
        memory: how many bytes of addresses the process may take beside what TensorFlow does, where the system can
            bound that (Linux). None for no bound.
        warm_up: whether to send the warm-up requests that are in the folder.

    Raises:
        InputError: the SavedModel isn't whole, reaches out of the model, or can't be loaded within the bounds.
    """

    def __init__(self, folder, memory=4 * 2**30, warm_up=False):
        self._folder, self._memory, self._warm_up = Path(folder), memory, warm_up
        self._turn = threading.Lock()
        self._start()
        try:
            self._first = self._hello()
        except Unavailable as error:
            self.close()
            raise InputError(f"{folder} can't be loaded: {error}") from error
        if self._first.refused:
            self.close()
            raise InputError(self._first.refused)
        self._started = True

    @functools.cached_property
    def definitions(self):
        """Name to `SignatureDef` proto."""
        from google.protobuf.message import DecodeError
        from tensorflow.core.protobuf.meta_graph_pb2 import SignatureDef

        try:
            return {name: SignatureDef.FromString(content) for name, content in self._first.definitions.items()}
        except DecodeError as error:
            raise InputError(f"{self._folder} isn't a whole SavedModel: {error}. Restore it.") from error

    @property
    def names(self):
        """The signatures' names."""
        return sorted(self._first.definitions)

    def run(self, name, arrays, timeout):
        """What the signature of that name returns: a dict of name to array.

        Raises:
            Invalid: the graph can't work with these values.
            TimedOut: it took more than `timeout` seconds, or others did that came before, or the process isn't up
                again. One that a request ran in for so long is ended, and another started.
            Unavailable: the process died.
        """
        end = time.monotonic() + timeout
        if not self._turn.acquire(timeout=timeout):
            raise _late(timeout)
        try:
            if not self._is_up(end - time.monotonic()):
                raise _late(timeout)
            packed = {key: _pack(np.asarray(value)) for key, value in arrays.items()}
            answer = self._ask(_Request(name, packed), _Answer, MAX_MESSAGE, timeout)
        finally:
            self._turn.release()
        if answer.invalid:
            raise Invalid(answer.invalid[:300])
        if answer.unavailable:
            raise Unavailable(answer.unavailable[:300])
        return {key: _unpack(value) for key, value in answer.arrays.items()}

    def look_after(self):
        """Starts the process again if it has died while nobody asked."""
        if self._turn.acquire(blocking=False):
            try:
                if self._end.alive and self._process.poll() is not None:
                    self._restart()
            finally:
                self._turn.release()

    def close(self):
        """Ends the process. So does the end of this one, however it comes."""
        self._end()

    def _start(self):
        ours, theirs = Pipe()
        scratch = tempfile.TemporaryDirectory(prefix="zoo-model-")
        source = Path(__file__).parents[2]
        environment = {
            "PYTHONPATH": os.pathsep.join(filter(None, [str(source), os.environ.get("PYTHONPATH")])),
            "TMPDIR": scratch.name,
            # A GPU's driver takes more addresses than any bound.
            "CUDA_VISIBLE_DEVICES": "-1",
            # Each arena of malloc takes 64 MiB of addresses, and there would be eight for each core.
            "MALLOC_ARENA_MAX": "2",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        arguments = [theirs.fileno(), self._memory or 0, int(self._warm_up), self._folder.absolute()]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "zoo.serving.worker", *map(str, arguments)],
            env=os.environ | environment,
            cwd=scratch.name,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # Ctrl-C is for the server, which answers what it has first.
        )
        theirs.close()
        self._connection, self._started, self._began = ours, False, time.monotonic()
        self._end = weakref.finalize(self, _end, self._process, ours, scratch)

    def _restart(self):
        self._end()
        self._start()

    def _hello(self):
        return self._ask(None, _Hello, MAX_HELLO, START_SECONDS)

    def _is_up(self, seconds):
        """Whether the process has its model, which is waited for if it was started again."""
        if not self._end.alive:
            raise Unavailable("the model's process has ended.")
        if self._process.poll() is not None:
            self._restart()
        if not self._started:
            if not self._connection.poll(max(seconds, 0)):
                if time.monotonic() - self._began > START_SECONDS:
                    self._restart()
                return False
            if self._hello() != self._first:
                self._restart()
                raise Unavailable("the model's files have changed since it was loaded.")
            self._started = True
        return True

    def _ask(self, message, kind, limit, timeout):
        """Sends a message, where there is one, and gives back the next. A process that takes too long is ended."""
        began = time.monotonic()
        late = threading.Timer(timeout, self._process.kill)
        late.daemon = True
        late.start()
        try:
            if message is not None:
                self._connection.send_bytes(msgspec.msgpack.encode(message))
            return msgspec.msgpack.decode(self._connection.recv_bytes(limit), type=kind)
        except (OSError, EOFError, msgspec.DecodeError) as error:
            if self._end.alive:
                self._restart()
            if time.monotonic() - began >= timeout:
                raise _late(timeout) from error
            raise Unavailable("the model's process died: it may need more memory (--memory). Try again.") from error
        finally:
            late.cancel()


def _late(timeout):
    return TimedOut(f"no answer within {timeout:g} seconds.")


def _end(process, connection, scratch):
    process.kill()
    process.wait()
    with contextlib.suppress(OSError):
        connection.close()
    scratch.cleanup()


def _pack(array):
    return _Array(array.dtype.name, list(array.shape), array.tobytes())


def _unpack(packed):
    try:
        dtype = np.dtype(packed.dtype)
        if not np.issubdtype(dtype, np.number) and dtype.name not in ("bool", "bfloat16"):
            raise TypeError
    except TypeError:
        raise Invalid(f"the model answers with {packed.dtype[:50]}, which isn't numbers.") from None
    if any(size < 0 for size in packed.shape) or math.prod(packed.shape) * dtype.itemsize != len(packed.content):
        raise Invalid("the model's answer isn't of the size that it says.")
    return np.frombuffer(packed.content, dtype).reshape(packed.shape)


def _serve(descriptor, memory, warm_up, folder):
    """What the process does: loads the model, and answers requests until nobody listens."""
    connection, requests = Connection(descriptor), queue.SimpleQueue()
    threading.Thread(target=_receive, args=(connection, requests), daemon=True).start()
    # TensorFlow makes do without them, and starts sooner.
    sys.modules |= dict.fromkeys(("keras", "tf_keras"))
    import tensorflow as tf

    tf.constant(0)
    _bound(memory)
    from zoo.serving.loaded import Loaded

    try:
        model = Loaded(Path(folder), warm_up)
        definitions = {name: each.SerializeToString(deterministic=True) for name, each in model.definitions.items()}
        hello = _Hello(definitions)
    except (InputError, Invalid, Unavailable) as error:
        hello = _Hello({}, str(error)[:1000])
    except MemoryError:
        hello = _Hello({}, f"{folder} can't be loaded: it needs more memory (--memory).")
    _send(connection, hello)
    while True:
        request = msgspec.msgpack.decode(requests.get(), type=_Request)
        try:
            arrays = {key: _unpack(value) for key, value in request.arrays.items()}
            answer = _Answer({key: _pack(value) for key, value in model.run(request.signature, arrays).items()})
        except Unavailable as error:
            answer = _Answer({}, unavailable=str(error))
        except Invalid as error:
            answer = _Answer({}, invalid=str(error))
        except MemoryError:
            answer = _Answer({}, unavailable="there isn't the memory for so many examples.")
        _send(connection, answer)


def _send(connection, message):
    connection.send_bytes(msgspec.msgpack.encode(message))


def _receive(connection, requests):
    """Ends the process once nobody listens, whatever it is doing: the server may have been killed."""
    while True:
        try:
            requests.put(connection.recv_bytes())
        except (EOFError, OSError):
            os._exit(0)


def _bound(memory):
    """Bounds the process's addresses, and has it leave no core behind."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory and sys.platform == "linux":
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))


if __name__ == "__main__":
    _serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "1", sys.argv[4])
