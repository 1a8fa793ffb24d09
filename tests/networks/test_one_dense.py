import keras
import pytest

from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.networks.one_dense import one_dense


def test_it_is_found():
    encoder = mlp_encoder((4, 4, 1), (3,))
    assert one_dense(encoder, "this") is encoder.layers[-1]
    dense = keras.layers.Dense(3)
    dense.build((None, 2))
    assert one_dense(dense, "this") is dense


@pytest.mark.parametrize(
    "layers", [[keras.layers.Flatten()], [keras.layers.Conv2D(2, 2), keras.layers.Flatten(), keras.layers.Dense(3)]]
)
def test_another_network_is_refused(layers):
    with pytest.raises(InputError, match="this is for one dense layer and no other weights"):
        one_dense(keras.Sequential([keras.Input((4, 4, 1)), *layers]), "this")
