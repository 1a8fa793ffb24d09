"""The models that a server has, by name, and the one way of asking them."""

import contextlib
import logging
import threading

from zoo.serving.bodies import Bodies
from zoo.serving.errors import NotFound, Unavailable
from zoo.serving.gate import Gate
from zoo.serving.metrics import Metrics
from zoo.serving.tensors import message_limit
from zoo.serving.versions import Versions, run

LOG = logging.getLogger("zoo.serving")


class Models:
    """Served models, looked after: new versions are taken up while they serve.

    Args:
        folders: a dict of name to the folder of a model's versions.
        max_batch: how many examples a request may have.
        max_body: how many bytes a request may have.
        workers, queue: how many requests are answered at once, and how many more may wait.
        timeout: how long a client waits for its answer, in seconds.
        poll: how often the folders are looked at, in seconds.
        memory: how many bytes each model that nobody vouches for may take.

    Raises:
        InputError: a folder has no version that can be loaded.
    """

    def __init__(
        self,
        folders,
        max_batch=128,
        max_body=16 * 2**20,
        workers=2,
        queue=64,
        timeout=30.0,
        poll=1.0,
        memory=4 * 2**30,
    ):
        self.max_batch, self.max_body = max_batch, max_body
        self.metrics = Metrics()
        self.gate = Gate(workers, queue, timeout)
        self.bodies = Bodies(timeout)
        self.draining = False
        self._models = {name: Versions(name, folder, max_batch, memory) for name, folder in folders.items()}
        self._poll, self._stop = poll, threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True, name="versions")
        self._watcher.start()

    @property
    def names(self):
        """The models' names."""
        return sorted(self._models)

    def find(self, name):
        """The `Versions` of that name; else `NotFound` is raised."""
        if name not in self._models:
            raise NotFound(f"there is no model {str(name)[:50]!r} here. There is {', '.join(self.names)}.")
        return self._models[name]

    def max_message(self):
        """Bytes that a gRPC message may have: twice what the models take now, since a later version may take more."""
        needed = (
            message_limit(model.version().signatures, self.max_batch, self.max_body) for model in self._models.values()
        )
        return min(2 * max(needed), self.max_body)

    @contextlib.contextmanager
    def request(self, protocol):
        """Takes one request, to be counted and timed (`zoo.serving.metrics.Metrics.request`) until it is answered.

        Raises:
            Unavailable: the server is stopping.
        """
        with self.metrics.request(protocol) as labels:
            if self.draining:
                raise Unavailable("the server is stopping.")
            yield labels

    def plan(self, labels, name, number, signature):
        """The model, the version and the signature that a request asks for; the request's labels are set.

        Raises:
            NotFound: there is no such thing.
        """
        model = self.find(name)
        version, function = model.signature(signature, number)
        labels |= {"model": name, "signature": signature or "serving_default"}
        return model, version, function

    def job(self, model, function, arrays):
        """What remains to be done, for the gate: a function without arguments."""
        checked = model.check(arrays, function)
        return lambda: run(function, checked, self.gate.timeout)

    def drain(self):
        """Takes no more requests, and waits for those that run."""
        self.draining = True
        self._stop.set()
        self.gate.close()
        for model in self._models.values():
            model.close()

    def _watch(self):
        while not self._stop.wait(self._poll):
            for model in self._models.values():
                try:
                    happened = model.refresh()
                except Exception as error:  # A folder that vanishes while it is read must not end the watch.
                    happened = [f"{model.name}: its folder can't be read: {error}"]
                for line in happened:
                    LOG.info(line)
