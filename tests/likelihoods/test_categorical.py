import keras
import numpy as np
import pytest
from scipy.special import log_softmax

from zoo.errors import InputError
from zoo.likelihoods.categorical import Categorical
from zoo.networks.mlp import mlp_decoder


def test_each_channels_logits_lie_in_a_row(rng):
    likelihood = Categorical(keras.Sequential([keras.Input((1536,)), keras.layers.Reshape((1, 2, 768))]))
    z, levels = rng.normal(size=(3, 1536)).astype("float32"), rng.integers(0, 256, (3, 1, 2, 3))
    logits = log_softmax(z.reshape(3, 1, 2, 3, 256).astype("float64"), axis=-1)
    truth = np.take_along_axis(logits, levels[..., None], -1)[..., 0].sum((1, 2, 3))
    assert np.allclose(likelihood(z).log_prob((levels / 255).astype("float32")), truth, rtol=1e-5)


def test_it_begins_at_the_mean_image_and_nothing_is_impossible():
    likelihood = Categorical(mlp_decoder((2, 2, 2), latent_dim=2, parameters=256))
    likelihood.build((None, 2))
    mean = np.array([0.0, 1.0, 0.5, 0.02, 0.3, 0.7, 0.9, 0.1]).reshape(2, 2, 2)
    likelihood.start_at(mean)
    found = likelihood(np.zeros([1, 2], "float32"))
    assert np.allclose(found.mean()[0], mean, atol=5e-3)
    assert np.isfinite(found.log_prob(1 - mean.round().astype("float32")[None])).all()


def test_values_between_are_refused():
    likelihood = Categorical(mlp_decoder((1, 1, 1), latent_dim=2, parameters=256))
    with pytest.raises(InputError, match="between the 256 values k/255 that a categorical likelihood takes"):
        likelihood.check(np.full([1, 1, 1, 1], 0.5012345), "x")
