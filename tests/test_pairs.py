"""Any prior goes with any posterior and any likelihood, or says why it doesn't."""

import itertools

import keras
import numpy as np
import pytest

from tests.parts import LIKELIHOODS, OBJECTIVES, POSTERIORS, PRIORS
from tests.test_parts import SHAPE
from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.one_hot import OneHot
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.priors.vamp import Vamp
from zoo.vae import VAE


def compose(prior, posterior, likelihood):
    objective = elbo if posterior.reparameterized else OBJECTIVES["vimco"]
    if posterior.trains_weights:
        objective = OBJECTIVES["miselbo"]
    vae = VAE(prior, posterior, likelihood, objective)
    vae.build((None, *SHAPE))
    return vae


def images(count=4):
    return (np.random.default_rng(0).random((count, *SHAPE)) < 0.4).astype("float32")


def trains(vae):
    """A step leaves every figure finite, and so are those after it."""
    vae.compile(keras.optimizers.Adam(0.01), run_eagerly=True)
    # Of random images none is one-hot.
    x = np.asarray(vae.sample_pixels(4, seed=0)) if isinstance(vae.likelihood, OneHot) else images()
    for _ in range(2):
        assert np.isfinite(np.asarray(vae.train_on_batch(x))).all()


#: Of these posteriors the pairs are walked in every run, and of the others on request (-m slow).
WALKED = {"bernoulli", "gaussian", "realnvp"}
EACH = [pytest.param(name, marks=[pytest.mark.slow] * (name not in WALKED)) for name in POSTERIORS]


@pytest.mark.long
@pytest.mark.parametrize("name", EACH)
def test_a_posterior_goes_with_every_prior_of_its_support(name):
    likelihoods = itertools.cycle(LIKELIHOODS.values())
    for prior_name, make in PRIORS.items():
        prior, posterior = make(), POSTERIORS[name](mlp_encoder(SHAPE, units=(8,)))
        two = prior.latent_dim == posterior.latent_dim == 2
        likelihood = next(likelihoods)(SHAPE) if two else Bernoulli(mlp_decoder(SHAPE, posterior.latent_dim, (4,)))
        fits = prior.support is posterior.support and prior.labels == posterior.labels
        if fits:
            trains(compose(prior, posterior, likelihood))
        else:
            with pytest.raises(InputError, match=r"prior has .* and posterior .*give both the same"):
                compose(prior, posterior, likelihood)
                pytest.fail(f"{prior_name} is of another support")


@pytest.mark.long
@pytest.mark.parametrize("name", EACH)
def test_a_vamp_is_of_any_posterior_with_a_density(name):
    posterior = POSTERIORS[name](mlp_encoder(SHAPE, units=(8,)))
    try:
        prior = Vamp(posterior, SHAPE, components=3)
        vae = compose(prior, posterior, Bernoulli(mlp_decoder(SHAPE, posterior.latent_dim, (4,))))
        trains(vae)
    except InputError as error:
        assert "posterior" in str(error) and len(str(error)) < 600
    else:
        assert np.isfinite(np.asarray(prior().log_prob(np.asarray(vae.encode(images()))))).all()


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_a_likelihood_is_of_any_code(name):
    """A likelihood takes z as it is, whatever prior and posterior it is from."""
    for prior, posterior in (("standard_normal", "gaussian"), ("bernoulli", "bernoulli")):
        made = POSTERIORS[posterior](mlp_encoder(SHAPE, units=(8,)))
        trains(compose(PRIORS[prior](), made, LIKELIHOODS[name](SHAPE)))
