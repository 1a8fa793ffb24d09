import keras
import numpy as np
import pytest

from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.discretized_logistic import DiscretizedLogistic
from zoo.networks.conv import conv_decoder


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
