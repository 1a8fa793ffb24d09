import base64
import json

import numpy as np
import pytest
import tensorflow as tf

from zoo.serving.errors import Invalid
from zoo.serving.tensors import read_inputs, write_outputs

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
