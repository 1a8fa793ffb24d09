"""What a few epochs on MNIST must come to. Slow: pytest -m slow, with ZOO_DATA set."""

import os

import keras
import pytest

import zoo
from zoo.data import named
from zoo.data.pipeline import evaluation_batches, training_batches
from zoo.evaluation.latents.components import component_shares, components_used
from zoo.evaluation.likelihood.importance import importance_sampling

pytestmark = [pytest.mark.slow, pytest.mark.skipif("ZOO_DATA" not in os.environ, reason="ZOO_DATA is not set")]


def trained(name, epochs, **kwargs):
    images = named.load("mnist").train.images
    vae = zoo.build(name, image_shape=(28, 28, 1), **kwargs)
    vae.compile(keras.optimizers.Adam(1e-3))
    steps = -(-len(images) // 128)
    batches = training_batches(images, 128, "dynamic", seed=0, epochs=epochs)
    vae.fit(batches, epochs=epochs, steps_per_epoch=steps, shuffle=False, verbose=2)
    return vae


def test_images():
    return list(evaluation_batches(named.load("mnist").test.images[:1000], 100, "dynamic", seed=0))


test_images.__test__ = False


def test_kingma_and_wellings_row():
    """An independent rerun of 300 epochs has -ELBO 107.6 for 10 latent dimensions; 15 must be below 125."""
    vae = trained("vae", 15, latent_dim=10)
    result = importance_sampling(vae, test_images(), num_samples=100).summary()
    assert 100 < -result["elbo"] < 125
    assert result["active_units"] == 10


def test_more_importance_samples_make_a_better_likelihood_at_equal_epochs():
    """Burda et al., table 1: k = 5 is better than k = 1, by about a nat at the end."""
    scores = [
        importance_sampling(trained("iwae", 8, k=k), test_images(), num_samples=200).summary()["log_px"] for k in (1, 5)
    ]
    assert scores[1] > scores[0]


@pytest.mark.parametrize("name", ["mixture_vae", "iaf_mixture_vae"])
def test_the_mixture_does_not_collapse_onto_one_component(name):
    # After three epochs a few have most of the images still: 4 and 7 of the 10 were in use.
    vae = trained(name, 12)
    shares = component_shares(vae, test_images())
    print(name, shares.round(3))
    assert components_used(shares) >= 8
