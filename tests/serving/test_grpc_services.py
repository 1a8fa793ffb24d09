"""The gRPC interface, asked with the official stubs of tensorflow-serving-api."""

import asyncio
import contextlib
import shutil
import threading
from concurrent.futures import Future

import grpc
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.framework.tensor_pb2 import TensorProto
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
)

from zoo.serving.grpc_services import Services
from zoo.serving.models import Models
from zoo.serving.protocol import Clients


@contextlib.contextmanager
def serving(models, most=0):
    """A channel to a server that runs in a thread of its own."""
    loop, started = asyncio.new_event_loop(), Future()

    async def serve():
        server = grpc.aio.server()
        server.add_generic_rpc_handlers((Services(models, Clients(most)),))
        stop, port = asyncio.Event(), server.add_insecure_port("127.0.0.1:0")
        await server.start()
        started.set_result((port, stop))
        await stop.wait()
        await server.stop(None)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    port, stop = started.result()
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield channel
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


@pytest.fixture(scope="module")
def channel(saved):
    with serving(Models({"small": saved[1]}, max_batch=8, max_body=20_000)) as channel:
        yield channel


@pytest.fixture(scope="module")
def stub(channel):
    return prediction_service_pb2_grpc.PredictionServiceStub(channel)


def request(signature, name="small", **inputs):
    made = predict_pb2.PredictRequest()
    made.model_spec.name, made.model_spec.signature_name = name, signature
    for key, value in inputs.items():
        made.inputs[key].CopyFrom(tf.make_tensor_proto(value))
    return made


SEED = np.int32([0, 7])


def test_a_seed_gives_the_models_images(saved, stub):
    answer = stub.Predict(request("sample", seed=SEED, n=np.int32(3)))
    assert np.allclose(tf.make_ndarray(answer.outputs["image"]), saved[0].sample(3, seed=7), atol=1e-6)
    assert (answer.model_spec.name, answer.model_spec.version.value) == ("small", 1)
    assert answer.model_spec.signature_name == "sample"


def test_a_version_and_an_output_can_be_asked_for(stub):
    made = request("decode", z=np.zeros([2, 2], "float32"))
    made.model_spec.version.value = 1
    made.output_filter.append("image")
    assert set(stub.Predict(made).outputs) == {"image"}


def test_metadata_and_status(channel, stub):
    made = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    made.model_spec.name = "small"
    signatures = get_model_metadata_pb2.SignatureDefMap()
    stub.GetModelMetadata(made).metadata["signature_def"].Unpack(signatures)
    assert {"sample", "log_px", "serving_default"} <= set(signatures.signature_def)
    assert signatures.signature_def["sample"].inputs["seed"].dtype == tf.int32.as_datatype_enum
    made = get_model_status_pb2.GetModelStatusRequest()
    made.model_spec.name = "small"
    (state,) = model_service_pb2_grpc.ModelServiceStub(channel).GetModelStatus(made).model_version_status
    assert (state.version, state.state) == (1, get_model_status_pb2.ModelVersionStatus.AVAILABLE)


def broken(**fields):
    made = request("decode", z=np.zeros([1, 2], "float32"))
    tensor = made.inputs["z"]
    tensor.Clear()
    tensor.dtype = fields.get("dtype", 1)
    for size in fields["shape"]:
        tensor.tensor_shape.dim.add(size=size)
    tensor.float_val.extend(fields.get("values", []))
    tensor.tensor_content = fields.get("content", b"")
    return made


@pytest.mark.parametrize(
    ("made", "code", "message"),
    [
        (request("sample", name="large", seed=SEED, n=np.int32(1)), "NOT_FOUND", "no model 'large'"),
        (request("dream"), "NOT_FOUND", "no signature 'dream'"),
        (request("sample", seed=SEED), "INVALID_ARGUMENT", "'n' is missing"),
        (request("sample", seed=SEED, n=np.int64(1)), "INVALID_ARGUMENT", "n is int64, but must be int32"),
        (request("sample", seed=SEED, n=np.int32(9)), "OUT_OF_RANGE", "at most 8"),
        (request("decode", z=np.full([1, 2], np.nan, "float32")), "INVALID_ARGUMENT", "finite"),
        (request("decode", z=np.array([["a", "b"]])), "INVALID_ARGUMENT", "z has strings"),
        # A few bytes that promise 4 TB: one value stands for all of them.
        (broken(shape=[10**6, 10**6], values=[1.0]), "INVALID_ARGUMENT", "must have [n, 2]"),
        (broken(shape=[10**6, 2], values=[1.0]), "OUT_OF_RANGE", "at most 8"),
        (broken(shape=[-1, 2], values=[1.0]), "INVALID_ARGUMENT", "isn't a whole tensor"),
        (broken(shape=[1, 2], content=b"123"), "INVALID_ARGUMENT", "isn't a whole tensor"),
        (broken(shape=[1, 2], dtype=999), "INVALID_ARGUMENT", "z is of no known type, 999"),
    ],
)
def test_errors_have_the_right_status(stub, made, code, message):
    with pytest.raises(grpc.RpcError) as error:
        stub.Predict(made)
    assert error.value.code().name == code
    assert message in error.value.details()


def test_what_is_not_served_says_so(stub):
    with pytest.raises(grpc.RpcError) as error:
        stub.Classify(classification_pb2.ClassificationRequest())
    assert error.value.code() == grpc.StatusCode.UNIMPLEMENTED


PREDICT = "/tensorflow.serving.PredictionService/Predict"


def raw(channel, content, path=PREDICT, **options):
    """The status of a call with these bytes."""
    try:
        channel.unary_unary(path)(content, timeout=20, **options)
    except grpc.RpcError as error:
        return error.code().name, error.details()
    return "OK", ""


@pytest.mark.parametrize(
    ("dtype", "values"),
    [
        (19, {"half_val": [70000, 1]}),
        (19, {"half_val": [-1, 1]}),
        (14, {"half_val": [1, 2]}),
        (6, {"int_val": [300, 1]}),
        (3, {"int_val": [1, 2]}),
        (9, {"int64_val": [1, 2]}),
        (7, {"string_val": [b"a", b"b"]}),
        (10, {"bool_val": [True, False]}),
        (8, {"scomplex_val": [1, 2]}),
        (20, {}),
        (21, {}),
        (101, {"float_val": [1, 2]}),
        (0, {}),
        (12345, {}),
    ],
)
def test_tensors_of_another_type_are_invalid_and_never_unknown(channel, dtype, values):
    made = request("decode", z=np.zeros([1, 2], "float32"))
    made.inputs["z"].CopyFrom(TensorProto(dtype=dtype, tensor_shape=made.inputs["z"].tensor_shape, **values))
    code, message = raw(channel, made.SerializeToString())
    assert code == "INVALID_ARGUMENT" and message.startswith("z ")


@pytest.mark.parametrize("content", [b"\xff" * 20, b"\x0a\x05ab", b"\x08", b"\x0a\x02\xff\xff", bytes(100)])
@pytest.mark.parametrize("method", ["Predict", "GetModelMetadata"])
def test_what_is_no_message_is_invalid(channel, content, method):
    code, _ = raw(channel, content, f"/tensorflow.serving.PredictionService/{method}")
    assert code == "INVALID_ARGUMENT"


def test_a_large_question_for_little_is_refused(channel):
    path = "/tensorflow.serving.ModelService/GetModelStatus"
    assert raw(channel, b"\x12\x00" * 20_000, path)[0] == "INVALID_ARGUMENT"


def test_a_call_without_a_message_ends_and_a_client_may_have_so_many(saved):
    with serving(Models({"small": saved[1]}, timeout=0.5), most=2) as channel:
        release, call = threading.Event(), channel.stream_unary(PREDICT)
        waiting = [call.future(iter(release.wait, True)) for _ in range(2)]
        content = request("decode", z=np.zeros([1, 2], "float32")).SerializeToString()
        while raw(channel, content)[0] != "RESOURCE_EXHAUSTED":
            assert not all(each.done() for each in waiting)
        for each in waiting:
            assert each.exception().code() == grpc.StatusCode.DEADLINE_EXCEEDED
            assert "the message didn't come" in each.exception().details()
        release.set()
        assert raw(channel, content)[0] == "OK"


def test_messages_may_be_compressed_and_are_bounded_by_what_they_unpack_to(channel):
    content = request("decode", z=np.zeros([8, 2], "float32")).SerializeToString()
    for compression in (grpc.Compression.Gzip, grpc.Compression.Deflate):
        assert raw(channel, content, compression=compression)[0] == "OK"
        bomb = request("decode", z=np.zeros([10**6, 2], "float32")).SerializeToString()
        assert raw(channel, bomb, compression=compression)[0] in ("RESOURCE_EXHAUSTED", "OUT_OF_RANGE")


def test_no_folders_are_told(saved, tmp_path):
    shutil.copytree(saved[1], tmp_path / "small")
    (tmp_path / "small/2").mkdir()
    (tmp_path / "small/2/saved_model.pb").write_bytes(b"no")
    with serving(Models({"small": tmp_path / "small"})) as channel:
        made = get_model_status_pb2.GetModelStatusRequest()
        made.model_spec.name = "small"
        states = model_service_pb2_grpc.ModelServiceStub(channel).GetModelStatus(made).model_version_status
        assert [state.version for state in states] == [2, 1]
        assert states[0].status.error_message and str(tmp_path) not in states[0].status.error_message
