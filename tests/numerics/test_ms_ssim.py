import numpy as np
import pytest

from tests.conftest import tensorflow_only
from zoo.numerics.gradient import gradient
from zoo.numerics.ms_ssim import WEIGHTS, ms_ssim


def pair(side, channels=1, noise=0.2):
    """Smooth images, and the same with noise."""
    rng = np.random.default_rng(0)
    line = np.linspace(0, 3, side)
    waves = np.sin(line[:, None] * rng.uniform(1, 3, (4, channels, 1, 1)) + line)
    x = 0.5 + 0.4 * np.moveaxis(waves, 1, -1)
    y = np.clip(x + noise * rng.normal(size=x.shape), 0, 1)
    return x.astype("float32"), y.astype("float32")


@tensorflow_only
def test_it_is_what_tensorflow_has():
    """Where all five scales fit, by its own definition; elsewhere with the weights of those that do."""
    import tensorflow as tf

    x, y = pair(176, channels=3)
    assert np.allclose(ms_ssim(x, y), tf.image.ssim_multiscale(x, y, 1.0), atol=1e-4)
    x, y = pair(28)
    weights = np.array(WEIGHTS[:2]) / sum(WEIGHTS[:2])
    assert np.allclose(ms_ssim(x, y), tf.image.ssim_multiscale(x, y, 1.0, power_factors=weights), atol=1e-4)


def test_equal_images_are_as_similar_as_can_be():
    x, y = pair(28)
    assert np.allclose(ms_ssim(x, x), 1, atol=1e-5)
    nearer = pair(28, noise=0.05)[1]
    assert (np.asarray(ms_ssim(x, y)) < np.asarray(ms_ssim(x, nearer)) - 0.05).all()
    assert np.allclose(ms_ssim(x, y), ms_ssim(y, x), atol=1e-5)


@pytest.mark.parametrize("side", [1, 4, 8, 11, 22])
def test_of_small_and_constant_images_it_is_finite_and_so_is_its_gradient(side):
    x, y = pair(side)
    for a, b in ((x, y), (0 * x, 0 * x), (0 * x, 0 * x + 1), (x, 1 - x)):
        found = np.asarray(ms_ssim(a, b))
        assert np.isfinite(found).all() and (found <= 1 + 1e-5).all()
        assert np.isfinite(np.asarray(gradient(lambda b, a=a: ms_ssim(a, b), np.asarray(b, "float32")))).all()


def test_the_span_is_what_lies_between_black_and_white():
    x, y = pair(28)
    assert np.allclose(ms_ssim(255 * x, 255 * y, span=255.0), ms_ssim(x, y), atol=1e-3)
