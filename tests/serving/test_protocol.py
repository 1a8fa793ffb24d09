"""A connection, over sockets that don't do what they should."""

import asyncio
import contextlib
import functools
import json
import socket
import threading
import time

import pytest
import uvicorn

from zoo.serving import protocol
from zoo.serving.protocol import Clients, Protocol

BODY = b'{"inputs": [[1, 2]]}'


async def echo(scope, receive, send):
    """Answers with the request's body, or before it has come, or with very much."""
    body, more = b"", scope["path"] != "/early"
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    much = scope["path"] == "/much"
    headers = [] if much else [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if much:
        for _ in range(1000):
            await send({"type": "http.response.body", "body": bytes(2**20), "more_body": True})
    await send({"type": "http.response.body", "body": body})


@contextlib.contextmanager
def serving(most=0, timeout=5):
    """The port, and the server, of one that echoes."""
    config = uvicorn.Config(
        echo,
        http=functools.partial(Protocol, Clients(most), timeout),
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as bound:
        thread = threading.Thread(target=server.run, args=([bound],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield bound.getsockname()[1], server
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def port():
    with serving() as (port, _):
        yield port


def ask(port, *pieces, wait=0.0):
    """All that comes back for these bytes, until the server closes or 5 seconds have passed."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                client.sendall(piece)
                time.sleep(wait)
        return rest(client)


def rest(client):
    found = b""
    with contextlib.suppress(ConnectionError):
        while piece := client.recv(2**16):
            found += piece
    return found


def post(*headers, body=BODY, path="/", length=True):
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    lines += [f"Content-Length: {len(body)}"] * length
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def chunked(size):
    pieces = [BODY * 100][0]
    chunks = [pieces[i : i + size] for i in range(0, len(pieces), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


@pytest.mark.parametrize("upgrade", ["h2c", "websocket", "TLS/1.0", "h2c, websocket"])
@pytest.mark.parametrize("apart", [False, True])
def test_a_body_is_kept_whatever_the_request_would_be_upgraded_to(port, upgrade, apart):
    # Its own "close" would end what is to be upgraded.
    head = post(f"Upgrade: {upgrade}", "HTTP2-Settings: AAMAAABkAAQAAP__").replace(
        b"Connection: close", b"Connection: Upgrade, HTTP2-Settings, close"
    )
    assert ask(port, *([head, BODY] if apart else [head + BODY]), wait=0.05).endswith(b"\r\n\r\n" + BODY)


@pytest.mark.parametrize(
    "request_",
    [
        post() + BODY,
        post().replace(b"1.1", b"1.0") + BODY,
        post("Expect: 100-continue") + BODY,
        post("Transfer-Encoding: chunked", length=False) + chunked(100),
        post("Transfer-Encoding: chunked", length=False) + chunked(2000),
        post("Transfer-Encoding: chunked", length=False) + chunked(64),
        b"".join(post(f"X-{i}: {'y' * 100}") for i in range(1)) + BODY,
    ],
)
def test_bodies_come_in_every_form(port, request_):
    assert b" 200 " in (answer := ask(port, request_)) and BODY in answer


@pytest.mark.parametrize(
    ("request_", "status", "message"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20, 400, "isn't HTTP/1.1"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "isn't HTTP/1.1"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "isn't HTTP/1.1"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "isn't HTTP/1.1"),
        (post("Content-Length: 7"), 400, "isn't HTTP/1.1"),
        (post("Transfer-Encoding: gzip, chunked"), 400, ""),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431, "larger than 16384 bytes"),
        (post(f"X: {'a' * 18_000}"), 431, "larger than 16384 bytes"),
        (post(f"X: {'a' * 200_000}"), 431, "larger than 16384 bytes"),
        (post(*["X: y"] * 4000), 431, "larger than 16384 bytes"),
        (post("Transfer-Encoding: chunked", length=False) + chunked(1), 400, "chunks of less than 512 bytes"),
    ],
)
def test_what_is_no_request_is_told_so(port, request_, status, message):
    answer = ask(port, request_)
    assert answer.startswith(b"HTTP/1.1 %d " % status) or (not message and b" 501 " in answer)
    assert message in json.loads(answer.partition(b"\r\n\r\n")[2])["error"]
    assert b"nosniff" in answer and b"connection: close" in answer


def test_connections_have_turns_whatever_their_chunks(monkeypatch):
    """What came in one go is looked at piece by piece, and nothing more is read meanwhile."""

    class Transport(asyncio.Transport):
        reads, written = True, b""

        def pause_reading(self):
            self.reads = False

        def resume_reading(self):
            self.reads = True

        def is_closing(self):
            return False

        def write(self, data):
            self.written += data

        def close(self):
            pass

    async def one():
        config = uvicorn.Config(echo, lifespan="off", log_config=None)
        connection = Protocol(Clients(0), 5, config=config, server_state=uvicorn.server.ServerState(), app_state={})
        transport = Transport()
        connection.connection_made(transport)
        connection.data_received(post("Transfer-Encoding: chunked", length=False) + chunked(100))
        turns = 0
        while connection._unread:
            assert not transport.reads
            before = len(connection._unread)
            await asyncio.sleep(0)
            turns += 1
            assert before - len(connection._unread) <= protocol.TURN
        await asyncio.sleep(0.05)
        connection.connection_lost(None)
        return turns, transport

    monkeypatch.setattr(protocol, "TURN", 256)
    turns, transport = asyncio.run(one())
    assert turns >= 4 and transport.reads and transport.written.endswith(BODY * 100)


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\nHost: a\r\n"])
def test_one_that_is_silent_is_closed(monkeypatch, sent):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    with serving() as (port, _):
        assert b" 408 " in ask(port, sent)
        # One byte after the other doesn't keep it open.
        assert b" 408 " in ask(port, *[b"G"] * 10, wait=0.05)
        # What was answered before may be silent for as long as uvicorn lets it.
        with socket.create_connection(("127.0.0.1", port), timeout=0.5) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert b" 200 " in client.recv(1000)
            with pytest.raises(TimeoutError):
                client.recv(1)
            # And not once the next has begun.
            client.sendall(b"GET")
            client.settimeout(5)
            assert b" 408 " in rest(client)


def test_a_body_that_does_not_come_and_an_answer_that_is_not_read_end(monkeypatch):
    monkeypatch.setattr(protocol, "REST_SECONDS", 0.2)
    with serving(timeout=0.1) as (port, server):
        head = post(body=bytes(1000), path="/").replace(b"Connection: close\r\n", b"")
        assert ask(port, head + b"x") == b""
        # What is left of a body that nobody wants is read for a while only.
        early = post(body=bytes(1000), path="/early").replace(b"Connection: close\r\n", b"")
        assert b" 200 " in ask(port, early, *[b"x"] * 8, wait=0.05)
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET /much HTTP/1.1\r\nHost: a\r\n\r\n")
            end = time.monotonic() + 5
            while server.server_state.connections or not server.server_state.total_requests:
                assert time.monotonic() < end, "it waits for its reader"
                time.sleep(0.01)


def test_so_many_connections_may_a_client_have():
    with serving(most=3) as (port, _):
        held = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(3)]
        time.sleep(0.1)
        answer = ask(port, post() + BODY)
        assert b" 429 " in answer or answer == b""
        held.pop().close()
        time.sleep(0.1)
        assert ask(port, post() + BODY).endswith(BODY)
        for each in held:
            each.close()


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("2001:db8::1", "2001:db8::2:0:0:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "", True),
        ("unix", "unix", True),
    ],
)
def test_whose_connection_it_is(first, second, same):
    clients = Clients(most=1)
    assert clients.enter(first)
    assert clients.enter(second) == (not same)


def test_any_number_is_taken_where_there_is_no_bound():
    clients = Clients(most=0)
    assert all(clients.enter("192.0.2.1") for _ in range(1000))
    for _ in range(1000):
        clients.leave("192.0.2.1")
    assert not clients._count
