"""The REST interface, as TensorFlow Serving's guide has it."""

import base64
import gzip
import json
import shutil
import threading
import zlib

import numpy as np
import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings

from zoo.serving.models import Models
from zoo.serving.rest import application, schema

URL = "http://localhost:8501"
JSON = {"Content-Type": "application/json"}
PREDICT = "/v1/models/small:predict"


@pytest.fixture(scope="module")
def models(saved):
    return Models({"small": saved[1]}, max_batch=8, max_body=20_000, timeout=5)


@pytest.fixture(scope="module")
def client(models):
    return TestClient(application(models), URL, raise_server_exceptions=False)


def test_columns_a_seed_gives_the_models_images(saved, client):
    body = {"signature_name": "sample", "inputs": {"seed": [0, 7], "n": 3}}
    answer = client.post(PREDICT, json=body)
    assert answer.status_code == 200
    assert np.allclose(answer.json()["outputs"], saved[0].sample(3, seed=7), atol=1e-6)
    assert client.post("/v1/models/small/versions/1:predict", json=body).json() == answer.json()


def test_rows_in_every_form(saved, client):
    z = np.float32([[0.5, -1], [0, 2]])
    expected = saved[0].decode(z)
    packed = [{"b64": base64.b64encode(row.tobytes()).decode()} for row in z]
    for rows in (z.tolist(), [{"z": row} for row in z.tolist()], packed):
        answer = client.post(PREDICT, json={"signature_name": "decode", "instances": rows})
        assert np.allclose(answer.json()["predictions"], expected, atol=1e-6)


def test_the_default_signature_encodes(saved, client, images):
    x = images[:2]
    answer = client.post(PREDICT, json={"instances": x.tolist()})
    assert np.allclose(answer.json()["predictions"], saved[0].encode(x), atol=1e-5)


def test_status_and_metadata(client):
    state = {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    for path in ("/v1/models/small", "/v1/models/small/versions/1"):
        assert client.get(path).json() == {"model_version_status": [state]}
    for path in ("/v1/models/small/metadata", "/v1/models/small/versions/1/metadata"):
        content = client.get(path).json()
        assert content["model_spec"] == {"name": "small", "signature_name": "", "version": "1"}
        sample = content["metadata"]["signature_def"]["signature_def"]["sample"]
        assert sample["method_name"] == "tensorflow/serving/predict"
        assert sample["inputs"]["n"]["tensor_shape"] == {"dim": [], "unknown_rank": False}
        assert sample["inputs"]["seed"]["dtype"] == "DT_INT32"
        assert [d["size"] for d in sample["outputs"]["image"]["tensor_shape"]["dim"]] == ["-1", "8", "8", "1"]


@pytest.mark.parametrize(
    ("path", "content", "status", "message"),
    [
        (PREDICT, b"{", 400, "isn't JSON"),
        (PREDICT, b"[1]", 400, "must be a JSON object"),
        (PREDICT, b"[" * 100_000, 413, "larger than 20000 bytes"),
        (PREDICT, b"[" * 100, 400, "isn't JSON"),
        (PREDICT, b"[" * 10_000, 413, "has 10000 commas, brackets and braces"),
        (PREDICT, b"{}", 400, "either"),
        (PREDICT, b'{"inputs": [[NaN, 1]]}', 400, "isn't JSON"),
        (PREDICT, b'{"signature_name": "dream", "inputs": 1}', 404, "no signature 'dream'"),
        (PREDICT, b'{"signature_name": ["decode"], "inputs": 1}', 404, "no signature"),
        (PREDICT, b'{"signature_name": "sample", "inputs": {"seed": [0, 7], "n": 9}}', 413, "at most 8"),
        (PREDICT, b'{"signature_name": "sample", "inputs": {"seed": [0, 7], "n": 0}}', 400, "at least 1"),
        ("/v1/models/large:predict", b"{}", 404, "no model 'large'"),
        ("/v1/models/small/versions/2:predict", b"{}", 404, "doesn't serve version 2, but 1"),
        ("/v1/models/small/versions/one:predict", b"{}", 400, "integer"),
        ("/v2/models/small", b"{}", 404, "Not Found"),
        ("/healthz", b"{}", 405, "Method Not Allowed"),
    ],
)
def test_errors_are_json_with_the_right_status(client, path, content, status, message):
    answer = client.post(path, content=content, headers=JSON)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert message in answer.json()["error"]


HARM = {
    "rows": b'{"instances":[' + b"[1,2]," * 2000 + b"[1,2]]}",
    "empty lists": b'{"inputs":[' + b"[]," * 6000 + b"[]]}",
    "empty objects": b'{"inputs":[' + b"{}," * 6000 + b"{}]}",
    "nested lists": b'{"inputs":[' + b"[[[[[[1]]]]]]," * 1000 + b"1]}",
    "keys": b"{" + b",".join(b'"%d":1' % i for i in range(2000)) + b"}",
    "quotes": b'{"inputs":{' + b'"a":' * 1000 + b"1}}",
}


@pytest.mark.parametrize("name", HARM)
def test_what_no_model_needs_is_refused_before_it_is_parsed(client, monkeypatch, name):
    from zoo.serving import rest

    monkeypatch.setattr(rest.orjson, "loads", None)
    answer = client.post(PREDICT, content=HARM[name], headers=JSON)
    assert answer.status_code == 413 and "no request to this model needs more" in answer.json()["error"]


@pytest.mark.parametrize("indent", [None, 0, 1, 8])
def test_the_largest_request_of_each_signature_is_taken_in_each_form(client, indent):
    x = np.random.default_rng(0).random([8, 8, 8, 1]) * 1e-8
    z = [{"z": [-1.2345678901234567e-05, 0.1234567890123456]} for _ in range(8)]
    for signature, body in (
        ("encode", {"instances": x.tolist()}),
        ("encode", {"instances": [{"x": each} for each in x.tolist()]}),
        ("encode", {"inputs": {"x": x.tolist()}}),
        ("log_px", {"inputs": {"x": x.tolist(), "seed": [0, 7]}}),
        ("decode", {"instances": z}),
    ):
        # Whoever writes a line for each number needs room for the blanks before it.
        content = json.dumps({"signature_name": signature} | body, indent=indent)
        answer = client.post(PREDICT, content=content, headers=JSON)
        large = len(content) > 20_000
        assert answer.status_code == (413 if large else 200), answer.text


def test_bodies_may_be_compressed(client):
    body = json.dumps({"signature_name": "decode", "instances": [[0, 0]]}).encode()
    expected = client.post(PREDICT, content=body, headers=JSON).json()
    for name, packed in (("gzip", gzip.compress(body)), ("deflate", zlib.compress(body))):
        answer = client.post(PREDICT, content=packed, headers=JSON | {"Content-Encoding": name})
        assert answer.json() == expected
        bomb = {"gzip": gzip, "deflate": zlib}[name].compress(bytes(10**7))
        assert client.post(PREDICT, content=bomb, headers=JSON | {"Content-Encoding": name}).status_code == 413
    assert client.post(PREDICT, content=body, headers=JSON | {"Content-Encoding": "br"}).status_code == 415


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "message"),
    [
        ("POST", PREDICT, {"Content-Type": "text/plain"}, 415, "send the header"),
        ("POST", PREDICT, JSON | {"Host": "attacker.example"}, 403, "--allowed-host attacker.example"),
        ("POST", PREDICT, JSON | {"Origin": "http://attacker.example"}, 403, "may not ask"),
        ("GET", "/healthz", {"Host": "attacker.example"}, 403, "doesn't go by"),
        ("GET", "/v1/models/small/labels/stable", {}, 404, "no labels"),
        ("POST", "/v1/models/small/labels/stable:predict", JSON, 404, "no labels"),
        ("POST", "/v1/models/small:classify", JSON, 404, "no classify"),
        ("POST", "/v1/models/small:regress", JSON, 404, "no regress"),
        ("GET", "/v1/models/large/metadata", {}, 404, "no model"),
        ("GET", "/v1/models/small/versions/99999999999999999999999", {}, 404, "no version"),
        ("OPTIONS", PREDICT, {}, 405, "Method Not Allowed"),
    ],
)
def test_what_is_not_taken_says_so(client, method, path, headers, status, message):
    answer = client.request(method, path, headers=headers, content=b"{}" if method == "POST" else None)
    assert answer.status_code == status and message in answer.json()["error"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_folders_are_told(saved, tmp_path):
    shutil.copytree(saved[1], tmp_path / "small")
    (tmp_path / "small/2").mkdir()
    (tmp_path / "small/2/saved_model.pb").write_bytes(b"no")
    models = Models({"small": tmp_path / "small"})
    answer = TestClient(application(models), URL).get("/v1/models/small")
    assert "END" in answer.text and str(tmp_path) not in answer.text


def test_a_body_without_a_length_is_bounded_too(client):
    answer = client.post(PREDICT, content=(b"[" * 1000 for _ in range(10_000)), headers=JSON)
    assert answer.status_code == 413


def test_too_much_at_once_is_refused_and_the_rest_answered(saved, monkeypatch):
    """One worker, two places in the queue, eight clients."""
    from zoo.serving import models as module

    release, run = threading.Event(), module.run
    monkeypatch.setattr(module, "run", lambda *arguments: (release.wait(10), run(*arguments))[1])
    models = Models({"small": saved[1]}, workers=1, queue=2, timeout=20)
    client, statuses = TestClient(application(models), URL), []
    body = {"signature_name": "decode", "instances": [[0.0, 0.0]]}
    threads = [threading.Thread(target=lambda: statuses.append(client.post(PREDICT, json=body))) for _ in range(8)]
    for thread in threads:
        thread.start()
    while len(statuses) < 5:
        release.wait(0.01)
    release.set()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in statuses) == [200] * 3 + [429] * 5
    text = client.get("/metrics").text
    assert 'status="RESOURCE_EXHAUSTED"} 5.0' in text and 'status="OK"} 3.0' in text


def test_one_that_takes_too_long_is_answered_in_time(saved, monkeypatch):
    from zoo.serving import models as module

    monkeypatch.setattr(module, "run", lambda *_: threading.Event().wait(1))
    client = TestClient(application(Models({"small": saved[1]}, timeout=0.05)), URL)
    answer = client.post(PREDICT, json={"signature_name": "decode", "instances": [[0.0, 0.0]]})
    assert answer.status_code == 503 and "within 0.05 seconds" in answer.json()["error"]


def test_health_and_draining(saved):
    models = Models({"small": saved[1]})
    client = TestClient(application(models), URL)
    assert client.get("/healthz").json() == {"status": "ok", "models": ["small"]}
    assert client.head("/healthz").status_code == 200
    models.drain()
    assert client.get("/healthz").status_code == 503
    answer = client.post(PREDICT, json={"inputs": []})
    assert answer.status_code == 503 and "stopping" in answer.json()["error"]


def test_names_that_clients_make_up_are_no_labels(client):
    for i in range(5):
        client.post(f"/v1/models/made-up-{i}:predict", json={})
        client.post(PREDICT, json={"signature_name": f"made-up-{i}", "inputs": 1})
    assert "made-up" not in client.get("/metrics").text


def _schema():
    # Made when the tests are collected, from an application without models: the routes are the same.
    class NoModels:
        names = ()

    return schemathesis.openapi.from_dict(schema(NoModels()).openapi())


@pytest.mark.long
@_schema().parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_at_all_makes_it_fail(case, models):
    """Property-based: whatever the OpenAPI page allows, with a real model's name where the made-up one is even."""
    if case.path_parameters and len(str(case.path_parameters.get("name", ""))) % 2 == 0:
        case.path_parameters["name"] = "small"
        if "version" in case.path_parameters:
            case.path_parameters["version"] = 1
    if isinstance(case.body, dict) and len(case.body) % 2 == 0:
        case.body["signature_name"] = "decode"
    answer = case.call(app=application(models), base_url=URL)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert set(answer.json()) == {"error"}


def test_the_openapi_page_is_there(client):
    page = client.get("/docs")
    assert page.status_code == 200 and "swagger" in page.text
    assert "https://" not in page.text, "it needs no other site"
    assert set(client.get("/openapi.json").json()["paths"]) >= {"/v1/models/{name}:predict", "/healthz", "/metrics"}
