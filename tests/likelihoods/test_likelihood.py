from functools import partial

import keras
import numpy as np
import pytest

from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.discretized_logistic import DiscretizedLogistic
from zoo.likelihoods.gaussian import Gaussian
from zoo.networks.conv import conv_decoder
from zoo.networks.mlp import mlp_decoder

GaussianOfOne, GaussianOfTwo = Gaussian, partial(Gaussian, scale=None)


def test_samples_and_batch_keep_their_places(rng):
    likelihood = Bernoulli(conv_decoder((8, 8, 1), latent_dim=2))
    z = rng.normal(size=(3, 5, 2)).astype("float32")
    together = np.asarray(likelihood(z).mean())
    assert together.shape == (3, 5, 8, 8, 1)
    for sample in range(3):
        assert np.allclose(together[sample], likelihood(z[sample]).mean(), atol=1e-6)


def test_a_decoder_of_the_wrong_width_is_refused():
    with pytest.raises(InputError, match="parameters=2"):
        DiscretizedLogistic(conv_decoder((8, 8, 1), latent_dim=2)).build((None, 2))


def test_densities_are_float32_when_the_decoder_is_bfloat16():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        likelihood = Bernoulli(conv_decoder((8, 8, 1), latent_dim=2))
    finally:
        keras.config.set_dtype_policy("float32")
    log_p = likelihood(np.zeros([3, 2], "float32")).log_prob(np.ones([3, 8, 8, 1], "float32"))
    assert keras.backend.standardize_dtype(log_p.dtype) == "float32"
    assert np.allclose(log_p, 64 * np.log(0.5), atol=1e-3)


@pytest.mark.parametrize("parameters", [Bernoulli, GaussianOfOne, GaussianOfTwo, DiscretizedLogistic])
@pytest.mark.parametrize("make", [mlp_decoder, conv_decoder])
def test_it_starts_at_the_mean_image(rng, parameters, make):
    """With the weights at zero its mean is that image; of a convolution, whose bias is one, that image's mean."""
    mean = rng.uniform(0.2, 0.8, (4, 6, 1))
    decoder = make((4, 6, 1), latent_dim=2, parameters=2 if parameters in (GaussianOfTwo, DiscretizedLogistic) else 1)
    likelihood = parameters(decoder)
    likelihood.build((None, 2))
    likelihood.start_at(mean)
    last = [layer for layer in decoder.layers if layer.weights][-1]
    last.kernel.assign(np.zeros(last.kernel.shape))
    found = np.asarray(likelihood(np.ones([1, 2], "float32")).mean())[0]
    expected = mean.mean() if make is conv_decoder else mean
    # A discretized mean is off by as much as its tails are cut.
    assert np.allclose(found, expected, atol=0.02 if parameters is DiscretizedLogistic else 1e-5)


def test_a_pixel_that_is_never_set_starts_with_a_finite_logit():
    likelihood = Bernoulli(mlp_decoder((2, 2, 1), latent_dim=2))
    likelihood.build((None, 2))
    likelihood.start_at(np.array([0.0, 1.0, 0.5, 0.0]).reshape(2, 2, 1))
    assert np.isfinite(likelihood(np.zeros([1, 2], "float32")).log_prob(np.ones([1, 2, 2, 1], "float32"))).all()


def test_a_decoder_without_a_last_bias_cannot_start_anywhere():
    layers = [keras.Input((2,)), keras.layers.Dense(4, use_bias=False), keras.layers.Reshape((2, 2, 1))]
    with pytest.raises(InputError, match="has no bias"):
        Bernoulli(keras.Sequential(layers)).start_at(np.full([2, 2, 1], 0.5))
