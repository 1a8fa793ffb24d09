import keras
import numpy as np

from zoo.likelihoods.continuous_bernoulli import ContinuousBernoulli
from zoo.networks.mlp import mlp_decoder


def test_it_is_a_bernoullis_with_the_constant_that_makes_a_density_of_it(rng):
    likelihood = ContinuousBernoulli(keras.Sequential([keras.Input((4,)), keras.layers.Reshape((2, 2, 1))]))
    logits, x = rng.normal(size=(3, 4)).astype("float32"), rng.random((3, 2, 2, 1)).astype("float32")
    p, flat = 1 / (1 + np.exp(-logits.astype("float64"))), x.reshape(3, 4)
    constant = np.log(2 * np.arctanh(1 - 2 * p) / (1 - 2 * p))
    truth = flat * np.log(p) + (1 - flat) * np.log(1 - p) + constant
    assert np.allclose(likelihood(logits).log_prob(x), truth.sum(1), atol=1e-5)


def test_it_begins_at_the_mean_image():
    likelihood = ContinuousBernoulli(mlp_decoder((2, 2, 1), latent_dim=2))
    likelihood.build((None, 2))
    mean = np.array([0.0, 1.0, 0.5, 0.02]).reshape(2, 2, 1)
    likelihood.start_at(mean)
    found = likelihood(np.zeros([1, 2], "float32"))
    assert np.allclose(found.mean()[0], mean, atol=2e-3)
    assert np.isfinite(found.log_prob(1 - mean.astype("float32")[None])).all()
