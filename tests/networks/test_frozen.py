import keras
import numpy as np
import pytest
from keras import ops

from zoo.networks.frozen import frozen
from zoo.numerics.gradient import gradient


@pytest.fixture
def network():
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(4, "tanh"), keras.layers.BatchNormalization(), keras.layers.Dense(1)]
    return keras.Sequential([keras.Input([3]), *layers])


def test_it_gives_what_the_network_gives_and_the_gradient_to_what_it_is_given(network, rng):
    x = rng.normal(size=[5, 3]).astype("float32")
    assert np.allclose(frozen(network)(x), network(x), atol=1e-6)
    ours, theirs = (np.asarray(gradient(function, ops.convert_to_tensor(x))) for function in (frozen(network), network))
    assert np.allclose(ours, theirs, atol=1e-6) and np.abs(ours).max() > 0.01


class Twice(keras.Model):
    """The sum of what a network gives, frozen and not: its loss on a batch."""

    def __init__(self, network, weights):
        super().__init__()
        self.network, self.ways = network, weights

    def call(self, x):
        return self.ways[0] * frozen(self.network)(x) + self.ways[1] * self.network(x)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return ops.sum(y_pred)


@pytest.mark.parametrize(("ways", "step"), [((1.0, 0.0), 0.0), ((7.0, 1.0), 1.0)])
def test_its_weights_take_no_gradient(ways, step):
    """On either backend, compiled: a step of gradient descent on w x is -x for what isn't frozen, and 0 for what is."""
    network = keras.Sequential([keras.Input([1]), keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    model, x = Twice(network, ways), np.array([[3.0]], "float32")
    model.compile(keras.optimizers.SGD(1.0))
    model.train_on_batch(x)
    assert float(network.get_weights()[0][0, 0]) == pytest.approx(1.0 - 3.0 * step)


def test_what_it_notes_as_it_runs_is_left_out(network, rng):
    before = [each.copy() for each in network.get_weights()]
    frozen(network)(rng.normal(size=[5, 3]).astype("float32"), training=True)
    assert all(np.array_equal(a, b) for a, b in zip(before, network.get_weights(), strict=True))
