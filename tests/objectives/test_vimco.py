import numpy as np
import pytest

from tests.binary_latents import BinaryLatents
from zoo.errors import InputError
from zoo.objectives.vimco import vimco


@pytest.mark.parametrize("k", [2, 3])
def test_its_gradient_is_the_bounds(k):
    """By enumeration of all codes of all samples."""
    from functools import partial

    model = BinaryLatents(partial(vimco, num_samples=k))
    found, expected = model.steps(), model.gradient(k)
    error = found.std(axis=0, ddof=1) / np.sqrt(len(found)) + 1e-5
    assert (np.abs(found.mean(axis=0) - expected) < 4.5 * error).all()
    assert error.max() < 0.02
    assert np.linalg.norm(expected) > 0.1


def test_its_value_is_the_bound():
    model = BinaryLatents()
    bound, densities = vimco(model.vae, np.repeat(model.x, 5000, axis=0), num_samples=3)
    log_weight = np.asarray(densities.log_weight, "float64")
    assert np.allclose(bound, np.logaddexp.reduce(log_weight, axis=0) - np.log(3), atol=1e-5)
    assert abs(np.mean(bound) - model.bound(3)) < 4.5 * np.std(bound) / np.sqrt(5000)
    assert model.bound(1) < model.bound(3) < model.log_px


def test_one_sample_has_no_others_to_learn_from():
    model = BinaryLatents()
    with pytest.raises(InputError, match="num_samples is 1, but must be an integer of at least 2"):
        vimco(model.vae, model.x, num_samples=1)
