"""The way to the models: so many requests at once, so many waiting, each for so long."""

import asyncio
import collections
import concurrent.futures
import threading

from zoo.serving.errors import Busy, TimedOut, Unavailable


class Gate:
    """Runs functions in a fixed number of threads, and refuses what would wait too long.

    A function that runs can't be stopped: a caller whose time is up gets its answer, and the thread is taken until the
    function returns. That is counted, so that what waits stays bounded whatever callers do. Clients have turns, and a
    place is kept for others: who sends very much waits for itself alone.

    Args:
        workers: how many functions of one client run at once. One more runs that is another client's.
        queue: how many more may wait.
        timeout: how long a caller waits for its answer, in seconds.

    Example:
        >>> asyncio.run(Gate(workers=1, queue=2, timeout=1.0).run(lambda: 3))
        3
    """

    def __init__(self, workers, queue, timeout):
        self.timeout = timeout
        self._threads = concurrent.futures.ThreadPoolExecutor(workers + 1, thread_name_prefix="predict")
        self._places = threading.BoundedSemaphore(workers + queue)
        self._workers = workers
        self._waiting = {}  # client -> its functions, in the order of their turns
        self._running = collections.Counter()  # client -> how many of its functions run
        self._lock = threading.Lock()
        self._closed = False

    async def run(self, function, client=""):
        """The function's result, from a thread.

        Args:
            function: without arguments.
            client: whose it is. Those that wait are taken from one client after the other.

        Raises:
            Busy: there are too many waiting.
            TimedOut: it took too long.
            Unavailable: the gate is closed.
        """
        future = self._submit(function, client)
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), self.timeout)
        except TimeoutError as error:
            raise self._late(future) from error

    def close(self):
        """Takes nothing more, and waits until all that was taken is done."""
        self._closed = True
        self._threads.shutdown(wait=True)

    def _submit(self, function, client=""):
        if self._closed:
            raise Unavailable("the server is stopping.")
        if not self._places.acquire(blocking=False):
            raise Busy("too many requests are waiting: try again later.")
        future = concurrent.futures.Future()
        future.add_done_callback(lambda _: self._places.release())
        with self._lock:
            self._waiting.setdefault(client, collections.deque()).append((future, function))
        try:
            self._threads.submit(self._take)
        except RuntimeError as error:
            future.cancel()
            raise Unavailable("the server is stopping.") from error
        return future

    def _take(self):
        while taken := self._next():
            client, future, function = taken
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(function())
                except BaseException as error:
                    future.set_exception(error)
            with self._lock:
                self._running[client] -= 1
                if not self._running[client]:
                    del self._running[client]

    def _next(self):
        """The first function of the client whose turn it is; None if there is none, or all of those run enough."""
        with self._lock:
            client = next((each for each in self._waiting if self._running[each] < self._workers), None)
            if client is None:
                return None
            functions = self._waiting.pop(client)
            future, function = functions.popleft()
            if functions:
                self._waiting[client] = functions
            self._running[client] += 1
            return client, future, function

    def _late(self, future):
        future.cancel()
        return TimedOut(f"no answer within {self.timeout:g} seconds.")
