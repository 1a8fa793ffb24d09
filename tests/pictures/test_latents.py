import numpy as np
from PIL import Image
from scipy import stats

import zoo
from zoo.pictures.latents import quantiles, save_latents


def test_quantiles_are_the_priors():
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    levels = np.array([0.1, 0.5, 0.9])
    assert np.allclose(quantiles(vae, np.zeros([1, 2]), levels), stats.norm.ppf(levels)[:, None], atol=0.05)


def test_an_autoencoders_are_those_of_its_codes(rng):
    autoencoder = zoo.build("autoencoder", image_shape=(8, 8, 1), latent_dim=2)
    codes = rng.random((10_000, 2)) * [1, 5]
    assert np.allclose(quantiles(autoencoder, codes, [0.5]), [[0.5, 2.5]], atol=0.1)


def test_two_dimensions_make_a_plane_and_more_make_rows(tmp_path, images):
    for size, shape in ((2, (660, 1320)), (5, None)):
        vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=size)
        save_latents(tmp_path / "z.png", vae, images, np.arange(len(images)) % 10)
        with Image.open(tmp_path / "z.png") as picture:
            assert shape is None or picture.size == shape[::-1]
            assert np.asarray(picture.convert("L")).std() > 5
