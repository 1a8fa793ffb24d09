import numpy as np
import pytest

import zoo
from zoo.evaluation.latents.components import component_shares, components_used, has_components, responsibilities


def test_responsibilities_and_shares_are_those_of_bayes_rule(rng):
    vae = zoo.build("mixture_vae", image_shape=(8, 8, 1), latent_dim=2, components=3)
    x = rng.random((20, 8, 8, 1)).astype("float32")
    prior = vae.prior()
    loc, scale = (
        np.asarray(a, "float64") for a in (prior.components_distribution.mean(), prior.components_distribution.stddev())
    )

    def expected(z):
        density = np.exp(-0.5 * ((z[:, None] - loc) / scale) ** 2).prod(axis=-1) / scale.prod(axis=-1)
        return density / density.sum(axis=1, keepdims=True)

    shares = expected(np.asarray(vae.encode(x), "float64")).mean(axis=0)
    assert np.allclose(component_shares(vae, [x[:15], x[15:]]), shares, atol=1e-5)
    z = 3 * rng.normal(size=(1201, 2))
    assert np.allclose(responsibilities(vae, z), expected(z), atol=1e-5)


@pytest.mark.parametrize("name", ["vae", "autoencoder"])
def test_a_model_without_components_has_no_shares(name):
    model = zoo.build(name, image_shape=(8, 8, 1))
    assert not has_components(model)
    assert component_shares(model, np.zeros([1, 8, 8, 1])) is None


def test_a_share_below_a_hundredth_is_not_used():
    assert components_used(np.array([0.5, 0.49, 0.0099, 0.0001])) == 2
