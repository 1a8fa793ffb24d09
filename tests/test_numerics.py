import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import expit, logsumexp

from zoo import numerics

EXTREMES = np.array([-3e38, -1e4, -100.0, -1.0, -1e-6, 0.0, 1e-6, 1.0, 88.0, 100.0, 1e4, 3e38], "float32")


def test_softplus_is_log_1_plus_exp_and_never_overflows():
    assert np.allclose(numerics.softplus(EXTREMES), np.logaddexp(0, EXTREMES.astype("float64")), rtol=1e-6)


def test_log_sigmoid_is_minus_softplus_of_the_opposite():
    assert np.allclose(numerics.log_sigmoid(EXTREMES), -np.logaddexp(0, -EXTREMES.astype("float64")), rtol=1e-6)


@pytest.mark.parametrize("x", [1e-30, 1e-8, 1e-3, 0.0156, 0.01563, 0.1, 1.0, 10.0, 80.0])
def test_log1mexp_keeps_its_digits(x):
    exact = np.log(-np.expm1(-np.float64(np.float32(x))))
    assert float(numerics.log1mexp(ops.convert_to_tensor(np.float32(x)))) == pytest.approx(exact, rel=2e-5, abs=1e-7)


def test_log_mean_exp_is_a_mean_and_not_a_sum(rng):
    x = rng.normal(size=(50, 3)).astype("float32") * 100 - 1000
    expected = logsumexp(x.astype("float64"), axis=0) - np.log(50)
    assert np.allclose(numerics.log_mean_exp(ops.convert_to_tensor(x), axis=0), expected, rtol=1e-6)


def test_the_gradient_of_softplus_is_the_sigmoid_everywhere():
    if keras.backend.backend() == "jax":
        import jax

        slope = jax.vmap(jax.grad(lambda x: numerics.softplus(x)))(EXTREMES)
    else:
        import tensorflow as tf

        x = tf.constant(EXTREMES)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = numerics.softplus(x)
        slope = tape.gradient(y, x)
    assert np.allclose(slope, expit(EXTREMES.astype("float64")), rtol=1e-6)
