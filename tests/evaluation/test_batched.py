"""What every evaluator does with what isn't images, isn't a VAE, or isn't a number."""

import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.evaluation.batched import batched
from zoo.evaluation.latents.codes import codes
from zoo.evaluation.latents.components import component_shares
from zoo.evaluation.likelihood.ais import annealed_importance_sampling
from zoo.evaluation.likelihood.elbo_surgery import elbo_surgery
from zoo.evaluation.likelihood.gaps import inference_gaps
from zoo.evaluation.likelihood.importance import importance_sampling
from zoo.evaluation.likelihood.local_posterior import LocalPosterior
from zoo.fitting.ex_post import posterior_draws
from zoo.objectives.iwae import iwae

EVALUATORS = {
    "importance_sampling": lambda vae, x: importance_sampling(vae, x, num_samples=2),
    "annealed_importance_sampling": lambda vae, x: annealed_importance_sampling(vae, x, temperatures=2, num_chains=2),
    "inference_gaps": lambda vae, x: inference_gaps(vae, x, num_samples=2, temperatures=0, steps=1),
    "LocalPosterior": LocalPosterior,
    "elbo_surgery": elbo_surgery,
    "codes": codes,
    "component_shares": component_shares,
    "posterior_draws": posterior_draws,
}


@pytest.mark.parametrize("name", EVALUATORS)
def test_every_evaluator_looks_at_its_images_first(name):
    evaluate = EVALUATORS[name]
    vae, x = zoo.build("mixture_vae", image_shape=(8, 8, 1), latent_dim=2, filters=[4]), np.zeros([4, 8, 8, 1])
    for wrong, message in (
        (x[0], "One image is a batch of one"),
        (list(x), "One image is a batch of one"),
        (np.zeros([4, 9, 9, 1]), "this model takes"),
        (x + 255.0, "divide by 255, or give them as uint8"),
        (x * np.nan, "NaN"),
        (x[:0], "no images"),
    ):
        with pytest.raises(InputError, match=message):
            evaluate(vae, wrong)


@pytest.mark.parametrize("pixels", [None, "float32"])
@pytest.mark.parametrize("given", [lambda x: x, lambda x: np.split(x, 2)])
def test_a_dark_batch_is_read_by_what_all_of_them_are(pixels, given):
    """By itself the first is black and white, also for a model that was fitted to floats, as a run's is."""
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,))
    vae.pixels = pixels
    x = np.ones([200, 8, 8, 1], "uint8")
    x[100:] = 255
    found = np.concatenate(list(batched(given(x), vae)))
    assert np.allclose(found, x / 255)


@pytest.mark.parametrize("name", sorted(EVALUATORS.keys() - {"codes", "component_shares", "posterior_draws"}))
def test_an_autoencoder_has_no_density_to_judge(name):
    autoencoder = zoo.build("autoencoder", image_shape=(8, 8, 1), latent_dim=2)
    with pytest.raises(InputError, match=r"autoencoder (gives images no density|has no posterior)"):
        EVALUATORS[name](autoencoder, np.zeros([4, 8, 8, 1]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda vae, x: importance_sampling(vae, x, num_samples=2.5), "num_samples is 2.5"),
        (lambda vae, x: importance_sampling(vae, x, num_samples=[]), "num_samples is 0"),
        (lambda vae, x: importance_sampling(vae, x, samples_per_step=-1), "samples_per_step is -1"),
        (lambda vae, x: annealed_importance_sampling(vae, x, num_chains=2.5), "num_chains is 2.5"),
        (lambda vae, x: annealed_importance_sampling(vae, x, temperatures=[0, np.nan, 1]), "must rise from 0 to 1"),
        (lambda vae, x: elbo_surgery(vae, x, num_samples=0), "num_samples is 0"),
        (lambda vae, x: LocalPosterior(vae, x).elbo(0), "num_samples is 0"),
        (lambda vae, x: LocalPosterior(vae, x).optimize(steps=0), "steps is 0"),
        (lambda vae, x: LocalPosterior(vae, x).optimize(learning_rate=np.inf), "learning_rate is inf"),
        (lambda vae, x: posterior_draws(vae, x, num_samples=0), "num_samples is 0"),
        (lambda vae, x: iwae(vae, x, num_samples=0), "num_samples is 0"),
        (lambda vae, x: iwae(vae, x, gradient_samples=2.5), "gradient_samples is 2.5"),
        (lambda vae, x: iwae(vae, x, num_samples=5, gradient_samples=6), "at most num_samples, 5"),
    ],
)
def test_a_number_that_can_not_be_is_refused_by_name(call, message):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=[4])
    with pytest.raises(InputError, match=message):
        call(vae, np.zeros([2, 8, 8, 1], "float32"))
