"""A SavedModel in a process of its own: what doesn't end, what is too large, and processes that die."""

import gc
import os
import signal
import threading
from pathlib import Path

import msgspec
import numpy as np
import pytest
import tensorflow as tf

from zoo.serving.errors import Invalid, TimedOut, Unavailable
from zoo.serving.loaded import Loaded
from zoo.serving.versions import Versions, run
from zoo.serving.worker import Worker, _Array, _pack, _Request, _unpack

MEMORY = 2**30


class Greedy(tf.Module):
    """What no list of operations sees: each of these is made of harmless ones."""

    def __init__(self):
        super().__init__()
        self.weight = tf.Variable(2.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, "x")])
    def double(self, x):
        return {"y": self.weight * x}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, "x")])
    def forever(self, x):
        return {"y": tf.while_loop(lambda x: True, lambda x: [tf.sin(x)], [x])[0]}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, "x")])
    def terabytes(self, x):
        n = tf.cast(1e6 * x[0], tf.int32)
        return {"y": tf.reduce_sum(tf.sin(tf.broadcast_to(x[0], [n, 1000, 1000])), axis=[1, 2])}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, "x")])
    def words(self, x):
        return {"y": tf.strings.as_string(x)}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, "x")])
    def many(self, x):
        return {"y": x, "count": tf.size(x), "positive": x > 0, "half": tf.cast(x, tf.float16)}


X = {"x": np.float32([1, -2])}
NAMES = ("double", "forever", "terabytes", "words", "many")


@pytest.fixture(scope="module")
def greedy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("greedy") / "1"
    module = Greedy()
    tf.saved_model.save(module, str(folder), signatures={name: getattr(module, name) for name in NAMES})
    return folder


@pytest.fixture(scope="module")
def versions(greedy):
    versions = Versions("greedy", greedy.parent, memory=MEMORY)
    yield versions
    versions.close()


@pytest.fixture
def worker(versions):
    assert isinstance(versions.current.model, Worker), "nobody vouches for it"
    return versions.current.model


def answers(worker):
    """Whether it answers, once it is up again."""
    return np.array_equal(worker.run("double", X, 60)["y"], [2, -4])


def test_it_answers_as_the_model_does_here(worker, greedy):
    here = Loaded(greedy)
    assert worker.names == here.names == sorted(NAMES)
    assert worker.definitions == here.definitions
    for name in ("double", "many"):
        ours, theirs = here.run(name, X), worker.run(name, X, 60)
        assert ours.keys() == theirs.keys()
        for key in ours:
            assert np.array_equal(ours[key], theirs[key]) and ours[key].dtype == theirs[key].dtype
            assert ours[key].shape == theirs[key].shape
    assert worker.run("double", {"x": np.float32([])}, 60)["y"].shape == (0,)


def test_what_it_can_not_answer_is_said(worker):
    process = worker._process
    for name, arrays, message in (
        ("words", X, "isn't numbers"),
        ("double", {"z": np.float32([1])}, "x"),
        ("double", {}, "x"),
    ):
        with pytest.raises(Invalid, match=message):
            worker.run(name, arrays, 60)
    assert answers(worker) and worker._process is process, "nothing of that ends the process"


@pytest.mark.long
def test_a_broadcast_to_terabytes_finds_no_memory(worker):
    with pytest.raises(Unavailable, match="isn't the memory"):
        worker.run("terabytes", X, 60)
    assert answers(worker)


def test_a_loop_without_end_is_ended_and_the_next_requests_answered(worker):
    process, waiting = worker._process, []
    thread = threading.Timer(0.2, lambda: waiting.append(answers(worker)))
    thread.start()
    with pytest.raises(TimedOut, match=r"within 0\.5 seconds"):
        worker.run("forever", X, 0.5)
    assert process.returncode == -signal.SIGKILL, "it is ended, and its end was waited for"
    starting = worker._process
    with pytest.raises(TimedOut, match=r"within 0\.1 seconds"):
        worker.run("double", X, 0.1)
    assert answers(worker)
    thread.join()
    assert waiting == [True], "one that waited is answered too"
    assert worker._process is starting, "requests that came too early don't end a process that is starting"


def test_it_ends_when_nobody_listens_whatever_it_does_and_is_looked_after(versions, worker):
    assert answers(worker)
    first = worker._process
    worker._connection.send_bytes(msgspec.msgpack.encode(_Request("forever", {"x": _pack(X["x"])})))
    # As when the server is killed.
    worker._connection.close()
    assert first.wait(20) == 0
    assert versions.refresh() == []
    assert worker._process is not first and worker._process.poll() is None
    assert answers(worker), "it died while nobody asked: nobody notices"


def test_a_process_that_dies_is_started_again(worker):
    threading.Timer(0.3, os.kill, [worker._process.pid, signal.SIGKILL]).start()
    with pytest.raises(Unavailable, match="died"):
        worker.run("forever", X, 60)
    assert answers(worker)


def test_it_ends_with_its_version(versions):
    _, double = versions.signature("double")
    assert np.array_equal(run(double, versions.check(X, double), 60)["y"], [2, -4])
    with pytest.raises(Invalid, match="isn't finite"):
        run(double, {"x": np.float32([3e38])}, 60)
    process = versions.current.model._process
    scratch = Path(f"/proc/{process.pid}/cwd").resolve()
    assert scratch.is_dir()
    # As when a higher version takes over: it ends once no request has it any more.
    versions.current = None
    gc.collect()
    assert process.poll() is None, "a request has its signature"
    del double, _
    gc.collect()
    assert process.returncode == -signal.SIGKILL
    assert not scratch.exists()


def test_its_answers_are_not_trusted():
    good = _Array("float32", [2, 1], np.float32([1, 2]).tobytes())
    assert np.array_equal(_unpack(good), [[1], [2]])
    for dtype, shape, content in (
        ("float32", [2**40], b"0000"),
        ("float32", [-1, 1], b"0000"),
        ("float32", [2**40, 2**40, 2**40], b""),
        ("float32", [1], b"000"),
        ("object", [1], bytes(8)),
        ("O", [1], bytes(8)),
        ("U1", [1], bytes(4)),
        ("V4", [1], bytes(4)),
        ("datetime64[s]", [1], bytes(8)),
        ("f4,O", [1], bytes(12)),
        ("dream", [1], bytes(8)),
    ):
        with pytest.raises(Invalid, match="the model"):
            _unpack(_Array(dtype, shape, content))
