"""Streams of random numbers by name: each has a key of its own, and today's samples hang on some of them."""

import ast
import itertools
from collections import defaultdict
from pathlib import Path

import jax
import numpy as np
import pytest

import zoo
from tests.conftest import tensorflow_only
from zoo.loading import FOLDER
from zoo.random import fold_in, key, split, stream
from zoo.random.streams import _OLDER, number
from zoo.runs.sample import sample_from

ROOT = Path(__file__).parents[2] / "zoo"
#: Two bootstraps, whose resamples are of different things.
SHARED = {"resamples"}


def called():
    """(function, name, file) of each call of `stream` and `number` in the package."""
    for path in sorted(ROOT.rglob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text())))
        imported = {
            alias.name
            for node in nodes
            if isinstance(node, ast.ImportFrom) and node.module in ("zoo.random", "zoo.random.streams")
            for alias in node.names
        }
        for node in nodes:
            function = getattr(getattr(node, "func", None), "id", None)
            if function in imported & {"stream", "number"}:
                yield function, node.args[-1], path.relative_to(ROOT).as_posix()


def test_each_name_is_written_out_and_has_one_consumer():
    files = defaultdict(set)
    for _, name, file in called():
        assert isinstance(name, ast.Constant), f"{file} has a stream whose name can't be read: {ast.unparse(name)}"
        files[name.value].add(file)
    assert files.keys() >= _OLDER.keys()
    assert {name for name, where in files.items() if len(where) > 1} == SHARED


def test_no_two_names_give_the_same_derivation():
    numbers = defaultdict(dict)
    for function, name, file in called():
        # Of each generator's: those of `number` are TensorFlow's in `data`, NumPy's in `evaluation`.
        numbers["Threefry" if function == "stream" else file][name.value] = number(name.value)
    assert len(numbers["Threefry"]) >= 4 and len(numbers["data/pipeline.py"]) == 3
    for of_generator in numbers.values():
        assert len(set(of_generator.values())) == len(of_generator)
    keys = [np.asarray(stream(7, name)).tolist() for name in numbers["Threefry"]]
    assert all(a != b for a, b in itertools.combinations(keys, 2))


def test_a_new_name_is_the_number_of_no_batch():
    some = [number(f"noise of part {n}") for n in range(1000)]
    assert min(some) >= 2**30 and max(some) < 2**31 and len(set(some)) == 1000
    # It is the name's for good: the samples of whoever uses it hang on it.
    assert number("noise of part 0") == 1591337208


def test_a_stream_is_a_key_that_is_folded_as_jax_does():
    for name in ("codes", "noise"):
        expected = jax.random.key_data(jax.random.fold_in(jax.random.key(7), number(name)))
        assert np.array_equal(np.asarray(stream(7, name)).view("uint32"), expected)
    assert np.array_equal(stream(key(7), "codes"), stream(7, "codes"))


def test_the_models_own_streams_are_what_they_were():
    """Before there were names the three of a model were split off its key."""
    assert np.array_equal([stream(7, name) for name in ("codes", "pixels", "posterior")], split(key(7), 3))
    assert np.array_equal(stream(7, "aggregate posterior"), fold_in(key(7), 2**30))


@tensorflow_only
@pytest.mark.parametrize("name", ["digits-iaf-mixture", "frey-2d", "mnist-conv", "mnist-iaf-mixture"])
def test_the_pretrained_models_draw_the_pixels_that_they_drew(name):
    """Their `.tflite` files are of before there were names. A pixel that lies at an edge may fall on its other side."""
    drawn, before = (np.asarray(each) for each in (zoo.load(name).sample_pixels(4, 7), _exported(name)))
    assert np.mean(np.abs(drawn - before) < 1e-3) > 0.999


def _exported(name):
    return sample_from(FOLDER / name / "model.tflite", 4, 7, pixels=True)
