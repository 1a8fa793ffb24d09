"""TensorFlow Serving's JSON: what is in a request's body as arrays, and arrays as what is in a response's.

    {"instances": [...]}    row format, one entry for each example; answered by {"predictions": [...]}
    {"inputs": {...}}       columnar format, one entry for each input; answered by {"outputs": ...}

A signature with one input, or one output, may have its value without the name. `{"b64": "..."}` stands for an array
anywhere: the base64 of its bytes, little-endian, in the signature's dtype and in C order.
"""

import base64
import binascii
import math

import numpy as np

from zoo.serving.errors import Invalid


def read_inputs(body, inputs):
    """The arrays in a request's body.

    Args:
        body: the JSON object.
        inputs: a dict of name to `tf.TensorSpec`, the signature's.

    Returns:
        A dict of name to array, of the signature's dtypes and shapes; and whether the format is the row format.

    Raises:
        Invalid: the body isn't one that the signature takes.

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
    fixed = [name for name, spec in inputs.items() if not spec.shape.rank or spec.shape[0] is not None]
    if fixed:
        raise Invalid(f'{fixed[0]!r} isn\'t one for each example: give "inputs" (columns) instead of "instances".')
    rows = [row if isinstance(row, dict) and set(row) != {"b64"} else {_only(inputs): row} for row in rows]
    for row in rows:
        check_names(row, inputs)
    return {name: _stack([row[name] for row in rows], spec, name) for name, spec in inputs.items()}, True


def write_outputs(outputs, rows):
    """The object to answer with.

    Args:
        outputs: a dict of name to array.
        rows: whether the request was in the row format.

    Returns:
        A dict whose arrays are to be written as nested lists.

    Example:
        >>> write_outputs({"z": np.array([[1.0], [2.0]]), "n": np.array([3, 4])}, rows=True)
        {'predictions': [{'z': array([1.]), 'n': np.int64(3)}, {'z': array([2.]), 'n': np.int64(4)}]}
    """
    if not rows:
        return {"outputs": next(iter(outputs.values())) if len(outputs) == 1 else outputs}
    if len(outputs) == 1:
        return {"predictions": next(iter(outputs.values()))}
    count = len(next(iter(outputs.values())))
    return {"predictions": [{name: value[i] for name, value in outputs.items()} for i in range(count)]}


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
    dtype, shape = np.dtype(spec.dtype.as_numpy_dtype), spec.shape.as_list()
    if isinstance(value, dict):
        array = _from_base64(value, dtype, shape, name)
    else:
        try:
            array = np.asarray(value)
        except (ValueError, OverflowError) as error:
            raise Invalid(f"{name} must be a number or nested lists of numbers, all of one shape.") from error
        if array.dtype.kind not in "iuf":
            raise Invalid(f"{name} must be a number or nested lists of numbers, all of one shape.")
        array = _cast(array, dtype, name)
    return check_shape(array, shape, name)


def _from_base64(value, dtype, shape, name):
    if set(value) != {"b64"} or not isinstance(value["b64"], str):
        raise Invalid(f'{name} must be numbers, or {{"b64": "..."}} with the base64 of their bytes.')
    try:
        content = base64.b64decode(value["b64"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid(f"{name} isn't base64: {error}.") from error
    known = math.prod(size for size in shape if size is not None) * dtype.itemsize
    if len(content) % known or (None not in shape and len(content) != known):
        raise Invalid(
            f"{name} has {len(content)} bytes, but needs {'' if None not in shape else 'a multiple of '}{known}."
        )
    array = np.frombuffer(content, dtype.newbyteorder("<")).astype(dtype)
    return array.reshape([-1 if size is None else size for size in shape])


def _cast(array, dtype, name):
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        if array.dtype.kind == "f" or (array.size and (array.min() < limits.min or array.max() > limits.max)):
            raise Invalid(f"{name} must be integers from {limits.min} to {limits.max}.")
    with np.errstate(over="ignore"):
        return array.astype(dtype)


def check_shape(array, shape, name):
    """The array, if it has that shape (None for any size) and finite values; else `Invalid` is raised."""
    if array.ndim != len(shape) or any(
        size not in (None, given) for size, given in zip(shape, array.shape, strict=True)
    ):
        wanted = ", ".join("n" if size is None else str(size) for size in shape)
        raise Invalid(f"{name} has shape {list(array.shape)}, but must have [{wanted}].")
    if not np.isfinite(array).all():
        raise Invalid(f"{name} must be finite numbers.")
    return array
