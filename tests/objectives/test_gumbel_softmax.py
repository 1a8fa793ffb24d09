from functools import partial

import numpy as np
import pytest

from tests.binary_latents import BinaryLatents
from zoo.errors import InputError
from zoo.objectives.gumbel_softmax import gumbel_softmax


def test_its_gradient_has_a_bias_that_goes_with_the_temperature():
    """Against enumeration of all codes."""
    off = {}
    for temperature in (0.1, 1.0):
        model = BinaryLatents(partial(gumbel_softmax, temperature=temperature))
        found, expected = model.steps(), model.gradient(k=1)
        off[temperature] = np.linalg.norm(found.mean(axis=0) - expected) / np.linalg.norm(expected)
    # 0.5 % and 8 % of the gradient's length, known to 0.2 %.
    assert off[0.1] < 0.015 and 0.07 < off[1.0] < 0.09


@pytest.mark.parametrize("training", [False, True])
def test_its_value_is_that_of_bits(training):
    """Of relaxed codes it would be no bound."""
    model = BinaryLatents()
    bound, densities = gumbel_softmax(model.vae, np.repeat(model.x, 5000, axis=0), training=training)
    assert np.isin(densities.z, [0.0, 1.0]).all()
    assert np.allclose(bound, np.mean(densities.log_weight, axis=0), atol=1e-5)
    assert abs(np.mean(bound) - model.bound(1)) < 4.5 * np.std(bound) / np.sqrt(5000)


@pytest.mark.parametrize("temperature", [0, -1.0, float("nan")])
def test_a_temperature_is_above_0(temperature):
    model = BinaryLatents()
    with pytest.raises(InputError, match=r"temperature is .*, but must be a positive number"):
        gumbel_softmax(model.vae, model.x, temperature=temperature)
