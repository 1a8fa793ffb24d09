import functools

import keras
import numpy as np
import pytest

from zoo.errors import InputError
from zoo.objectives.iwae import iwae
from zoo.part import Composed


class Outer(Composed, keras.layers.Layer):
    def __init__(self, inner, size=(1, 2), function=None, **kwargs):
        super().__init__(**kwargs)
        self.inner = inner


def test_layers_tuples_and_partials_come_back():
    outer = Outer(keras.layers.Dense(3), size=(4, 5), function=functools.partial(iwae, num_samples=7), name="me")
    again = Outer.from_config(
        keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(outer)).get_config()
    )
    config = again._arguments
    assert again.name == "me"
    assert config["inner"].units == 3
    assert tuple(config["size"]) == (4, 5)
    assert config["function"].func is iwae
    assert config["function"].keywords == {"num_samples": 7}


def test_being_frozen_comes_back():
    outer = Outer(keras.layers.Dense(3))
    outer.trainable = False
    assert not Outer.from_config(outer.get_config()).trainable


def test_arguments_are_not_taken_for_further_layers():
    outer = Outer(keras.layers.Dense(3))
    outer.inner(np.zeros([1, 2]))
    assert len(outer.weights) == 2


def test_a_missing_argument_is_named():
    with pytest.raises(InputError, match="Outer: missing a required argument: 'inner'"):
        Outer()
