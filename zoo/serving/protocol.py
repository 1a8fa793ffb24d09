"""HTTP as uvicorn speaks it, with bounds of what a connection may keep waiting, and of how many a client may have."""

import collections
import ipaddress
import logging

import h11
import orjson
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.h11_impl import H11Protocol

LOG = logging.getLogger("zoo.serving")
#: Bytes that a request's line and its headers may have together.
HEAD = 2**14
#: Seconds for the first byte and the headers; and for the rest of a body that was refused.
HEAD_SECONDS, REST_SECONDS = 10, 2
#: Bytes of a body in chunks that are looked at before other connections have their turn.
TURN = 2**12
#: A body in chunks may have so many, and one more for each so many bytes.
CHUNKS, CHUNK_BYTES = 256, 512


class Clients:
    """The number of connections, or calls, of each client address.

    Args:
        most: how many it may have; 0 for any number.

    Example:
        >>> clients = Clients(most=1)
        >>> clients.enter("192.0.2.1"), clients.enter("192.0.2.1"), clients.enter("192.0.2.2")
        (True, False, True)
        >>> clients.leave("192.0.2.1")
        >>> clients.enter("192.0.2.1")
        True
    """

    def __init__(self, most):
        self.most = most
        self._count = collections.Counter()

    def enter(self, address):
        """Counts one more, if it may have one more; whether it may."""
        key = _network(address)
        if self.most and self._count[key] >= self.most:
            return False
        self._count[key] += 1
        return True

    def leave(self, address):
        """Counts one less."""
        key = _network(address)
        self._count[key] -= 1
        if not self._count[key]:
            del self._count[key]


def _network(address):
    """The address; of IPv6 its first 64 bits, since a client has the others to choose from."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))


class _Connection(h11.Connection):
    """h11's, which also refuses a body in very many very small chunks: each is some work, whatever its size."""

    chunked = False
    #: What was refused, and the status to say so with.
    refused = (400, "this isn't HTTP/1.1.")

    def next_event(self):
        try:
            event = super().next_event()
        except h11.RemoteProtocolError as error:
            if error.error_status_hint == 431:
                self.refused = 431, f"the request's line and headers are larger than {HEAD} bytes."
            raise
        if isinstance(event, h11.Request):
            if event.http_version not in (b"1.0", b"1.1"):
                raise h11.RemoteProtocolError("another version")
            self._chunks = self._bytes = 0
            self.chunked = any(name == b"transfer-encoding" for name, _ in event.headers)
        elif isinstance(event, h11.Data):
            self._chunks += event.chunk_end
            self._bytes += len(event.data)
            if self._chunks > CHUNKS + self._bytes // CHUNK_BYTES:
                self.refused = 400, f"the body comes in chunks of less than {CHUNK_BYTES} bytes: send larger ones."
                raise h11.RemoteProtocolError(self.refused[1])
        return event


class _Flow(FlowControl):
    """uvicorn's, which reads nothing more while what was read waits for its turn."""

    waits = False

    def resume_reading(self):
        if self.waits:
            self.read_paused = False
        else:
            super().resume_reading()

    def wait(self, waits):
        """Sets whether something waits."""
        if waits != self.waits:
            self.waits = waits
            if not self.read_paused:
                (self._transport.pause_reading if waits else self._transport.resume_reading)()


class Protocol(H11Protocol):
    """One connection.

    Closed is one whose request's headers don't come in 10 seconds, whose body doesn't come in `timeout` seconds, or
    whose answer isn't read for as long; and, at once, one more than its client may have.

    Args:
        clients: the `Clients` of the server.
        timeout: in seconds.
        **arguments: uvicorn's.
    """

    def __init__(self, clients, timeout, **arguments):
        super().__init__(**arguments)
        self.conn = _Connection(h11.SERVER, HEAD)
        self.ws_protocol_class = None
        self._clients, self._timeout = clients, timeout
        self._counted = False
        self._unread = bytearray()
        self._reading = self._writing = None  # timers
        self._read = None  # what the first of them waits for

    def connection_made(self, transport):
        super().connection_made(transport)
        self.flow = _Flow(transport)
        address = self.client[0] if self.client else ""
        self._counted = self._clients.enter(address)
        if self._counted:
            self._watch()
        else:
            self._refuse(429, f"{address} has {self._clients.most} connections already.")

    def connection_lost(self, exc):
        if self._counted:
            self._clients.leave(self.client[0] if self.client else "")
        for timer in (self._reading, self._writing, self.timeout_keep_alive_task):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data):
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        waiting = bool(self._unread)
        self._unread += data
        if not waiting:
            self._go_on()

    def _go_on(self):
        """Takes a piece of what was read; the next one when all other connections have had their turn.

        h11 looks at how long headers are only between pieces, and needs as long for a small chunk as for a large one.
        """
        if self.transport.is_closing():
            self._unread.clear()
            return
        state = self.conn.their_state
        size = HEAD // 16 if state is h11.IDLE else TURN if self.conn.chunked else len(self._unread)
        piece = bytes(self._unread[:size])
        del self._unread[:size]
        self.conn.receive_data(piece)
        self.handle_events()
        if not self.transport.is_closing():
            self._watch()
            self.flow.wait(bool(self._unread))
            if self._unread:
                self.loop.call_soon(self._go_on)

    def on_response_complete(self):
        super().on_response_complete()
        self._watch()

    def _watch(self):
        """Sets the timer for what is to come from the client: headers, a body, or what is left of a refused one."""
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            waits = "rest" if self.cycle.response_complete else "body"
        elif state is h11.IDLE and not self.timeout_keep_alive_task:
            waits = "head"
        else:
            waits = None
        if waits == self._read:
            return
        self._read = waits
        if self._reading:
            self._reading.cancel()
        seconds = {"head": HEAD_SECONDS, "body": self._timeout + 1, "rest": REST_SECONDS, None: None}[waits]
        self._reading = seconds and self.loop.call_later(seconds, self._too_late)

    def _too_late(self):
        if self._read == "head" and not self.transport.is_closing():
            self._refuse(408, f"the request's headers didn't come within {HEAD_SECONDS} seconds.")
        else:
            self.transport.abort()

    def pause_writing(self):
        super().pause_writing()
        self._writing = self._writing or self.loop.call_later(self._timeout, self.transport.abort)

    def resume_writing(self):
        super().resume_writing()
        if self._writing:
            self._writing.cancel()
            self._writing = None

    def send_400_response(self, msg):
        """Answers what isn't a request."""
        self._refuse(*self.conn.refused)

    def _refuse(self, status, message):
        # h11 has no part in it: what it would say depends on what came.
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            body = orjson.dumps({"error": message})
            head = f"HTTP/1.1 {status} \r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
            self.transport.write(head.encode() + b"x-content-type-options: nosniff\r\nconnection: close\r\n\r\n" + body)
        if self.cycle and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()

    def _unsupported_upgrade_warning(self):
        """Says nothing: a request that may be answered as HTTP/2 is answered as it came."""
