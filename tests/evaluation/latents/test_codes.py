import numpy as np
import pytest

import zoo
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.evaluation.latents.codes import codes


def test_they_are_the_exact_posteriors_means_in_the_images_order():
    model, done = LinearGaussian(), []
    variance = 1 / (1 + np.sum(model.W**2, axis=0) / 0.7**2)
    expected = (model.x.reshape(20, -1) - model.b) @ (model.W * variance / 0.7**2)
    assert np.allclose(codes(model.vae, [model.x[:8], model.x[8:16], model.x[16:]], done.append), expected, atol=1e-5)
    assert np.allclose(codes(model.vae, model.x), expected, atol=1e-5)
    assert done == [8, 8, 4]


def test_an_autoencoder_has_codes_too(images):
    autoencoder = zoo.build("autoencoder", image_shape=(8, 8, 1), latent_dim=3)
    assert np.allclose(codes(autoencoder, images), autoencoder.encode(images), atol=1e-6)


def test_no_images_are_refused():
    with pytest.raises(InputError, match="no images"):
        codes(LinearGaussian().vae, [])
