"""One process that serves models over REST and gRPC until it is told to stop."""

import asyncio
import functools
import gc
import logging
import resource
import signal
import socket
import sys

import grpc
import uvicorn

from zoo.errors import InputError
from zoo.serving.grpc_services import Services
from zoo.serving.protocol import Clients, Protocol
from zoo.serving.rest import application

LOG = logging.getLogger("zoo.serving")
#: Connections over HTTP, and calls over gRPC, at once.
CONNECTIONS, CALLS = 1024, 256


class _Rest(uvicorn.Server):
    """uvicorn, with a word to the rest of the server when it answers, and when a signal arrives."""

    def __init__(self, config, ready, stopping):
        super().__init__(config)
        self._ready, self._stopping = ready, stopping

    async def startup(self, sockets=None):
        await super().startup(sockets)
        self._ready()

    def handle_exit(self, sig, frame):
        self._stopping()
        super().handle_exit(sig, frame)


class Server:
    """Serves `models` on two ports. SIGTERM and SIGINT end it, once all requests that were taken are answered.

    Args:
        models: a `zoo.serving.models.Models`.
        host: the address to bind to, or a name that has one.
        port, grpc_port: 0 for any free one.
        pages: a `zoo.serving.pages.Pages`, or None for no pages.
        hosts: names that it goes by, beside `host`; as for `zoo.serving.guard.Guard`.
        max_connections_per_client: how many connections over HTTP, and how many calls over gRPC, an address may have at
            once; 0 for any number.

    Attributes:
        address: the one that it got, of IPv6 in brackets.
        port, grpc_port: those that it got.

    Raises:
        InputError: a port is taken.
    """

    def __init__(
        self, models, host="127.0.0.1", port=8501, grpc_port=8500, pages=None, hosts=(), max_connections_per_client=128
    ):
        self._models = models
        host = host.removeprefix("[").removesuffix("]")
        self._socket = _bind(host, port)
        self.port = self._socket.getsockname()[1]
        address = socket.getnameinfo(self._socket.getsockname(), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0]
        self.address = f"[{address}]" if ":" in address else address
        if address in ("0.0.0.0", "::"):
            hosts = (*hosts, socket.gethostname(), socket.getfqdn())
        # One file for each connection, and as many again for all the rest.
        connections = min(CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
        self._config = uvicorn.Config(
            application(models, pages, (*hosts, host)),
            http=functools.partial(Protocol, Clients(max_connections_per_client), models.gate.timeout),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=connections,
            timeout_keep_alive=30,
            # A body may take so long to come, and then the answer.
            timeout_graceful_shutdown=int(2 * models.gate.timeout) + 1,
        )
        self._runner = asyncio.Runner(loop_factory=self._config.get_loop_factory())
        try:
            self._runner.run(self._bind_grpc(grpc_port, Clients(max_connections_per_client)))
        except RuntimeError as error:
            self._socket.close()
            self._runner.close()
            raise InputError(f"--grpc-port is {grpc_port}, which is taken on {host}. Give another, or 0.") from error

    def run(self, ready=lambda: None):
        """Serves until a signal comes, and returns when all that was taken is answered.

        Args:
            ready: called once both ports answer.
        """
        # uvicorn raises the signal that ended it once more when it is done; the rest is to be ended in peace, too.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop_taking())
        # TensorFlow's million objects stay. Looking at each for garbage holds up all requests, and at the end the exit,
        # by seconds.
        gc.freeze()
        # A model's thread needs the interpreter's lock ten times a request, and each time waits so long for it when
        # another is busy.
        sys.setswitchinterval(0.0005)
        with self._runner:
            self._runner.run(self._serve(ready))
        self._models.drain()
        LOG.info("stopped")
        gc.freeze()

    async def _bind_grpc(self, port, clients):
        timeout = int(1000 * self._models.gate.timeout)
        self._grpc = grpc.aio.server(
            options=[
                ("grpc.max_receive_message_length", self._models.max_message()),
                ("grpc.max_send_message_length", -1),
                ("grpc.max_metadata_size", 2**14),
                ("grpc.max_concurrent_streams", 128),
                ("grpc.server_handshake_timeout_ms", 10_000),
                # A connection whose other end is gone, that asks for nothing, and any after an hour.
                ("grpc.keepalive_time_ms", 30_000),
                ("grpc.keepalive_timeout_ms", 10_000),
                ("grpc.max_connection_idle_ms", 300_000),
                ("grpc.max_connection_age_ms", 3_600_000),
                ("grpc.max_connection_age_grace_ms", 2 * timeout),
                ("grpc.max_allowed_incoming_connections", CONNECTIONS),
                ("grpc.so_reuseport", 0),
            ],
            maximum_concurrent_rpcs=CALLS,
        )
        self._grpc.add_generic_rpc_handlers((Services(self._models, clients),))
        self.grpc_port = self._grpc.add_insecure_port(f"{self.address}:{port}")

    async def _serve(self, ready):
        await self._grpc.start()
        await _Rest(self._config, ready, self._stop_taking).serve([self._socket])
        await self._grpc.stop(self._models.gate.timeout + 1)

    def _stop_taking(self):
        if not self._models.draining:
            LOG.info("stopping: requests that were taken are answered first")
        self._models.draining = True


def _bind(host, port):
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        # At once: until someone listens, another may bind to the same port.
        bound.listen(2048)
    except (OSError, OverflowError, UnicodeError) as error:
        raise InputError(f"--port is {port} on {host}, which can't be bound: {error}. Give another, or 0.") from error
    return bound
