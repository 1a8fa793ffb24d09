"""gRPC requests as bytes: those that official stubs make, those that are put together to do harm, and damaged ones."""

import tracemalloc

import numpy as np
import pytest
import tensorflow as tf
from google.protobuf.message import DecodeError
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorflow.core.framework.tensor_pb2 import TensorProto
from tensorflow_serving.apis.predict_pb2 import PredictRequest

from zoo.serving.errors import Invalid, ServingError, TooLarge
from zoo.serving.wire import fields, read_request, read_tensors

Z = {"z": tf.TensorSpec([None, 2], tf.float32)}
DTYPES = (
    *(tf.float16, tf.bfloat16, tf.float32, tf.float64, tf.bool),
    *(tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, tf.uint16, tf.uint32, tf.uint64),
)


def read(tensor, dtype=tf.float32, shape=(None, 2), most=2**20):
    return read_tensors({"z": tensor.SerializeToString()}, {"z": tf.TensorSpec(shape, dtype)}, 8, most)["z"]


def proto(dtype=1, shape=(1, 2), **values):
    made = TensorProto(dtype=dtype, **values)
    for size in shape:
        made.tensor_shape.dim.add(size=size)
    return made


def test_an_outline_has_what_the_request_has():
    request = PredictRequest(output_filter=["a", "b"])
    request.model_spec.name, request.model_spec.version.value = "digits", 3
    request.model_spec.signature_name = "decode"
    request.inputs["z"].CopyFrom(tf.make_tensor_proto(np.float32([[1, 2]])))
    outline = read_request(request.SerializeToString())
    assert outline.spec == request.model_spec and outline.outputs == ["a", "b"]
    assert np.array_equal(read_tensors(outline.tensors, Z, 8, 2**20)["z"], [[1, 2]])
    # A message in two parts is their merger, and the last of two entries counts.
    other = PredictRequest()
    other.model_spec.signature_name = "encode"
    other.inputs["z"].CopyFrom(tf.make_tensor_proto(np.float32([[3, 4]])))
    outline = read_request(request.SerializeToString() + other.SerializeToString())
    assert (outline.spec.name, outline.spec.signature_name) == ("digits", "encode")
    assert np.array_equal(read_tensors(outline.tensors, Z, 8, 2**20)["z"], [[3, 4]])


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.name)
def test_every_type_in_every_form(dtype):
    expected = (np.arange(6).reshape(3, 2) % 2).astype(dtype.as_numpy_dtype)
    content = TensorProto(dtype=dtype.as_datatype_enum, tensor_content=expected.tobytes())
    content.tensor_shape.CopyFrom(tf.TensorShape([3, 2]).as_proto())
    # As values, as the library itself makes them and as it reads them; and one value for all.
    values = tf.make_tensor_proto(expected.ravel().tolist(), dtype, [3, 2])
    splat = tf.make_tensor_proto(expected[0, 1:].tolist(), dtype, [3, 2])
    for tensor in (content, values, splat, tf.make_tensor_proto(expected)):
        found = read(tensor, dtype)
        assert found.dtype == dtype.as_numpy_dtype and np.array_equal(found, tf.make_ndarray(tensor))


def test_no_values_are_zeros_and_fewer_are_filled_with_the_last():
    assert np.array_equal(read(proto()), [[0, 0]])
    assert np.array_equal(read(proto(shape=(2, 2), float_val=[1, 2, 3])), [[1, 2], [3, 3]])
    assert read(proto(3, (), int_val=[7]), tf.int32, ()) == 7


@pytest.mark.parametrize(
    ("tensor", "dtype", "message"),
    [
        (proto(19, half_val=[70000]), tf.float16, "half_val must have numbers from 0 to 65535"),
        (proto(19, half_val=[-1]), tf.float16, "half_val must have"),
        (proto(14, half_val=[2**31 - 1]), tf.bfloat16, "half_val must have"),
        (proto(6, int_val=[128]), tf.int8, "int_val must have numbers from -128 to 127"),
        (proto(6, int_val=[-129]), tf.int8, "int_val"),
        (proto(5, int_val=[40000]), tf.int16, "int_val"),
        (proto(4, int_val=[-1]), tf.uint8, "from 0 to 255"),
        (proto(4, int_val=[1, 256]), tf.uint8, "from 0 to 255"),
        (proto(17, int_val=[65536]), tf.uint16, "int_val"),
        (proto(float_val=[1, 2, 3]), tf.float32, "float_val has 3 values for 2 elements"),
        (proto(tensor_content=b"123"), tf.float32, "tensor_content has 3 bytes, but 2 elements of float32 have 8"),
        (proto(tensor_content=b"1" * 9), tf.float32, "tensor_content has 9 bytes"),
        (proto(tensor_content=b"1" * 5000), tf.float32, "more bytes than 2 elements need"),
        (proto(7, string_val=[b"a", b"b"]), tf.float32, "has strings, resources or variants"),
        (proto(string_val=[b""] * 2), tf.float32, "has strings"),
        (proto(20), tf.float32, "z is resource, but must be float32"),
        (proto(2), tf.float32, "z is float64, but must be float32"),
        (proto(101), tf.float32, "z is float32_ref, but must be float32"),
        (proto(0), tf.float32, "no known type, 0"),
        (proto(999), tf.float32, "no known type, 999"),
        (proto(8, scomplex_val=[1, 2]), tf.complex64, "must be complex64"),
        (proto(7, (1, 2)), tf.string, "must be string"),
        (proto(shape=(1, -1)), tf.float32, "sizes that aren't known"),
        (proto(shape=(-(2**62), 2)), tf.float32, "sizes that aren't known"),
        (proto(shape=(1, 2**62)), tf.float32, "must have"),
        (proto(shape=(2,)), tf.float32, r"z has shape \[2\], but must have \[n, 2\]"),
        (proto(shape=(1,) * 90), tf.float32, "z has shape"),
        (proto(shape=(1,) * 2000), tf.float32, "the shape of z is longer"),
    ],
)
def test_what_is_wrong_is_said(tensor, dtype, message):
    with pytest.raises(Invalid, match=message):
        read(tensor, dtype)


def test_sizes_are_bounded_before_contents():
    with pytest.raises(TooLarge, match="9 examples in one request, but at most 8"):
        read(proto(shape=(9, 2)))
    with pytest.raises(TooLarge, match="larger than 1000 bytes"):
        read(proto(shape=(8, 100)), shape=(None, None), most=1000)
    # Each alone would do.
    inputs = {name: tf.TensorSpec(None, tf.float32) for name in "ab"}
    with pytest.raises(TooLarge, match="larger than 1000 bytes"):
        read_tensors(dict.fromkeys("ab", proto(shape=(150,)).SerializeToString()), inputs, 8, 1000)


def field(number, content):
    """A field of bytes; its length is written in four bytes, which is allowed."""
    size = len(content)
    length = bytes([size & 127 | 128, size >> 7 & 127 | 128, size >> 14 & 127 | 128, size >> 21])
    return bytes([number << 3 | 2]) + length + content


def unknown_inputs():
    request = PredictRequest()
    for i in range(100):
        request.inputs[f"u{i}"].CopyFrom(proto(shape=(2**20, 4), float_val=[1]))
    return request.SerializeToString()


HARM = {
    "100 unknown inputs of 16 MB each": unknown_inputs(),
    "a million empty inputs": field(2, b"") * 10**5,
    "a million empty names": field(3, b"") * 10**5,
    "a million empty strings": field(2, field(1, b"z") + field(2, field(8, b"") * 10**5)),
    "a million dimensions": field(2, field(1, b"z") + field(2, field(2, field(2, b"") * 10**5))),
    "a million values of one byte": field(2, field(1, b"z") + field(2, b"\x08\x01" + field(10, b"\0" * 10**6))),
    "a million values by themselves": field(2, field(1, b"z") + field(2, b"\x5d\0\0\0\0" * 10**5)),
    "a long name": field(2, field(1, b"z" * 10**6)),
    "a long model_spec": field(1, field(1, b"m" * 10**6)),
    "a million labels": field(1, field(4, b"") * 10**5),
    "variants in variants": field(2, field(1, b"z") + field(2, field(15, field(3, field(15, b"")) * 1000))),
}


@pytest.mark.parametrize("name", HARM)
def test_what_is_put_together_to_do_harm_takes_no_memory(name):
    tracemalloc.start()
    with pytest.raises(ServingError):
        read_tensors(read_request(HARM[name]).tensors, Z, 8, 2**20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3e5 + len(HARM[name]) * 1.1


@pytest.mark.parametrize("content", [b"\x08", b"\xff" * 11, b"\x0a\x05ab", b"\x0b", b"\x0f", b"\x02\x00", b"\x0d\x00"])
def test_what_is_no_message_is_refused(content):
    with pytest.raises(Invalid, match="isn't one of the protocol's"):
        list(fields(content, 10))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damaged_requests_are_refused_or_read(data):
    request = PredictRequest()
    request.model_spec.name = "digits"
    request.inputs["z"].CopyFrom(proto(float_val=[1, 2]))
    content = bytearray(request.SerializeToString())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        outline = read_request(bytes(content))
        read_tensors(outline.tensors, Z, 8, 2**20)
        parsed = PredictRequest.FromString(bytes(content))
    except (ServingError, DecodeError):  # The library looks into fields that nobody asks for, too.
        return
    assert outline.spec == parsed.model_spec and set(outline.tensors) == set(parsed.inputs)
