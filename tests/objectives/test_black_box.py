from functools import partial

import numpy as np
import pytest

from tests.binary_latents import BinaryLatents
from zoo.errors import InputError
from zoo.objectives.black_box import _of_others, black_box


@pytest.mark.parametrize("k", [2, 4])
def test_its_gradient_is_the_elbos(k):
    """By enumeration of all codes. Coefficients of all samples, each one's own among them, would be off by far."""
    BinaryLatents(partial(black_box, num_samples=k)).check_steps(most=0.05)


def test_its_value_is_the_elbo():
    model = BinaryLatents()
    bound, _ = black_box(model.vae, np.repeat(model.x, 5000, axis=0), num_samples=3)
    assert abs(np.mean(bound) - model.bound(1)) < 4.5 * np.std(bound) / np.sqrt(5000)


def test_a_coefficient_is_of_the_other_samples_alone():
    worth = np.array([1.0, 2.0, 4.0]).reshape(3, 1, 1).astype("float32")
    weights = np.array([[1.0, 0.0], [3.0, 0.0], [1.0, 0.0]]).reshape(3, 1, 2).astype("float32")
    expected = [[(6 + 4) / 4, 0], [(1 + 4) / 2, 0], [(1 + 6) / 4, 0]]
    assert np.allclose(np.asarray(_of_others(worth, weights))[:, 0], expected)


def test_one_sample_has_no_others_to_learn_from():
    model = BinaryLatents()
    with pytest.raises(InputError, match="num_samples is 1, but must be an integer of at least 2"):
        black_box(model.vae, model.x, num_samples=1)
