import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import expit, log_expit

from zoo.distributions.bernoulli_image import BernoulliImage
from zoo.numerics.compilation import compiled
from zoo.random import draw, key

LOGITS = np.array([-1e30, -500.0, -20.0, -1.0, 0.0, 3.0, 20.0, 500.0, 1e30], "float32")


@pytest.fixture(params=["as it is", "fused"])
def log_prob(request):
    function = lambda logits, x: BernoulliImage(logits).log_prob(x)  # noqa: E731
    return function if request.param == "as it is" else compiled(function)


@pytest.mark.parametrize("pixel", [0.0, 1.0])
def test_log_prob_is_exact_at_any_logit(log_prob, pixel):
    logits = LOGITS[:, None, None, None]
    exact = log_expit(LOGITS.astype("float64") * (2 * pixel - 1))
    found = log_prob(ops.convert_to_tensor(logits), ops.full([1, 1, 1], pixel))
    assert np.asarray(found) == pytest.approx(exact, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("shape", [(28, 28, 1), (8, 8, 3), (7, 1, 1), (1, 1, 1), (5, 9, 2), (17, 1, 1)])
def test_log_prob_is_the_sum_over_pixels(rng, log_prob, shape):
    """Whatever the number of pixels, which are taken together by divisors of it."""
    logits = (10 * rng.normal(size=(4, 3, *shape))).astype("float32")
    x = (rng.random((3, *shape)) < 0.5).astype("float32")
    exact = log_expit(logits.astype("float64") * (2 * x - 1)).sum(axis=(-3, -2, -1))
    found = log_prob(ops.convert_to_tensor(logits), ops.convert_to_tensor(x))
    assert np.allclose(found, exact, rtol=1e-6, atol=1e-5)


def test_one_distribution_takes_many_images(rng, log_prob):
    logits, x = rng.normal(size=(2, 3, 1)).astype("float32"), rng.random((5, 2, 3, 1)).astype("float32")
    exact = (x * logits - np.logaddexp(0, logits)).sum(axis=(-3, -2, -1))
    assert np.allclose(log_prob(ops.convert_to_tensor(logits), ops.convert_to_tensor(x)), exact, atol=1e-5)


def test_the_gradient_is_that_of_the_sum(rng, log_prob):
    """d/dl = x - sigmoid(l), at 0 too, and d/dx = l, summed over what x is repeated for."""
    logits, x = rng.normal(size=(4, 3, 2, 3, 1)).astype("float32"), rng.random((3, 2, 3, 1)).astype("float32")
    logits[0] = 0
    weights = rng.normal(size=(4, 3)).astype("float32")
    of_logits, of_x = gradients(lambda *both: ops.sum(weights * log_prob(*both)), logits, x)
    upstream = weights[..., None, None, None]
    assert np.allclose(of_logits, upstream * (x - expit(logits)), atol=1e-6)
    assert np.allclose(of_x, (upstream * logits).sum(axis=0), atol=1e-5)


def gradients(function, *arguments):
    arguments = [ops.convert_to_tensor(a) for a in arguments]
    if keras.backend.backend() == "jax":
        import jax

        return jax.grad(function, argnums=(0, 1))(*arguments)
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(arguments)
        value = function(*arguments)
    return tape.gradient(value, arguments)


def test_grey_pixels_have_their_expected_log_prob(rng):
    logits, x = rng.normal(size=(2, 2, 1)).astype("float32"), rng.random((2, 2, 1)).astype("float32")
    exact = (x * log_expit(logits.astype("float64")) + (1 - x) * log_expit(-logits.astype("float64"))).sum()
    assert float(BernoulliImage(logits).log_prob(x)) == pytest.approx(exact, rel=1e-5)


def test_it_is_drawn_from_and_has_a_mean_as_any_bernoulli():
    distribution = BernoulliImage(np.array([-2.0, 0.5], "float32").reshape(1, 2, 1))
    assert np.allclose(np.ravel(distribution.mean()), 1 / (1 + np.exp([2.0, -0.5])), atol=1e-6)
    assert np.allclose(np.mean(draw(distribution, key(0), (20_000,)), axis=0), distribution.mean(), atol=0.015)
    assert keras.backend.standardize_dtype(draw(distribution, key(0)).dtype) == "float32"
