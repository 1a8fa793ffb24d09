import numpy as np
from keras import ops

from zoo.numerics.gradient import gradient
from zoo.numerics.surrogate import with_gradient_of


def test_the_value_is_one_and_the_gradient_the_others(rng):
    x = rng.normal(size=(3, 2)).astype("float32")

    def mixed(x):
        return with_gradient_of(ops.sum(x**2, axis=-1), ops.sum(ops.exp(x), axis=-1))

    assert np.allclose(mixed(ops.convert_to_tensor(x)), np.exp(x).sum(axis=-1), atol=1e-5)
    assert np.allclose(gradient(mixed, ops.convert_to_tensor(x)), 2 * x, atol=1e-5)
