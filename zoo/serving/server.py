"""One process that serves models over REST and gRPC until it is told to stop."""

import logging
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
import uvicorn

from zoo.errors import InputError
from zoo.serving.grpc_services import add_services
from zoo.serving.rest import application

LOG = logging.getLogger("zoo.serving")


class _Rest(uvicorn.Server):
    """uvicorn, with a word to the rest of the server when a signal arrives, not only when the last answer is out."""

    def __init__(self, config, stopping):
        super().__init__(config)
        self._stopping = stopping

    def handle_exit(self, sig, frame):
        self._stopping()
        super().handle_exit(sig, frame)


class Server:
    """Serves `models` on two ports. SIGTERM and SIGINT end it, once all requests that were taken are answered.

    Args:
        models: a `zoo.serving.models.Models`.
        host: the address to bind to.
        port, grpc_port: 0 for any free one.
        pages: a `zoo.serving.pages.Pages`, or None for no pages.

    Attributes:
        port, grpc_port: those that it got.

    Raises:
        InputError: a port is taken.
    """

    def __init__(self, models, host="127.0.0.1", port=8501, grpc_port=8500, pages=None):
        self._models = models
        self._socket = _bind(host, port)
        self.port = self._socket.getsockname()[1]
        workers = 64  # A thread of gRPC's only waits: how many requests are answered at once is the gate's business.
        self._grpc = grpc.server(
            ThreadPoolExecutor(workers, thread_name_prefix="grpc"),
            options=[
                ("grpc.max_receive_message_length", models.max_body),
                ("grpc.max_send_message_length", -1),
                ("grpc.so_reuseport", 0),
            ],
            maximum_concurrent_rpcs=workers * 4,
        )
        add_services(self._grpc, models)
        try:
            self.grpc_port = self._grpc.add_insecure_port(f"{host}:{grpc_port}")
        except RuntimeError as error:
            self._socket.close()
            raise InputError(f"--grpc-port is {grpc_port}, which is taken on {host}. Give another, or 0.") from error
        config = uvicorn.Config(
            application(models, pages),
            log_config=None,
            access_log=False,
            limit_concurrency=1024,
            timeout_keep_alive=30,
            # A body may take so long to come, and then the answer.
            timeout_graceful_shutdown=int(2 * models.gate.timeout) + 1,
        )
        self._rest = _Rest(config, self._stop_taking)

    def run(self, ready=lambda: None):
        """Serves until a signal comes, and returns when all that was taken is answered.

        Args:
            ready: called once both ports answer.
        """
        # uvicorn raises the signal that ended it once more when it is done; the rest is to be ended in peace, too.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop_taking())
        self._grpc.start()
        self._rest.config.load()
        threading.Thread(target=self._tell, args=(ready,), daemon=True).start()
        self._rest.run([self._socket])
        self._grpc.stop(self._models.gate.timeout + 1).wait()
        self._models.drain()
        LOG.info("stopped")

    def _tell(self, ready):
        while not self._rest.started:
            if self._rest.should_exit:
                return
            threading.Event().wait(0.01)
        ready()

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
    except (OSError, OverflowError) as error:
        raise InputError(f"--port is {port} on {host}, which can't be bound: {error}. Give another, or 0.") from error
    return bound
