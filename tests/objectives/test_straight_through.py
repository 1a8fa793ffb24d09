from functools import partial

import numpy as np
import pytest

from tests.binary_latents import BinaryLatents
from zoo.errors import InputError
from zoo.objectives.straight_through import straight_through


@pytest.mark.parametrize("temperature", [None, 0.5])
def test_its_decoders_gradient_is_the_elbos_and_its_encoders_is_not(temperature):
    """Against enumeration of all codes."""
    model = BinaryLatents(partial(straight_through, temperature=temperature))
    found, expected, of_decoder = model.steps(), model.gradient(k=1), model.of_decoder
    off, error = np.abs(found.mean(axis=0) - expected), found.std(axis=0, ddof=1) / np.sqrt(len(found)) + 1e-5
    assert (off < 4.5 * error)[of_decoder].all()
    # It is off by 2 % of the encoder's gradient here, and by 4 % with a temperature.
    off, expected = np.linalg.norm(off[~of_decoder]), np.linalg.norm(expected[~of_decoder])
    assert 0.01 < off / expected < 0.06 and off > 4.5 * np.linalg.norm(error[~of_decoder])


def test_its_value_is_that_of_bits():
    model = BinaryLatents()
    bound, densities = straight_through(model.vae, np.repeat(model.x, 5000, axis=0), training=True)
    assert np.allclose(bound, np.mean(densities.log_weight, axis=0), atol=1e-5)
    assert abs(np.mean(bound) - model.bound(1)) < 4.5 * np.std(bound) / np.sqrt(5000)


def test_a_temperature_is_above_0():
    model = BinaryLatents()
    with pytest.raises(InputError, match="temperature is -1, but must be a positive number"):
        straight_through(model.vae, model.x, temperature=-1)
