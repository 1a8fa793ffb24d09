from functools import partial

import numpy as np
import pytest

from tests.binary_latents import BinaryLatents
from zoo.errors import InputError
from zoo.objectives.score_function import score_function

REMEDIES = {
    "none": {},
    "samples": {"num_samples": 3},
    "baseline": {"num_samples": 2, "baseline": True},
    "closed form": {"closed_form_kl": True},
    "all": {"num_samples": 2, "baseline": True, "closed_form_kl": True},
}


@pytest.mark.parametrize("name", REMEDIES)
def test_its_gradient_is_the_elbos(name):
    """By enumeration of all codes. A baseline of all samples, its own among them, would give half of it at S = 2."""
    BinaryLatents(partial(score_function, **REMEDIES[name])).check_steps(most=0.1)


@pytest.mark.parametrize("name", REMEDIES)
def test_its_value_is_the_elbo(name):
    model = BinaryLatents()
    x = np.repeat(model.x, 5000, axis=0)
    bound, _ = score_function(model.vae, x, **REMEDIES[name])
    assert abs(np.mean(bound) - model.bound(1)) < 4.5 * np.std(bound) / np.sqrt(len(x))


def test_a_baseline_of_one_sample_has_no_others():
    model = BinaryLatents()
    with pytest.raises(InputError, match="num_samples is 1, but must be an integer of at least 2"):
        score_function(model.vae, model.x, baseline=True)
