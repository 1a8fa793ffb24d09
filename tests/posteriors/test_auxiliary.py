from functools import partial

import numpy as np
import pytest

from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.auxiliary import Auxiliary
from zoo.random import center, draw_and_log_prob, key


def test_its_draws_are_properly_weighted(rng):
    """The mean of p(x, z) / exp(log_q) is p(x), with networks that guess at random."""
    model = LinearGaussian(posterior=partial(Auxiliary, auxiliary_dim=3, units=8), correlated=True)
    posterior = model.vae.posterior
    posterior.set_weights([0.15 * rng.normal(size=w.shape) for w in posterior.get_weights()])
    # z sees a, and is wide enough to test by.
    posterior.forward.of_z.set_weights([rng.normal(size=posterior.forward.of_z.kernel.shape)])
    posterior.forward.head.bias.assign([0.0, 0.0, 1.0, 1.0])
    densities = model.vae.log_densities(model.x, 20_000, seed=key(3))
    weights = np.exp(np.asarray(densities.log_weight, "float64") - model.log_px(model.x))
    error = weights.std(axis=0) / np.sqrt(len(weights))
    assert (np.abs(weights.mean(axis=0) - 1) < 4.5 * error).all()
    assert error.max() < 0.1, "weights so uneven that they would show nothing"


def test_where_z_does_not_see_a_and_r_is_right_it_is_a_gaussian(rng, images):
    posterior = Auxiliary(mlp_encoder((8, 8, 1), (8,)), latent_dim=2, auxiliary_dim=3, units=4)
    posterior.build((None, 8, 8, 1))
    same = rng.normal(size=6)
    posterior.head.set_weights([np.zeros(posterior.head.kernel.shape), same])
    posterior.reverse.head.set_weights([np.zeros(posterior.reverse.head.kernel.shape), same])
    posterior.forward.of_z.set_weights([np.zeros(posterior.forward.of_z.kernel.shape)])
    q = posterior(images)
    z, log_q = draw_and_log_prob(q, key(1), (5,))
    gaussian = q.second(np.zeros([64, 3], "float32"))
    assert np.allclose(log_q, gaussian.log_prob(z), atol=1e-4)
    assert np.allclose(center(q), gaussian.mean())


def test_sizes_that_can_not_be_are_refused():
    encoder = mlp_encoder((8, 8, 1), (8,))
    for name in ("latent_dim", "auxiliary_dim", "units"):
        with pytest.raises(InputError, match=f"{name} is 0"):
            Auxiliary(encoder, **{"latent_dim": 2, name: 0})
