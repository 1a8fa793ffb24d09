import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import expit, logsumexp, softmax

from tests.conftest import tensorflow_only
from zoo.numerics import stable as numerics

EXTREMES = np.array([-3e38, -1e4, -100.0, -1.0, -1e-6, 0.0, 1e-6, 1.0, 88.0, 100.0, 1e4, 3e38], "float32")


def test_softplus_is_log_1_plus_exp_and_never_overflows():
    assert np.allclose(numerics.softplus(EXTREMES), np.logaddexp(0, EXTREMES.astype("float64")), rtol=1e-6)


def test_sum_softplus_is_the_sum_of_softpluses(rng):
    for size in (1, 7, 12, 16, 784):
        x = (20 * rng.normal(size=(3, size))).astype("float32")
        assert np.allclose(numerics.sum_softplus(x), np.logaddexp(0, x.astype("float64")).sum(axis=-1), rtol=1e-6)
    for extreme in EXTREMES:
        exact = np.logaddexp(0, np.float64(extreme))
        assert float(numerics.sum_softplus(np.full([1], extreme))) == pytest.approx(exact, rel=1e-6, abs=1e-7)


def test_log_sigmoid_is_minus_softplus_of_the_opposite():
    assert np.allclose(numerics.log_sigmoid(EXTREMES), -np.logaddexp(0, -EXTREMES.astype("float64")), rtol=1e-6)


@pytest.mark.parametrize("x", [1e-30, 1e-8, 1e-3, 0.0156, 0.01563, 0.1, 1.0, 10.0, 80.0])
def test_log1mexp_keeps_its_digits(x):
    exact = np.log(-np.expm1(-np.float64(np.float32(x))))
    assert float(numerics.log1mexp(ops.convert_to_tensor(np.float32(x)))) == pytest.approx(exact, rel=2e-5, abs=1e-7)


@pytest.mark.parametrize("x", [0.0, 1e-30, 1e-8, 1e-3, 0.0156, 0.01563, 0.1, 1.0, 10.0, 80.0])
def test_log1p_and_expm1_keep_their_digits(x):
    x = np.float32(x)
    for ours, exact in ((numerics.log1p, np.log1p), (numerics.expm1, np.expm1)):
        assert float(ours(ops.convert_to_tensor(x))) == pytest.approx(exact(np.float64(x)), rel=2e-5, abs=0)


def test_log_mean_exp_is_a_mean_and_not_a_sum(rng):
    x = rng.normal(size=(50, 3)).astype("float32") * 100 - 1000
    expected = logsumexp(x.astype("float64"), axis=0) - np.log(50)
    assert np.allclose(numerics.log_mean_exp(ops.convert_to_tensor(x), axis=0), expected, rtol=1e-6)


@pytest.mark.parametrize("function", [numerics.softplus, lambda x: numerics.sum_softplus(x[..., None])])
def test_the_gradient_of_softplus_is_the_sigmoid_everywhere(function):
    if keras.backend.backend() == "jax":
        import jax

        slope = jax.vmap(jax.grad(function))(EXTREMES)
    else:
        import tensorflow as tf

        x = tf.constant(EXTREMES)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        slope = tape.gradient(y, x)
    assert np.allclose(slope, expit(EXTREMES.astype("float64")), rtol=1e-6)


@tensorflow_only
def test_nothing_overflows_in_tflite_either(tmp_path):
    """TFLite's own softplus is infinite from 89 on, and its log_sigmoid is -inf below -89."""
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    from zoo.export.saved_model import write_saved_model
    from zoo.export.tflite import write_tflite

    def functions(x):
        return {
            "softplus": numerics.softplus(x),
            "sum_softplus": numerics.sum_softplus(tf.stack([x, tf.zeros_like(x)], axis=-1)),
            "log_sigmoid": numerics.log_sigmoid(x),
            "log1mexp": numerics.log1mexp(tf.maximum(tf.abs(x), 1e-30)),
            "log_mean_exp": numerics.log_mean_exp(tf.stack([x, x])),
        }

    asked = {"f": (functions, [tf.TensorSpec([None], tf.float32, "x")])}
    write_saved_model(tmp_path / "sm", asked)
    write_tflite(tmp_path / "m.tflite", tmp_path / "sm", asked)
    found = Interpreter(str(tmp_path / "m.tflite")).get_signature_runner("f")(x=EXTREMES)
    x = EXTREMES.astype("float64")
    assert np.allclose(found["softplus"], np.logaddexp(0, x), rtol=1e-5, atol=1e-7)
    assert np.allclose(found["sum_softplus"], np.logaddexp(0, x) + np.log(2), rtol=1e-5)
    assert np.allclose(found["log_sigmoid"], -np.logaddexp(0, -x), rtol=1e-5, atol=1e-7)
    positive = np.maximum(np.abs(x), 1e-30)
    assert np.allclose(found["log1mexp"], np.log(-np.expm1(-positive)), rtol=2e-5, atol=1e-6)
    assert np.allclose(found["log_mean_exp"], x, rtol=1e-6, atol=1e-6)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shape", [(4, 3), (1, 3)])
def test_shares_are_a_softmax_of_one_weight_too(rng, shape):
    x = 1000 + 300 * rng.normal(size=shape)
    assert np.allclose(numerics.shares(ops.convert_to_tensor(x, "float32")), softmax(x, 0), atol=1e-4)
