from functools import partial

import numpy as np
import pytest

from tests.binary_latents import BinaryLatents
from zoo.objectives.muprop import muprop
from zoo.objectives.score_function import score_function


@pytest.mark.parametrize("k", [1, 2])
def test_its_gradient_is_the_elbos(k):
    """By enumeration of all codes."""
    BinaryLatents(partial(muprop, num_samples=k)).check_steps()


def test_its_variance_is_less_than_the_score_functions():
    plain, expanded = (BinaryLatents(each).steps(count=8, copies=200).var(axis=0) for each in (score_function, muprop))
    of_encoder = ~BinaryLatents().of_decoder
    assert expanded[of_encoder].sum() < 0.1 * plain[of_encoder].sum()


def test_its_value_is_the_elbo():
    model = BinaryLatents()
    x = np.repeat(model.x, 5000, axis=0)
    for training in (False, True):
        bound, densities = muprop(model.vae, x, training=training)
        assert np.allclose(bound, np.mean(densities.log_weight, axis=0), atol=1e-5)
    assert abs(np.mean(bound) - model.bound(1)) < 4.5 * np.std(bound) / np.sqrt(len(x))
