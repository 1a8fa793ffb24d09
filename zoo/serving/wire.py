"""A gRPC request before it is parsed: its names, and its tensors' types, shapes and sizes.

A few bytes of a message may stand for much memory once they are parsed: two for an empty string, one for an int64. So
the message is walked over first, field by field, without a look into them, and only what fits the signature is parsed.
"""

import itertools
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from google.protobuf.message import DecodeError
from tensorflow.core.framework.tensor_pb2 import TensorProto
from tensorflow.core.framework.tensor_shape_pb2 import TensorShapeProto
from tensorflow_serving.apis.model_pb2 import ModelSpec

from zoo.serving.errors import Invalid
from zoo.serving.tensors import check_names, check_size

#: So many fields a request may have, and so many a tensor; so many bytes its model_spec, and a tensor's shape.
FIELDS, TENSOR_FIELDS, SPEC_BYTES, SHAPE_BYTES = 1000, 100, 4096, 1024
#: Where a `TensorProto` has the values of a type, if not in tensor_content.
_VALUES = {
    tf.float16: "half_val",
    tf.bfloat16: "half_val",
    tf.float32: "float_val",
    tf.float64: "double_val",
    tf.int8: "int_val",
    tf.int16: "int_val",
    tf.int32: "int_val",
    tf.int64: "int64_val",
    tf.uint8: "int_val",
    tf.uint16: "int_val",
    tf.uint32: "uint32_val",
    tf.uint64: "uint64_val",
    tf.bool: "bool_val",
}


class Request(NamedTuple):
    """A `PredictRequest` whose tensors aren't parsed yet."""

    spec: ModelSpec
    tensors: dict  #: name to the bytes of its `TensorProto`
    outputs: list  #: the names in output_filter


def read_request(content):
    """The outline of a `PredictRequest`.

    Args:
        content: its bytes.

    Raises:
        Invalid: it isn't one, or it has more fields than any request needs.

    Example:
        >>> from tensorflow_serving.apis.predict_pb2 import PredictRequest
        >>> request = PredictRequest()
        >>> request.model_spec.name = "digits"
        >>> request.inputs["z"].dtype = 1
        >>> read_request(request.SerializeToString()).spec.name
        'digits'
    """
    spec, tensors, outputs = b"", {}, []
    for number, value in fields(content, FIELDS):
        if number == 1:
            spec += _bytes(value, SPEC_BYTES - len(spec), "model_spec")
        elif number == 2:
            entry = dict(fields(_bytes(value, None, "inputs"), 8))
            name = _text(entry.get(1, b""), "an input's name")
            tensors[name] = _bytes(entry.get(2, b""), None, name)
        elif number == 3:
            outputs.append(_text(value, "output_filter"))
    return Request(_parse(ModelSpec, spec, "model_spec"), tensors, outputs)


def read_tensors(tensors, inputs, max_batch, max_bytes):
    """The arrays of a request. Names are checked first, then types and shapes, then sizes, and contents last.

    Args:
        tensors: a dict of name to the bytes of a `TensorProto`.
        inputs: a dict of name to `tf.TensorSpec`, the signature's.
        max_batch: how many examples a request may have.
        max_bytes: how many bytes all arrays may have together.

    Returns:
        A dict of name to array.

    Raises:
        Invalid: they aren't what the signature takes.
        TooLarge: more examples, or more bytes.
    """
    check_names(tensors, inputs)
    shapes = {name: _shape(tensors[name], spec, name) for name, spec in inputs.items()}
    check_size(shapes, inputs, max_batch, max_bytes)
    return {name: _array(tensors[name], shapes[name], spec, name) for name, spec in inputs.items()}


def fields(content, most):
    """Yields the number and the value of each field of a message: an int, or a memoryview of bytes.

    Raises:
        Invalid: it isn't a message, or there are more than `most`.

    References:
        Protocol Buffers, "Encoding".
    """
    view, at = memoryview(content), 0
    for count in itertools.count():
        if at == len(view):
            return
        if count == most:
            raise Invalid(f"the message has more than {most} fields where no request needs so many.")
        tag, at = _varint(view, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, at = _varint(view, at)
        elif kind in (1, 2, 5):
            size, at = _varint(view, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            value, at = view[at : at + size], at + size
        if number == 0 or kind not in (0, 1, 2, 5) or at > len(view):
            raise Invalid("the message isn't one of the protocol's: it ends early, or has a field of no known kind.")
        yield number, value


def _varint(view, at):
    value = 0
    for shift, byte in zip(range(0, 70, 7), view[at : at + 10], strict=False):
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (2**64 - 1), at + shift // 7 + 1
    raise Invalid("the message isn't one of the protocol's: a number in it doesn't end.")


def _bytes(value, most, what):
    if isinstance(value, int):
        raise Invalid(f"the message isn't one of the protocol's: {what[:50]} is a number.")
    if most is not None and len(value) > most:
        raise Invalid(f"{what[:50]} is longer than {most} bytes.")
    return bytes(value) if most is not None else value


def _text(value, what):
    try:
        return _bytes(value, SPEC_BYTES, what).decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"{what} isn't UTF-8.") from error


def _parse(kind, content, what):
    try:
        return kind.FromString(bytes(content))
    except DecodeError as error:
        raise Invalid(f"{what[:50]} isn't a {kind.DESCRIPTOR.name}.") from error


def _shape(content, spec, name):
    """The shape of a tensor of the spec's type. Nothing else of it is read."""
    dtype, shape = 0, b""
    for number, value in fields(content, TENSOR_FIELDS):
        if number == 1 and isinstance(value, int):
            dtype = value
        elif number == 2:
            shape += _bytes(value, SHAPE_BYTES - len(shape), f"the shape of {name}")
        elif number in (8, 14, 15):
            raise Invalid(f"{name} has strings, resources or variants: numbers are taken.")
    if dtype != spec.dtype.as_datatype_enum or spec.dtype not in _VALUES:
        raise Invalid(f"{name} is {_type_name(dtype)}, but must be {spec.dtype.name}.")
    shape = _parse(TensorShapeProto, shape, f"the shape of {name}")
    sizes = [each.size for each in shape.dim]
    if shape.unknown_rank or min(sizes, default=0) < 0:
        raise Invalid(f"{name} isn't a whole tensor: its shape has sizes that aren't known.")
    return sizes


def _type_name(number):
    try:
        return tf.as_dtype(number).name
    except TypeError:
        return f"of no known type, {number}"


def _array(content, shape, spec, name):
    """The array in a `TensorProto`, whose shape was checked: where values are fewer, the last stands for the rest."""
    size, dtype = int(np.prod(shape, dtype=object)), spec.dtype.as_numpy_dtype
    if len(content) > 10 * max(size, 1) + SHAPE_BYTES + 2 * TENSOR_FIELDS:
        raise Invalid(f"{name} isn't a whole tensor: it has more bytes than {size} elements need.")
    tensor = _parse(TensorProto, content, name)
    if tensor.tensor_content:
        if len(tensor.tensor_content) != size * np.dtype(dtype).itemsize:
            raise Invalid(
                f"{name} isn't a whole tensor: tensor_content has {len(tensor.tensor_content)} bytes, but {size} "
                f"elements of {spec.dtype.name} have {size * np.dtype(dtype).itemsize}."
            )
        if spec.dtype == tf.bool:
            return (np.frombuffer(tensor.tensor_content, np.uint8) != 0).reshape(shape)
        return np.frombuffer(tensor.tensor_content, dtype).reshape(shape)
    field = _VALUES[spec.dtype]
    values = np.array(getattr(tensor, field))
    if len(values) > size:
        raise Invalid(f"{name} isn't a whole tensor: {field} has {len(values)} values for {size} elements.")
    if not len(values):
        return np.zeros(shape, dtype)
    # Half floats are there as their bits.
    stored = np.uint16 if field == "half_val" else dtype
    if field in ("half_val", "int_val"):
        limits = np.iinfo(stored)
        if values.min() < limits.min or values.max() > limits.max:
            raise Invalid(f"{name}: {field} must have numbers from {limits.min} to {limits.max}.")
    values = values.astype(stored).view(dtype)
    return np.concatenate([values, np.repeat(values[-1:], size - len(values))]).reshape(shape)
