import asyncio
import gzip
import zlib

import pytest
from starlette.requests import Request

from zoo.serving.bodies import Bodies
from zoo.serving.errors import Busy, Invalid, TimedOut, TooLarge, Unsupported

BODY = b'{"inputs": [[1, 2]]}' * 50


def request(pieces, headers=None, wait=0.0):
    """A request whose body comes in those pieces, with so many seconds between."""
    pieces = list(pieces)

    async def receive():
        await asyncio.sleep(wait)
        if pieces and pieces[0] is None:
            return {"type": "http.disconnect"}
        piece = pieces.pop(0) if pieces else b""
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    headers = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    return Request({"type": "http", "headers": headers}, receive)


def read(pieces, headers=None, most=10**6, bodies=None, wait=0.0):
    bodies = bodies or Bodies(timeout=5)
    return asyncio.run(bodies.read(request(pieces, headers, wait), most, bytes))


def raw(content):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


PACKED = {"": bytes, "identity": bytes, "gzip": gzip.compress, "x-gzip": gzip.compress, "GZIP": gzip.compress}


@pytest.mark.parametrize(("encoding", "pack"), [*PACKED.items(), ("deflate", zlib.compress), ("deflate", raw)])
def test_a_body_comes_as_it_was_before_it_was_packed(encoding, pack):
    packed = pack(BODY)
    assert read([packed], {"content-encoding": encoding}) == BODY
    assert read([packed[i : i + 1] for i in range(len(packed))], {"content-encoding": encoding}) == BODY
    large = BODY * 1000
    assert read([pack(large)], {"content-encoding": encoding}, most=len(large)) == large
    with pytest.raises(TooLarge, match="larger than 999 bytes"):
        read([packed], {"content-encoding": encoding}, most=999)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, raw])
def test_a_bomb_is_not_unpacked(pack):
    import tracemalloc

    bomb = pack(bytes(10**8))
    tracemalloc.start()
    with pytest.raises(TooLarge):
        read([bomb], {"content-encoding": "gzip" if pack is gzip.compress else "deflate"})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4e6


@pytest.mark.parametrize(
    ("pieces", "headers", "error", "message"),
    [
        ([BODY], {"content-encoding": "br"}, Unsupported, "'br' isn't taken"),
        ([BODY], {"content-encoding": "gzip, gzip"}, Unsupported, "isn't taken"),
        ([BODY], {"content-encoding": "gzip"}, Invalid, "isn't what its Content-Encoding says"),
        ([BODY], {"content-encoding": "deflate"}, Invalid, "isn't what its Content-Encoding says"),
        ([gzip.compress(BODY)[:-9]], {"content-encoding": "gzip"}, Invalid, "isn't whole"),
        ([gzip.compress(BODY)[:-1]], {"content-encoding": "gzip"}, Invalid, "isn't whole"),
        ([], {"content-encoding": "gzip"}, Invalid, "isn't whole"),
        ([gzip.compress(BODY) + b"more"], {"content-encoding": "gzip"}, Invalid, "goes on after the end"),
        ([b"x" * 600] * 2, {}, TooLarge, "larger than 1000 bytes"),
        ([None], {"content-length": "1001"}, TooLarge, "larger than 1000 bytes"),
        ([BODY[:10], None], {"content-length": "20"}, Invalid, "went away"),
    ],
)
def test_what_is_wrong_is_said(pieces, headers, error, message):
    with pytest.raises(error, match=message):
        read(pieces, headers, most=1000)


def test_one_that_takes_too_long_is_told_so():
    with pytest.raises(TimedOut, match=r"within 0.05 seconds"):
        read([b"x"] * 1000, bodies=Bodies(timeout=0.05), wait=0.01)


def test_without_room_the_largest_is_dropped_and_small_ones_are_read():
    async def three():
        bodies = Bodies(timeout=5, room=2000)
        waiting = asyncio.create_task(bodies.read(request([b"x" * 1500] + [b""] * 1000, wait=0.01), 10**6, bytes))
        await asyncio.sleep(0.05)
        small = await bodies.read(request([b"y" * 600]), 10**6, bytes)
        with pytest.raises(Busy, match="too many large bodies"):
            await waiting
        # One that has no room by itself is told so at once.
        with pytest.raises(Busy):
            await bodies.read(request([b"x" * 2001]), 10**6, bytes)
        return small, bodies._held

    assert asyncio.run(three()) == (b"y" * 600, {})


def test_others_go_on_while_a_large_one_is_looked_at():
    import threading

    async def two():
        bodies, release = Bodies(timeout=5), threading.Event()
        large = asyncio.create_task(bodies.read(request([b"x" * 20_000]), 10**6, lambda _: release.wait(5)))
        await asyncio.sleep(0.05)
        small = await bodies.read(request([b"y"]), 10**6, bytes)
        release.set()
        return small, await large

    assert asyncio.run(two()) == (b"y", True)


def test_errors_of_what_looks_at_it_pass_through():
    for size in (1, 20_000):
        with pytest.raises(ZeroDivisionError):
            asyncio.run(Bodies(timeout=5).read(request([b"x" * size]), 10**6, lambda _: 1 / 0))
