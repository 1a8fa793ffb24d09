import numpy as np
import pytest
from scipy.stats import kstest

from tests.corruptions.contract import check_corruption
from zoo.corruptions.gaussian_noise import GaussianNoise
from zoo.errors import InputError


def test_the_noise_is_normal_and_added():
    x = np.random.default_rng(0).random([100, 8, 8, 1]).astype("float32")
    noise = np.asarray(GaussianNoise(0.3)(x, training=True)) - x
    assert kstest(noise.reshape(-1) / 0.3, "norm").pvalue > 1e-3


def test_it_is_fresh_in_training_and_off_else():
    check_corruption(GaussianNoise(0.3))


def test_a_scale_that_is_none_is_refused():
    with pytest.raises(InputError, match="scale is 0"):
        GaussianNoise(0)
