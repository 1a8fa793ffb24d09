import keras
import numpy as np
import pytest
from scipy.special import logsumexp

from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.bernoulli import Bernoulli
from zoo.posteriors.boosted import Boosted
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.iaf import IAF
from zoo.posteriors.mixture import Mixture


def gaussian(latent_dim=2):
    return Gaussian(mlp_encoder((8, 8, 1), (8,)), latent_dim)


def test_it_is_the_even_mixture_of_its_components(images, rng):
    posterior = Mixture([gaussian() for _ in range(3)])
    posterior.build((None, 8, 8, 1))
    z = rng.normal(size=(5, 64, 2)).astype("float32")
    each = [np.asarray(q(images).log_prob(z)) for q in posterior.components]
    assert np.std(each, axis=0).max() > 0.1
    assert np.allclose(posterior(images).log_prob(z), logsumexp(each, axis=0) - np.log(3), atol=1e-5)


def test_of_one_component_it_is_that_one(images):
    posterior = Mixture([gaussian()])
    q, other = posterior(images), posterior.components[0](images)
    assert np.array_equal(q.mean(), other.mean()) and np.array_equal(q.stddev(), other.stddev())


def test_its_components_may_have_several_statistics_each(images):
    posterior = Mixture([IAF(mlp_encoder((8, 8, 1), (8,)), 2, steps=1, units=(4,)) for _ in range(2)])
    posterior.build((None, 8, 8, 1))
    z = np.zeros([64, 2], "float32")
    each = [np.asarray(q(images).log_prob(z)) for q in posterior.components]
    assert np.allclose(posterior(images).log_prob(z), logsumexp(each, axis=0) - np.log(2), atol=1e-5)


@pytest.mark.long
def test_two_components_learn_a_bound_that_one_can_not():
    """A posterior that is correlated: the best diagonal Gaussian lacks the family gap, and two lack less."""

    def gap(make):
        keras.utils.set_random_seed(1)
        model = LinearGaussian(posterior=make, correlated=True)
        model.vae.likelihood.trainable = False
        model.vae.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.05, 600)))
        x = model.draw(np.random.default_rng(3), 1000)
        model.vae.fit(x, batch_size=100, epochs=60, verbose=0)
        densities = model.vae.log_densities(model.x, 2000, seed=np.array([0, 1], "int32"))
        return np.mean(model.log_px(model.x) - np.asarray(densities.log_weight)), model.family_gap

    def encoder():
        return keras.Sequential([keras.Input((2, 3, 1)), keras.layers.Flatten()])

    one, family_gap = gap(lambda _, size: Gaussian(encoder(), size))
    assert one == pytest.approx(family_gap, rel=0.15)
    two, _ = gap(lambda _, size: Mixture([Gaussian(encoder(), size) for _ in range(2)]))
    assert two < 0.7 * family_gap


def test_what_can_be_no_component_is_refused():
    with pytest.raises(InputError, match="components has no posterior in it"):
        Mixture([])
    with pytest.raises(InputError, match="must be of one kind and of one latent_dim"):
        Mixture([gaussian(2), gaussian(3)])
    with pytest.raises(InputError, match="components has a Bernoulli, but a mixture is made of posteriors over R"):
        Mixture([Bernoulli(mlp_encoder((8, 8, 1), (8,)), 2)])
    with pytest.raises(InputError, match="components has a Boosted"):
        Mixture([Boosted(gaussian(), gaussian())])
