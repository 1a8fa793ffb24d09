import keras
import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.networks.spectral_norm import SpectralNorm


def norm(kernel):
    kernel = np.asarray(kernel, "float64")
    return np.linalg.norm(kernel.reshape(-1, kernel.shape[-1]), 2)


@pytest.mark.parametrize("shape", [(5, 3), (3, 50), (3, 3, 2, 7), (1, 1)])
def test_the_norm_is_cut_to_the_limit_and_the_direction_kept(shape, rng):
    w = 3 * rng.normal(size=shape).astype("float32")
    limit = 0.7 * norm(w)
    found = np.asarray(SpectralNorm(limit)(w))
    assert norm(found) == pytest.approx(limit, rel=1e-4)
    assert np.allclose(found, w * 0.7, rtol=1e-3)
    assert np.array_equal(SpectralNorm(1.01 * norm(w))(w), w)


def test_a_kernel_of_zeros_stays():
    assert np.array_equal(SpectralNorm()(np.zeros([3, 2], "float32")), np.zeros([3, 2]))


@pytest.mark.long
def test_a_trained_decoder_keeps_the_limit_and_without_it_doesnt(images, tmp_path):
    largest = {}
    for limit in (0.8, None):
        keras.utils.set_random_seed(0)
        arguments = {"latent_dim": 3, "filters": (4, 4), "decoder_weight": None, "limit": limit}
        model = zoo.build("regularized_autoencoder", image_shape=(8, 8, 1), **arguments)
        model.compile(keras.optimizers.Adam(0.02))
        model.fit(images, epochs=5, batch_size=16, verbose=0)
        largest[limit] = max(norm(w) for w in model.decoder.trainable_weights if len(w.shape) > 1)
    assert largest[0.8] <= 0.8 * (1 + 1e-4) and largest[None] > 1


def test_a_limit_that_is_none_is_refused():
    with pytest.raises(InputError, match="limit is 0"):
        SpectralNorm(0)
