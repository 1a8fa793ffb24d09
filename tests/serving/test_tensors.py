import base64
import json

import numpy as np
import pytest
import tensorflow as tf

from zoo.serving.errors import Invalid, TooLarge
from zoo.serving.tensors import check_json, json_limits, message_limit, read_inputs, write_outputs

Z = {"z": tf.TensorSpec([None, 2], tf.float32)}
SAMPLE = {"seed": tf.TensorSpec([2], tf.int32), "n": tf.TensorSpec([], tf.int32)}
TWO = {"x": tf.TensorSpec([None, 2], tf.float32), "k": tf.TensorSpec([None], tf.int32)}


def b64(array):
    return {"b64": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()}


@pytest.mark.parametrize(
    "body",
    [
        {"instances": [[1, 2], [3.5, 4]]},
        {"instances": [{"z": [1, 2]}, {"z": [3.5, 4]}]},
        {"instances": [{"z": b64(np.float32([1, 2]))}, b64(np.float32([3.5, 4]))]},
        {"inputs": [[1, 2], [3.5, 4]]},
        {"inputs": {"z": [[1, 2], [3.5, 4]]}},
        {"inputs": {"z": b64(np.float32([[1, 2], [3.5, 4]]))}},
        {"inputs": b64(np.float32([[1, 2], [3.5, 4]]))},
    ],
)
def test_every_way_of_writing_the_same_codes(body):
    arrays, rows = read_inputs(body, Z)
    assert rows == ("instances" in body)
    assert arrays["z"].dtype == np.float32
    assert np.array_equal(arrays["z"], [[1, 2], [3.5, 4]])


def test_a_seed_and_a_number_are_columns():
    arrays, _ = read_inputs({"inputs": {"seed": [0, -7], "n": 16}}, SAMPLE)
    assert arrays["n"].shape == () and arrays["n"] == 16 and arrays["n"].dtype == np.int32
    assert np.array_equal(arrays["seed"], [0, -7]) and arrays["seed"].dtype == np.int32


@pytest.mark.parametrize(
    ("body", "inputs", "message"),
    [
        ({}, Z, "either"),
        ([], Z, "JSON object"),
        ({"instances": [[1, 2]], "inputs": [[1, 2]]}, Z, "either"),
        ({"instances": []}, Z, "at least one"),
        ({"instances": 3}, Z, "must be a list"),
        ({"instances": [[1, 2], [3]]}, Z, r"z has shape \[1\], but must have \[2\]"),
        ({"instances": [{"y": [1, 2]}]}, Z, "'z' is missing"),
        ({"instances": [{"z": [1, 2], "y": 3}]}, Z, "no input 'y'"),
        ({"instances": [["a", "b"]]}, Z, "numbers"),
        ({"instances": [[True, False]]}, Z, "numbers"),
        ({"instances": [[None, 1]]}, Z, "numbers"),
        ({"instances": [[[1], [2, 3]]]}, Z, "all of one shape"),
        ({"inputs": [[1e999, 1]]}, Z, "finite"),
        ({"inputs": [[1e39, 1]]}, Z, "finite"),
        ({"inputs": [1, 2]}, Z, r"must have \[n, 2\]"),
        ({"inputs": {"z": {"b64": "%%%"}}}, Z, "isn't base64"),
        ({"inputs": {"z": {"b64": "AAAA"}}}, Z, "3 bytes"),
        ({"inputs": {"z": {"b64": 3}}}, Z, "b64"),
        ({"inputs": {"z": {"c": 3}}}, Z, "b64"),
        ({"inputs": {"z": {}}}, Z, "b64"),
        ({"inputs": [[1, 2]]}, SAMPLE, "must be named"),
        ({"inputs": {"seed": [0, 7], "n": 1.5}}, SAMPLE, "n must be integers"),
        ({"inputs": {"seed": [0, 2**31], "n": 1}}, SAMPLE, "seed must be integers from -2147483648"),
        ({"inputs": {"seed": [0, 2**80], "n": 1}}, SAMPLE, "seed must be"),
        ({"instances": [{"seed": [0, 7], "n": 1}]}, SAMPLE, '"inputs" \\(columns\\) instead'),
    ],
)
def test_what_is_wrong_is_said(body, inputs, message):
    with pytest.raises(Invalid, match=message):
        read_inputs(body, inputs)


def test_rows_and_columns_come_back_as_they_came():
    outputs = {"a": np.float32([[1], [2]]), "b": np.float32([3, 4])}
    one = {"a": outputs["a"]}
    assert written(outputs, rows=True) == {"predictions": [{"a": [1], "b": 3}, {"a": [2], "b": 4}]}
    assert written(outputs, rows=False) == {"outputs": {"a": [[1], [2]], "b": [3, 4]}}
    assert written(one, rows=True) == {"predictions": [[1], [2]]}
    assert written(one, rows=False) == {"outputs": [[1], [2]]}


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "int8", "uint64", "bool"])
@pytest.mark.parametrize("shape", [(), (3,), (0,), (2, 0), (2, 3), (70, 8, 8, 1), (1, 9000), (5000, 1)])
def test_arrays_are_written_as_nested_lists_in_pieces(dtype, shape):
    import ml_dtypes

    array = (np.arange(np.prod(shape)) % 2).reshape(shape).astype(getattr(ml_dtypes, dtype, dtype))
    # Rows that don't lie one after the other, too.
    for each in (array, array.T):
        assert written({"a": each}, rows=False) == {"outputs": each.astype("float32").tolist()}


def test_no_piece_is_large():
    sizes = [len(piece) for piece in write_outputs({"a": np.zeros([128, 64, 64, 3], "float32")}, rows=True)]
    assert sum(sizes) > 6e6 and max(sizes) < 2e4


def test_strings_are_written_too():
    assert written({"a": np.array([b"one", b"two"], object)}, rows=False) == {"outputs": ["one", "two"]}


def written(outputs, rows):
    return json.loads(b"".join(write_outputs(outputs, rows)))


def test_inputs_of_several_names_are_stacked_by_name():
    arrays, _ = read_inputs({"instances": [{"x": [1, 2], "k": 1}, {"k": 2, "x": [3, 4]}]}, TWO)
    assert np.array_equal(arrays["x"], [[1, 2], [3, 4]]) and np.array_equal(arrays["k"], [1, 2])


class Function:
    """What has a signature."""

    def __init__(self, **inputs):
        self.inputs = {name: tf.TensorSpec(*spec) for name, spec in inputs.items()}


@pytest.mark.parametrize("indent", [None, 0, 1, 4])
@pytest.mark.parametrize("shape", [(), (2,), (3, 1), (8, 8, 1), (5, 4, 3)])
def test_no_request_that_a_model_needs_is_beyond_the_limits(shape, indent):
    limits = json_limits({"f": Function(x=([None, *shape], tf.float32), seed=([2], tf.int32))}, 16, 2**30)
    x = np.full([16, *shape], -1.2345678901234567e-100).tolist()
    seed = [-(2**31), -(2**31)]
    for body in (
        {"signature_name": "log_px", "inputs": {"x": x, "seed": seed}},
        {"signature_name": "log_px", "instances": x},
        {"signature_name": "log_px", "instances": [{"x": each, "seed": seed} for each in x]},
        {"signature_name": "log_px", "instances": [{"x": b64(np.float32(each)), "seed": seed} for each in x]},
    ):
        content = json.dumps(body, indent=indent).encode()
        assert len(content) <= limits.bytes
        check_json(content, limits)
    assert limits.bytes < 2**16 + 100 * (np.size(x) + 2) and limits.values < 20 * np.size(x) + 300


def test_what_a_model_takes_of_any_size_is_bounded_too():
    for spec in ([None, None], None, [None, 10**6, 10**3]):
        limits = json_limits({"f": Function(x=(spec, tf.float32))}, 128, 2**24)
        assert limits[:2] == (2**24, 2**20)
        assert message_limit({"f": Function(x=(spec, tf.float32))}, 128, 2**24) == 2**24
    with pytest.raises(TooLarge, match="1048577 commas, brackets and braces"):
        check_json(b"[" * (2**20 + 1), limits)


def test_a_large_array_is_read_row_by_row_and_is_the_same():
    x = np.random.default_rng(0).random([40, 50, 60], "float32")
    spec = {"x": tf.TensorSpec([None, 50, 60], tf.float32)}
    arrays, _ = read_inputs({"inputs": x.tolist()}, spec)
    assert np.array_equal(arrays["x"], x)
    with pytest.raises(Invalid, match="all of one shape"):
        read_inputs({"inputs": [*x.tolist(), [1, 2]]}, spec)


def test_more_rows_than_a_batch_are_refused_before_they_are_looked_at():
    with pytest.raises(TooLarge, match="3 examples in one request, but at most 2"):
        read_inputs({"instances": [None] * 3}, Z, max_batch=2)


@pytest.mark.parametrize(
    ("value", "spec", "message"),
    [
        ("abc", tf.TensorSpec([], tf.string), "x is of string, which isn't taken here"),
        ([1j.real], tf.TensorSpec([1], tf.complex64), "x is of complex64"),
        ([1, 0], tf.TensorSpec([None], tf.bool), "must be a number or nested lists"),
        (b64(np.float32([1, 2])), tf.TensorSpec(None, tf.float32), "sizes that base64 doesn't tell"),
        (b64(np.float32([1, 2])), tf.TensorSpec([None, None], tf.float32), "sizes that base64 doesn't tell"),
        (b64(np.float32([1, 2])), tf.TensorSpec([None, 0], tf.float32), "needs"),
    ],
)
def test_other_types_and_shapes_are_refused(value, spec, message):
    with pytest.raises(Invalid, match=message):
        read_inputs({"inputs": {"x": value}}, {"x": spec})


@pytest.mark.parametrize("dtype", [tf.bool, tf.float16, tf.bfloat16, tf.float64, tf.uint8, tf.int64])
def test_every_type_of_number_is_read(dtype):
    expected = np.array([0, 1], dtype.as_numpy_dtype)
    plain = [False, True] if dtype == tf.bool else [0, 1]
    for value in (plain, b64(expected)):
        arrays, _ = read_inputs(
            {"inputs": {"x": value}}, {"x": tf.TensorSpec(None if value == plain else [None], dtype)}
        )
        assert arrays["x"].dtype == expected.dtype and np.array_equal(arrays["x"], expected)
