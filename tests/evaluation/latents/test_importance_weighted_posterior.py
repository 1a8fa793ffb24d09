import numpy as np
import pytest

import zoo
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.evaluation.latents.importance_weighted_posterior import importance_weighted_posterior


@pytest.mark.long
def test_it_goes_from_q_to_the_exact_posterior():
    """q is N(m + s, s^2) here, and p(z|x) is N(m, s^2): of two dimensions, by their means, variances and a product."""
    model = LinearGaussian(error=1.0)
    x, s = model.x[:4], 1 / np.sqrt(np.diag(model.precision))
    m = np.asarray(model.vae.infer(x).mean()) - s
    deviations = {}
    for k in (1, 10, 300):
        z = (importance_weighted_posterior(model.vae, x, num_samples=k, draws=4000, seed=3) - m) / s
        assert z.shape == (4000, 4, 2)
        deviations[k] = z.mean((0, 1)), z.var((0, 1))
    error = 4.5 / np.sqrt(16_000)
    assert np.allclose(deviations[1][0], 1, atol=error) and np.allclose(deviations[1][1], 1, atol=2 * error)
    assert np.allclose(deviations[300][0], 0, atol=0.03 + error)
    assert np.allclose(deviations[300][1], 1, atol=0.05 + 2 * error)
    assert (np.abs(deviations[300][0]) < np.abs(deviations[10][0])).all() and (deviations[10][0] < 0.5).all()


def test_two_samples_have_their_own_known_mean():
    """E[W_1 e_1 + W_2 e_2], of log weights that are linear in the noise e, which NumPy draws as well."""
    model = LinearGaussian(error=1.0)
    x, s = model.x[:4], 1 / np.sqrt(np.diag(model.precision))
    noise = np.random.default_rng(0).normal(size=(200_000, 2, 2))
    share = 1 / (1 + np.exp(noise[:, 0].sum(-1) - noise[:, 1].sum(-1)))
    expected = np.mean(share[:, None] * noise[:, 0] + (1 - share[:, None]) * noise[:, 1], axis=0)
    z = importance_weighted_posterior(model.vae, x, num_samples=2, draws=5000)
    found = ((z - np.asarray(model.vae.infer(x).mean())) / s).mean((0, 1))
    assert np.allclose(found, expected, atol=4.5 / np.sqrt(20_000) + 0.01)


def test_the_same_seed_gives_the_same_draws_and_fewer_are_their_first():
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    x = np.zeros([3, 8, 8, 1], "float32")
    some = importance_weighted_posterior(vae, x, 5, draws=25, seed=7)
    assert np.array_equal(some, importance_weighted_posterior(vae, x, 5, draws=40, seed=7)[:25])
    assert not np.array_equal(some, importance_weighted_posterior(vae, x, 5, draws=25, seed=8))


def test_it_takes_bits_as_well():
    vae = zoo.build("sigmoid_belief_network", image_shape=(8, 8, 1), latent_dim=2)
    z = importance_weighted_posterior(vae, np.zeros([3, 8, 8, 1]), 5, draws=20)
    assert np.isin(z, [0.0, 1.0]).all()


def test_what_has_no_density_is_refused():
    with pytest.raises(InputError, match="gives images no density, which an importance-weighted posterior needs"):
        importance_weighted_posterior(zoo.build("autoencoder", image_shape=(8, 8, 1)), np.zeros([3, 8, 8, 1]))
