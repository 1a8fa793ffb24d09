"""TensorFlow Serving's JSON: what is in a request's body as arrays, and arrays as what is in a response's.

    {"instances": [...]}    row format, one entry for each example; answered by {"predictions": [...]}
    {"inputs": {...}}       columnar format, one entry for each input; answered by {"outputs": ...}

A signature with one input, or one output, may have its value without the name. `{"b64": "..."}` stands for an array
anywhere: the base64 of its bytes, little-endian, in the signature's dtype and in C order.
"""

import base64
import binascii
import math
from typing import NamedTuple

import numpy as np
import orjson

from zoo.serving.errors import Invalid, TooLarge

#: So many lists, objects and entries JSON may have, whatever the model: a parser holds up all else while it is at work,
#: and needs some 100 bytes for each.
MAX_JSON_VALUES = 2**20


def read_inputs(body, inputs, max_batch=None):
    """The arrays in a request's body.

    Args:
        body: the JSON object.
        inputs: a dict of name to `tf.TensorSpec`, the signature's.
        max_batch: how many rows a request may have; None for any number.

    Returns:
        A dict of name to array, of the signature's dtypes and shapes; and whether the format is the row format.

    Raises:
        Invalid: the body isn't one that the signature takes.
        TooLarge: more rows.

    Example:
        >>> import tensorflow as tf
        >>> read_inputs({"instances": [[1, 2], [3, 4]]}, {"z": tf.TensorSpec([None, 2], tf.float32)})
        ({'z': array([[1., 2.],
           [3., 4.]], dtype=float32)}, True)

    References:
        TensorFlow Serving's guide, "RESTful API".
    """
    if not isinstance(body, dict) or ("instances" in body) == ("inputs" in body):
        raise Invalid('the body must be a JSON object with either "instances" (rows) or "inputs" (columns).')
    if "inputs" in body:
        columns = body["inputs"]
        if not isinstance(columns, dict) or set(columns) == {"b64"}:
            columns = {_only(inputs): columns}
        check_names(columns, inputs)
        return {name: _array(columns[name], spec, name) for name, spec in inputs.items()}, False
    rows = body["instances"]
    if not isinstance(rows, list) or not rows:
        raise Invalid('"instances" must be a list with at least one entry.')
    if max_batch is not None and len(rows) > max_batch:
        raise _too_many(len(rows), max_batch)
    fixed = [name for name, spec in inputs.items() if not spec.shape.rank or spec.shape[0] is not None]
    if fixed:
        raise Invalid(f'{fixed[0]!r} isn\'t one for each example: give "inputs" (columns) instead of "instances".')
    rows = [row if isinstance(row, dict) and set(row) != {"b64"} else {_only(inputs): row} for row in rows]
    for row in rows:
        check_names(row, inputs)
    return {name: _stack([row[name] for row in rows], spec, name) for name, spec in inputs.items()}, True


def write_outputs(outputs, rows):
    """What to answer with, in pieces: no single one takes long to make.

    Args:
        outputs: a dict of name to array.
        rows: whether the request was in the row format.

    Yields:
        The JSON object's bytes.

    Example:
        >>> b"".join(write_outputs({"z": np.array([[1.0], [2.0]]), "n": np.array([3, 4])}, rows=True))
        b'{"predictions":[{"z":[1.0],"n":3},{"z":[2.0],"n":4}]}'
    """
    yield b'{"predictions":' if rows else b'{"outputs":'
    if len(outputs) == 1:
        yield from _pieces(next(iter(outputs.values())))
    elif rows:
        for i in range(len(next(iter(outputs.values())))):
            yield b"," if i else b"["
            yield from _object({name: value[i] for name, value in outputs.items()})
        yield b"]"
    else:
        yield from _object(outputs)
    yield b"}"


def _object(arrays):
    for i, (name, value) in enumerate(arrays.items()):
        yield (b"," if i else b"{") + orjson.dumps(name) + b":"
        yield from _pieces(value)
    yield b"}"


def _pieces(array):
    """Nested lists of an array, so many numbers at a time."""
    array = np.asarray(array)
    if array.size > 4096 and array.ndim > 1:
        for i, row in enumerate(array):
            yield b"," if i else b"["
            yield from _pieces(row)
        yield b"]"
    elif array.dtype.kind in "OSU":
        yield orjson.dumps(array.tolist(), default=_bytes)
    elif array.dtype.kind in "biuf" and array.ndim:
        # orjson takes the memory as it lies; rows of a transposed array don't lie one after the other.
        yield orjson.dumps(np.ascontiguousarray(array), option=orjson.OPT_SERIALIZE_NUMPY)
    else:
        yield orjson.dumps(array.astype("float32").tolist() if array.dtype.kind == "V" else array.tolist())


def _bytes(value):
    return value.decode() if isinstance(value, bytes) else str(value)


class JsonLimits(NamedTuple):
    """How large a request's JSON may be."""

    bytes: int
    values: int  #: commas, brackets and braces together: all lists and objects, and all their entries but one
    quotes: int  #: of names, and of base64


def json_limits(signatures, max_batch, max_body):
    """How much JSON a request to any of these signatures may need, in whichever way it is written.

    Args:
        signatures: a dict of name to `zoo.serving.versions.Signature`.
        max_batch: how many examples a request may have.
        max_body: how many bytes a body may have at all.

    Returns:
        `JsonLimits`.

    Example:
        >>> json_limits({}, 128, 2**20)
        JsonLimits(bytes=65536, values=64, quotes=64)
    """
    most_bytes, most_values, most_quotes = 0, 0, 0
    for function in signatures.values():
        inputs = function.inputs
        numbers, values = 0, 2 * (max_batch + 2) * (len(inputs) + 2)
        for spec in inputs.values():
            sizes = _sizes(spec, max_batch)
            if None in sizes:
                numbers = values = math.inf
                break
            numbers += math.prod(sizes)
            # Lists of lists: each counts as what it opens, and as an entry.
            values += math.prod(sizes) + 2 * sum(math.prod(sizes[:i]) for i in range(len(sizes)))
        most_bytes, most_values = max(most_bytes, numbers), max(most_values, values)
        # Of each example's inputs a name, "b64" and what it stands for.
        most_quotes = max(most_quotes, 6 * (max_batch + 1) * (len(inputs) + 1))
    # A number has up to 24 characters, and may have a line of its own.
    return JsonLimits(min(64 * most_bytes + 2**16, max_body), min(most_values + 64, MAX_JSON_VALUES), most_quotes + 64)


def message_limit(signatures, max_batch, max_body):
    """How many bytes a gRPC message to any of these signatures may need. Arguments as for `json_limits`."""
    most = 0
    for function in signatures.values():
        inputs = function.inputs.values()
        sizes = [_sizes(spec, max_batch) for spec in inputs]
        if any(None in each for each in sizes):
            return max_body
        # An int may have ten bytes there, whatever its type.
        widths = [8 if spec.dtype.is_floating else 10 for spec in inputs]
        most = max(most, sum(width * math.prod(each) for width, each in zip(widths, sizes, strict=True)))
    return min(most + 2**16, max_body)


def check_json(content, limits):
    """Raises `TooLarge` if JSON that isn't parsed yet is beyond the limits.

    Those in strings count too: no name and no base64 has any.
    """
    for what, most, characters in (
        ("commas, brackets and braces", limits.values, (b",", b"[", b"{")),
        ("quotes", limits.quotes, (b'"',)),
    ):
        found = sum(content.count(character) for character in characters)
        if found > most:
            raise TooLarge(
                f"the body has {found} {what}, but no request to this model needs more than {most}: "
                'give fewer examples, arrays as {"b64": "..."}, or ask over gRPC.'
            )


def check_size(shapes, inputs, max_batch, max_bytes):
    """Raises an error if arrays of these shapes aren't what the signature takes.

    Args:
        shapes: a dict of name to a list of sizes.
        inputs: a dict of name to `tf.TensorSpec`.
        max_batch, max_bytes: how many examples, and how many bytes in all, a request may have.

    Raises:
        Invalid: a shape is another than the signature's.
        TooLarge: more examples, or more bytes.
    """
    total = 0
    for name, spec in inputs.items():
        _check_sizes(shapes[name], None if spec.shape.rank is None else spec.shape.as_list(), name)
        if spec.shape.rank and spec.shape[0] is None and shapes[name][0] > max_batch:
            raise _too_many(shapes[name][0], max_batch)
        total += math.prod(shapes[name]) * spec.dtype.size
    if total > max_bytes:
        raise TooLarge(f"the inputs are larger than {max_bytes} bytes.")


def _sizes(spec, max_batch):
    """The largest sizes of an input, None for any."""
    if spec.shape.rank is None:
        return [None]
    sizes = spec.shape.as_list()
    return [max_batch, *sizes[1:]] if sizes[:1] == [None] else sizes


def _too_many(count, most):
    return TooLarge(f"{count} examples in one request, but at most {most} are taken.")


def _only(inputs):
    if len(inputs) != 1:
        raise Invalid(f"the inputs must be named: the signature takes {', '.join(sorted(inputs))}.")
    return next(iter(inputs))


def check_names(given, inputs):
    """Raises `Invalid` unless just the inputs of the signature are given."""
    wrong = [f"the input {name!r} is missing" for name in inputs if name not in given]
    wrong += [f"there is no input {name[:50]!r}" for name in given if name not in inputs][:3]
    if wrong:
        raise Invalid(f"{', and '.join(wrong)}: the signature takes {', '.join(sorted(inputs))}.")


def _stack(values, spec, name):
    arrays = [_array(value, _example(spec), name) for value in values]
    return np.stack(arrays)


def _example(spec):
    """The spec without its first axis."""
    import tensorflow as tf

    return tf.TensorSpec(spec.shape[1:], spec.dtype)


def _array(value, spec, name):
    """An array of the spec's dtype, and of its shape where that is given."""
    dtype, shape = np.dtype(spec.dtype.as_numpy_dtype), None if spec.shape.rank is None else spec.shape.as_list()
    if dtype.kind not in "biufV":
        raise Invalid(f"{name} is of {spec.dtype.name}, which isn't taken here: numbers are.")
    if isinstance(value, dict):
        array = _from_base64(value, dtype, shape, name)
    else:
        try:
            array = _nested(value, shape)
        except (ValueError, OverflowError) as error:
            raise Invalid(f"{name} must be a number or nested lists of numbers, all of one shape.") from error
        if array.dtype.kind not in ("b" if dtype.kind == "b" else "iuf"):
            raise Invalid(f"{name} must be a number or nested lists of numbers, all of one shape.")
        array = _cast(array, dtype, name)
    return check_shape(array, shape, name)


def _nested(value, shape):
    """Nested lists as an array. Of a large one each row by itself, so that other threads get their turn between."""
    known = shape and None not in shape[1:]
    if known and isinstance(value, list) and len(value) > 1 and len(value) * math.prod(shape[1:]) > 2**16:
        return np.stack([np.asarray(row) for row in value])
    return np.asarray(value)


def _from_base64(value, dtype, shape, name):
    if set(value) != {"b64"} or not isinstance(value["b64"], str):
        raise Invalid(f'{name} must be numbers, or {{"b64": "..."}} with the base64 of their bytes.')
    try:
        content = base64.b64decode(value["b64"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid(f"{name} isn't base64: {error}.") from error
    if shape is None or shape.count(None) > 1:
        raise Invalid(f"{name} has sizes that base64 doesn't tell: give nested lists.")
    known = math.prod(size for size in shape if size is not None) * dtype.itemsize
    if not known or len(content) % known or (None not in shape and len(content) != known):
        raise Invalid(
            f"{name} has {len(content)} bytes, but needs {'' if None not in shape else 'a multiple of '}{known}."
        )
    array = np.frombuffer(content, np.uint8) != 0 if dtype.kind == "b" else np.frombuffer(content, dtype)
    return array.reshape([-1 if size is None else size for size in shape])


def _cast(array, dtype, name):
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        if array.dtype.kind == "f" or (array.size and (array.min() < limits.min or array.max() > limits.max)):
            raise Invalid(f"{name} must be integers from {limits.min} to {limits.max}.")
    with np.errstate(over="ignore"):
        return array.astype(dtype)


def check_shape(array, shape, name):
    """The array, if it has that shape (None for any, or any size) and finite values; else `Invalid` is raised."""
    _check_sizes(array.shape, shape, name)
    if not np.isfinite(array).all():
        raise Invalid(f"{name} must be finite numbers.")
    return array


def _check_sizes(sizes, shape, name):
    if shape is None:
        return
    if len(sizes) != len(shape) or any(size not in (None, given) for size, given in zip(shape, sizes, strict=True)):
        wanted = ", ".join("n" if size is None else str(size) for size in shape)
        raise Invalid(f"{name} has shape {str(list(sizes))[:100]}, but must have [{wanted}].")
