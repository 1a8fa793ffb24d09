import keras
import numpy as np
import pytest

from zoo.errors import InputError
from zoo.likelihoods.discretized_logistic import DiscretizedLogistic


@pytest.fixture
def likelihood():
    return DiscretizedLogistic(keras.Sequential([keras.Input((2,)), keras.layers.Reshape((1, 1, 2))]))


def test_the_probabilities_of_all_images_sum_to_1(likelihood):
    x = (np.arange(256, dtype="float32") / 255).reshape(256, 1, 1, 1)
    for z in ([0.0, 0.0], [3.0, -2.0], [-0.7, 40.0], [0.1, -1e6]):
        p = np.exp(np.asarray(likelihood(np.tile(np.float32([z]), (256, 1))).log_prob(x), "float64"))
        assert p.sum() == pytest.approx(1, abs=5e-4)


def test_real_values_are_refused_where_8_bit_ones_are_needed(likelihood):
    with pytest.raises(InputError, match="between the 256 values"):
        likelihood.check(np.full([1, 1, 1, 1], 0.5012345), "x")


def test_8_bit_pixels_are_taken_in_float32_too(likelihood):
    likelihood.check((np.arange(256, dtype="float32") / 255).reshape(-1, 1, 1, 1), "x")
