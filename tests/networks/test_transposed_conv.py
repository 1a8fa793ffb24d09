import keras
import numpy as np
import pytest

from zoo.errors import InputError
from zoo.networks.transposed_conv import FEW, TransposedConv


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("filters", [FEW - 1, FEW])
def test_it_is_kerass_transposed_convolution(size, stride, filters, rng):
    x = rng.normal(size=(2, 5, 4, 3)).astype("float32")
    theirs = keras.layers.Conv2DTranspose(filters, size, stride, "same", activation="elu", bias_initializer="normal")
    expected = np.asarray(theirs(x))
    ours = TransposedConv(filters, size, stride, activation="elu")
    ours.build(x.shape)
    ours.set_weights(theirs.get_weights())
    assert np.allclose(ours(x), expected, atol=1e-5)
    assert np.allclose(ours(x, training=True), expected, atol=1e-5)


def test_both_ways_have_the_same_gradient(rng):
    """The one is trained, the other is differentiated by what infers z for one example at a time."""
    x = rng.normal(size=(2, 5, 4, 3)).astype("float32")
    layer = TransposedConv(2, 3, 2)
    layer.build(x.shape)
    if keras.backend.backend() == "jax":
        import jax

        slopes = [jax.grad(lambda x, t=t: (layer(x, training=t) ** 2).sum())(x) for t in (True, False)]
    else:
        import tensorflow as tf

        slopes = []
        for training in (True, False):
            with tf.GradientTape() as tape:
                tape.watch(given := tf.constant(x))
                value = tf.reduce_sum(layer(given, training=training) ** 2)
            slopes.append(tape.gradient(value, given))
    assert np.allclose(*slopes, atol=1e-4)


def test_it_comes_back_from_a_file(tmp_path, rng):
    model = keras.Sequential([keras.Input((3, 3, 2)), TransposedConv(2, 3, 2, use_bias=False, activation="relu")])
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    x = rng.normal(size=(2, 3, 3, 2)).astype("float32")
    assert isinstance(again.layers[0], TransposedConv)
    assert np.array_equal(again(x), model(x))


@pytest.mark.parametrize("wrong", [{"padding": "valid"}, {"kernel_size": (3, 2)}, {"strides": (1, 2)}])
def test_what_it_does_not_do_is_refused(wrong):
    with pytest.raises(InputError, match="must be one size, one stride and 'same'"):
        TransposedConv(**({"filters": 2, "kernel_size": 3} | wrong))
