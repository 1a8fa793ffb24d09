"""`zoo serve` as a process of its own: two ports, new versions, and a stop that loses nothing."""

import http.client
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import grpc
import numpy as np
import pytest
import tensorflow as tf
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

JSON = {"Content-Type": "application/json"}


class Process:
    """A `zoo serve` and the ports that it got."""

    def __init__(self, *arguments, cwd):
        command = [sys.executable, "-m", "zoo", "serve", *map(str, arguments), "--port", "0", "--grpc-port", "0"]
        self.process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        lines = ""
        while "Ctrl-C" not in lines:
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read()
            lines += line
        self.port = re.search(r"REST  http://127\.0\.0\.1:(\d+)", lines).group(1)
        self.grpc_port = re.search(r"gRPC  127\.0\.0\.1:(\d+)", lines).group(1)

    def get(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, JSON)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())


@pytest.fixture
def served(saved, tmp_path):
    shutil.copytree(saved[1], tmp_path / "small")
    process = Process("small", "--poll", "0.1", "--max-batch", "100000", "--timeout", "60", cwd=tmp_path)
    yield process, tmp_path / "small"
    process.process.kill()
    process.process.wait()


def test_both_ports_answer_and_versions_change_while_it_serves(served):
    server, folder = served
    body = {"signature_name": "sample", "inputs": {"seed": [0, 7], "n": 2}}
    _, answer = server.get("/v1/models/small:predict", body)
    with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
        request = predict_pb2.PredictRequest()
        request.model_spec.name, request.model_spec.signature_name = "small", "sample"
        request.inputs["seed"].CopyFrom(tf.make_tensor_proto(np.int32([0, 7])))
        request.inputs["n"].CopyFrom(tf.make_tensor_proto(np.int32(2)))
        outputs = prediction_service_pb2_grpc.PredictionServiceStub(channel).Predict(request).outputs
    assert np.allclose(answer["outputs"], tf.make_ndarray(outputs["image"]), atol=1e-6)
    # A broken version 2 is refused while 1 serves on; version 3 is taken up.
    shutil.copytree(folder / "1", folder / "2")
    (folder / "2/variables/variables.index").write_bytes(b"")
    wait_for(lambda: "END" in str(server.get("/v1/models/small")))
    assert server.get("/v1/models/small/versions/1:predict", body)[1] == answer
    shutil.copytree(folder / "1", folder / "3")
    wait_for(lambda: server.get("/v1/models/small/versions/3:predict", body) == (200, answer))
    assert server.get("/v1/models/small/versions/1:predict", body)[0] == 404


@pytest.mark.long
def test_a_signal_lets_what_runs_be_answered(served):
    server, _ = served
    # The rest of its body comes after the signal: however fast the server is, the request is running by then.
    body = json.dumps({"signature_name": "sample", "inputs": {"seed": [0, 7], "n": 2}}).encode()
    client = http.client.HTTPConnection("127.0.0.1", int(server.port), timeout=60)
    client.putrequest("POST", "/v1/models/small:predict")
    client.putheader("Content-Length", str(len(body)))
    client.putheader("Content-Type", "application/json")
    client.endheaders(body[:10])
    wait_for(lambda: running(server) == 1)
    server.process.send_signal(signal.SIGTERM)
    assert "stopping" in server.process.stderr.readline()
    client.send(body[10:])
    answer = client.getresponse()
    assert answer.status == 200
    assert np.shape(json.loads(answer.read())["outputs"])[0] == 2
    assert server.process.wait(10) == 0
    assert "stopped" in server.process.stderr.read()


def running(server):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=10) as answer:
        return float(re.search(r"(?m)^zoo_requests_running (\S+)$", answer.read().decode()).group(1))


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "isn't a folder"),
        pytest.param(["."], "no SavedModel", marks=pytest.mark.long),
        pytest.param(["small", "small"], "given twice", marks=pytest.mark.long),
        pytest.param(["a/b=small"], "can't be a model's name", marks=pytest.mark.long),
        pytest.param(["small", "--replicas", "2"], "--engine ray", marks=pytest.mark.long),
        pytest.param(["small", "--port", "70000"], "--port", marks=pytest.mark.long),
        pytest.param(["small", "--host", "nowhere.invalid"], "can't be bound", marks=pytest.mark.long),
        ([], "Missing argument"),
    ],
)
def test_what_is_given_wrong_is_answered_in_one_line(saved, tmp_path, arguments, message):
    shutil.copytree(saved[1], tmp_path / "small")
    command = [sys.executable, "-m", "zoo", "serve", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert message in done.stderr


@pytest.mark.long
def test_a_port_that_is_taken_is_named(served, tmp_path):
    server, folder = served
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        free = str(found.getsockname()[1])
    for option, port, other in (
        ("--port", server.port, "0"),
        ("--grpc-port", server.grpc_port, "0"),
        ("--grpc-port", free, free),
    ):
        ports = {"--port": other, "--grpc-port": other} | {option: port}
        command = [sys.executable, "-m", "zoo", "serve", str(folder), *sum(ports.items(), ())]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 2
        assert f"{option} is {port}" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
