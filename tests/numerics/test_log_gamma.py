import numpy as np
import pytest
from keras import ops
from scipy import special

from tests.conftest import tensorflow_only
from zoo.numerics.log_gamma import log_gamma, log_gamma_step, stirling_remainder

Z = np.concatenate([np.geomspace(1e-30, 1e6, 2000), np.linspace(3.9, 4.1, 100)]).astype("float32")


def test_it_is_scipys_to_float32s_digits():
    exact = special.gammaln(Z.astype("float64"))
    assert np.allclose(log_gamma(ops.convert_to_tensor(Z)), exact, rtol=1e-6, atol=3e-6)


def test_what_stirling_leaves_keeps_its_digits_where_it_is_small():
    z = Z.astype("float64")
    z = z[z < 1e4]
    exact = special.gammaln(z) - ((z - 0.5) * np.log(z) - z + 0.5 * np.log(2 * np.pi))
    found = stirling_remainder(ops.convert_to_tensor(z.astype("float32")))
    assert np.allclose(found, exact, rtol=1e-5, atol=3e-6)
    large = z > 4.2
    assert np.allclose(np.asarray(found)[large], exact[large], rtol=1e-5, atol=1e-9)


@tensorflow_only
def test_its_gradient_is_the_digamma_function():
    import tensorflow as tf

    z = tf.constant(Z[(Z > 1e-6) & (Z < 1e5)])
    with tf.GradientTape() as tape:
        tape.watch(z)
        value = tf.reduce_sum(log_gamma(z))
    assert np.allclose(tape.gradient(value, z), special.digamma(z.numpy().astype("float64")), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("x", [0.5, 0.75, 1.0, 2.0, 10.0, 1e3, 1e6])
def test_a_half_step_of_log_gamma_is_scipys(x):
    exact = special.poch(np.float64(x), 0.5)
    assert float(log_gamma_step(ops.convert_to_tensor(x))) == pytest.approx(np.log(exact), abs=2e-6)
