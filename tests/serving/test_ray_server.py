"""The same server on Ray: two replicas, one of which is killed under load."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import grpc
import numpy as np
import pytest
import tensorflow as tf
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

pytest.importorskip("ray", reason="the extra `ray`")
pytestmark = pytest.mark.long
BODY = json.dumps({"signature_name": "sample", "inputs": {"seed": [0, 7], "n": 2}}).encode()


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def server(saved, tmp_path_factory):
    port, grpc_port = free_port(), free_port()
    # Ray writes a token to the home folder.
    home = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-m", "zoo", "serve", saved[1], "--engine", "ray", "--replicas", 2]
    command += ["--port", port, "--grpc-port", grpc_port, "--max-batch", 4]
    process = subprocess.Popen(
        [str(part) for part in command],
        env=os.environ | {"HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    line = ""
    while "Serving" not in line:
        line = process.stdout.readline()
        assert line, "it ended before it served"
    yield f"http://127.0.0.1:{port}", f"127.0.0.1:{grpc_port}"
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert not replicas()


def replicas():
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().startswith(b"ray::ServeReplica:zoo"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def post(url, body):
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_both_protocols_answer_as_the_model_does(saved, server):
    rest, address = server
    expected = saved[0].sample(2, seed=7)
    status, content = post(f"{rest}/v1/models/small:predict", BODY)
    assert status == 200 and np.allclose(json.loads(content)["outputs"], expected, atol=1e-6)
    with grpc.insecure_channel(address) as channel:
        stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)
        request = predict_pb2.PredictRequest()
        request.model_spec.name, request.model_spec.signature_name = "small", "sample"
        request.inputs["seed"].CopyFrom(tf.make_tensor_proto(np.int32([0, 7])))
        request.inputs["n"].CopyFrom(tf.make_tensor_proto(np.int32(2)))
        image = tf.make_ndarray(stub.Predict(request, timeout=30).outputs["image"])
        assert np.allclose(image, expected, atol=1e-6)
        request.model_spec.name = "large"
        with pytest.raises(grpc.RpcError) as error:
            stub.Predict(request, timeout=30)
        assert error.value.code() == grpc.StatusCode.NOT_FOUND


def test_limits_hold_there_too(server):
    status, content = post(f"{server[0]}/v1/models/small:predict", BODY.replace(b'"n": 2', b'"n": 5'))
    assert status == 413 and b"at most 4" in content


def test_a_replica_that_dies_under_load_loses_no_request(server):
    """Clients try again, at most five times; every request of each is answered, and the same."""
    url, answers, stop = f"{server[0]}/v1/models/small:predict", [], threading.Event()
    expected = post(url, BODY)
    assert len(replicas()) == 2

    def client():
        while not stop.is_set():
            for _ in range(5):
                try:
                    answer = post(url, BODY)
                except OSError as error:
                    answer = (0, str(error))
                if answer[0] == 200:
                    break
                time.sleep(0.5)
            answers.append(answer)

    clients = [threading.Thread(target=client) for _ in range(4)]
    for each in clients:
        each.start()
    time.sleep(1)
    before = len(answers)
    os.kill(replicas()[0], signal.SIGKILL)
    time.sleep(5)
    stop.set()
    for each in clients:
        each.join()
    assert before > 0 and len(answers) > before
    assert [answer for answer in answers if answer != expected] == []
    end = time.monotonic() + 60
    while len(replicas()) < 2 and time.monotonic() < end:
        time.sleep(0.5)
    assert len(replicas()) == 2, "it comes back"
