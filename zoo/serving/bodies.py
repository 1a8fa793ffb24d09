"""The bodies of requests over HTTP: how they are read, within bounds of size, of time and of memory."""

import asyncio
import zlib
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import ClientDisconnect

from zoo.serving.errors import Busy, Invalid, TimedOut, TooLarge, Unsupported

#: A body of so many bytes is looked at where it was read; a larger one in a thread.
SMALL = 2**14
#: What is unpacked at once.
STEP = 2**16


class Bodies:
    """Reads bodies, and holds so many bytes of them at once.

    When there is no more room the largest body that is being read is dropped, so that a small one never waits for room.
    What is made of them is made by one thread: a parser holds up all the others anyway, and so needs its memory once.

    Args:
        timeout: how many seconds a body may take to come and to be looked at.
        room: how many bytes.
    """

    def __init__(self, timeout, room=2**27):
        self._timeout, self._room = timeout, room
        self._held = {}  # the deadline of a body that is being read -> its bytes so far
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="body")

    async def read(self, request, most, use):
        """The body as `use` makes it from a bytearray; it is unpacked where Content-Encoding is gzip or deflate.

        Args:
            request: a `starlette.requests.Request`.
            most: how many bytes it may have, unpacked.
            use: a function of the bytearray.

        Raises:
            TooLarge: it has more bytes.
            TimedOut: it took too long to come.
            Busy: there is no room.
            Invalid: the client went away, or it can't be unpacked.
            Unsupported: a Content-Encoding other than those.
        """
        unpack = _Unpacked(request.headers.get("content-encoding", ""))
        if int(request.headers.get("content-length", 0)) > most:
            raise _too_large(most)
        try:
            async with asyncio.timeout(self._timeout) as deadline:
                try:
                    content = bytearray()
                    async for packed in request.stream():
                        for piece in unpack(packed):
                            content += piece
                            if len(content) > most:
                                raise _too_large(most)
                            self._hold(deadline, len(piece))
                            if len(piece) == STEP:
                                await asyncio.sleep(0)
                    unpack.end()
                    if len(content) <= SMALL:
                        return use(content)
                    return await asyncio.get_running_loop().run_in_executor(self._thread, use, content)
                finally:
                    dropped = self._held.pop(deadline, None) is None
        except TimeoutError as error:
            if dropped:
                raise _no_room() from error
            raise TimedOut(f"the body didn't come within {self._timeout:g} seconds.") from error
        except ClientDisconnect as error:
            raise Invalid("the client went away.") from error

    def _hold(self, deadline, size):
        self._held[deadline] = self._held.get(deadline, 0) + size
        if sum(self._held.values()) > self._room:
            largest = max(self._held, key=self._held.get)
            del self._held[largest]
            if largest is deadline:
                raise _no_room()
            largest.reschedule(0)


class _Unpacked:
    """The pieces of a body as they are without its Content-Encoding."""

    def __init__(self, encoding):
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise Unsupported(f"the Content-Encoding {encoding[:50]!r} isn't taken: gzip and deflate are.")
        self._packed = encoding not in ("", "identity")
        self._stream = zlib.decompressobj(16 + zlib.MAX_WBITS) if encoding.endswith("gzip") else None
        self._head = b""

    def __call__(self, packed):
        if not self._packed:
            yield packed
            return
        if self._stream is None:
            packed = self._head = self._head + packed
            if len(packed) < 2:
                return
            # "deflate" is zlib's format; some send it without the two bytes that it begins with.
            headed = packed[0] & 15 == 8 and int.from_bytes(packed[:2], "big") % 31 == 0
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if headed else -zlib.MAX_WBITS)
        while packed:
            try:
                piece = self._stream.decompress(packed, STEP)
            except zlib.error as error:
                raise Invalid(f"the body isn't what its Content-Encoding says: {error}.") from error
            packed = self._stream.unconsumed_tail
            if piece:
                yield piece
            if self._stream.unused_data:
                raise Invalid("the body goes on after the end of what was compressed.")

    def end(self):
        """Raises `Invalid` if what was compressed isn't whole."""
        if self._packed and not (self._stream and self._stream.eof):
            raise Invalid("the compressed body isn't whole.")


def _too_large(most):
    return TooLarge(f"the body is larger than {most} bytes, and no request to this model needs more.")


def _no_room():
    return Busy("too many large bodies are being sent: try again later.")
