import numpy as np
import pytest

from tests.priors.test_bent import bent, forward, log_prob
from zoo.errors import InputError
from zoo.priors.spline_flow import SplineFlow


def test_a_step_leaves_half_of_the_dimensions_as_they_are(rng):
    prior = bent(SplineFlow, 5, steps=1)
    u = rng.normal(size=(3, 5)).astype("float32")
    scale = np.log1p(np.exp(np.asarray(prior.raw_scale)))
    moved = (forward(prior, u) - np.asarray(prior.loc)) / scale - u
    assert np.allclose(moved[:, ::2], 0, atol=1e-5)
    assert (np.abs(moved[:, 1::2]) > 1e-4).all()


def test_one_spline_makes_modes_that_no_affine_step_makes():
    """The middle stretched and both sides pressed together: one mode becomes two."""
    prior = SplineFlow(2, steps=1, units=(4,), bins=3)
    prior.build()
    prior.couplings[0].biases[-1].assign([0.0, 0.0, 0.0, 0.0, 2.5, 0.0, 0.0, 0.0])
    z = np.stack([np.zeros(161), np.linspace(-4, 4, 161)], axis=-1).astype("float32")
    density = np.exp(log_prob(prior, z))
    assert (np.diff(np.sign(np.diff(density))) < 0).sum() == 2


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"bins": 1}, "bins is 1"),
        ({"bins": 51}, "bins is 51"),
        ({"bound": 0.0}, "bound is 0.0"),
        ({"latent_dim": 1}, "latent_dim is 1"),
    ],
)
def test_what_can_not_be_is_refused(kwargs, message):
    with pytest.raises(InputError, match=message):
        SplineFlow(**{"latent_dim": 2} | kwargs)
