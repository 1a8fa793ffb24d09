import numpy as np

import zoo
from zoo.evaluation.components import component_shares, components_used


def test_shares_are_the_responsibilities_by_bayes(rng):
    vae = zoo.build("mixture_vae", image_shape=(8, 8, 1), latent_dim=2, components=3)
    x = rng.random((20, 8, 8, 1)).astype("float32")
    z = np.asarray(vae.encode(x), "float64")
    prior = vae.prior()
    loc, scale = (
        np.asarray(a, "float64") for a in (prior.components_distribution.mean(), prior.components_distribution.stddev())
    )
    density = np.exp(-0.5 * ((z[:, None] - loc) / scale) ** 2).prod(axis=-1) / scale.prod(axis=-1)
    expected = (density / density.sum(axis=1, keepdims=True)).mean(axis=0)
    assert np.allclose(component_shares(vae, [x[:15], x[15:]]), expected, atol=1e-5)


def test_a_prior_without_components_has_no_shares():
    assert component_shares(zoo.build("vae", image_shape=(8, 8, 1)), np.zeros([1, 8, 8, 1])) is None


def test_a_share_below_a_hundredth_is_not_used():
    assert components_used(np.array([0.5, 0.49, 0.0099, 0.0001])) == 2
