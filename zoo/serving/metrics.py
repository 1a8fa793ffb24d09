"""A server's metrics, for Prometheus."""

import contextlib
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from zoo.serving.errors import ServingError

BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """Requests by model, signature, protocol and status; their seconds; those that are running.

    Example:
        >>> metrics = Metrics()
        >>> with metrics.request("rest") as labels:
        ...     labels["model"], labels["signature"] = "digits", "sample"
        >>> "zoo_requests_total{" in metrics.text().decode()
        True
    """

    def __init__(self):
        self._registry = CollectorRegistry()
        names = ["protocol", "model", "signature"]
        self._requests = Counter(
            "zoo_requests", "Requests for predictions.", [*names, "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "zoo_request_seconds", "Their time in the server.", names, buckets=BUCKETS, registry=self._registry
        )
        self._running = Gauge("zoo_requests_running", "Requests being answered.", registry=self._registry)

    @contextlib.contextmanager
    def request(self, protocol):
        """Counts and times one request, and passes its error on.

        Yields:
            The labels `model` and `signature`, to be set once they are known to exist: a name that a client made up
            is no label.
        """
        labels = {"protocol": protocol, "model": "", "signature": ""}
        start, status = time.perf_counter(), "OK"
        self._running.inc()
        try:
            yield labels
        except ServingError as error:
            status = error.grpc
            raise
        except BaseException:
            status = "INTERNAL"
            raise
        finally:
            self._running.dec()
            self._requests.labels(**labels, status=status).inc()
            self._seconds.labels(**labels).observe(time.perf_counter() - start)

    def text(self):
        """All of it in Prometheus's text format, as bytes."""
        return generate_latest(self._registry)
