"""The way to the models: so many requests at once, so many waiting, each for so long."""

import asyncio
import concurrent.futures
import threading

from zoo.serving.errors import Busy, TimedOut, Unavailable


class Gate:
    """Runs functions in a fixed number of threads, and refuses what would wait too long.

    A function that runs can't be stopped: a caller whose time is up gets its answer, and the thread is taken until the
    function returns. That is counted, so that what waits stays bounded whatever callers do.

    Args:
        workers: how many functions run at once.
        queue: how many more may wait.
        timeout: how long a caller waits for its answer, in seconds.

    Example:
        >>> asyncio.run(Gate(workers=1, queue=2, timeout=1.0).run(lambda: 3))
        3
    """

    def __init__(self, workers, queue, timeout):
        self.timeout = timeout
        self._threads = concurrent.futures.ThreadPoolExecutor(workers, thread_name_prefix="predict")
        self._places = threading.BoundedSemaphore(workers + queue)
        self._closed = False

    async def run(self, function):
        """The function's result, from a thread.

        Raises:
            Busy: there are too many waiting.
            TimedOut: it took too long.
            Unavailable: the gate is closed.
        """
        future = self._submit(function)
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), self.timeout)
        except TimeoutError as error:
            raise self._late(future) from error

    def close(self):
        """Takes nothing more, and waits until all that was taken is done."""
        self._closed = True
        self._threads.shutdown(wait=True)

    def _submit(self, function):
        if self._closed:
            raise Unavailable("the server is stopping.")
        if not self._places.acquire(blocking=False):
            raise Busy("too many requests are waiting: try again later.")
        try:
            future = self._threads.submit(function)
        except RuntimeError as error:
            self._places.release()
            raise Unavailable("the server is stopping.") from error
        future.add_done_callback(lambda _: self._places.release())
        return future

    def _late(self, future):
        future.cancel()
        return TimedOut(f"no answer within {self.timeout:g} seconds.")
