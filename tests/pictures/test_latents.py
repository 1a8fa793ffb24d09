import numpy as np
import pytest
from PIL import Image
from scipy import stats

import zoo
from zoo.pictures.grid import grid
from zoo.pictures.latents import manifold, quantiles, save_latents


def test_quantiles_are_the_priors():
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    levels = np.array([0.1, 0.5, 0.9])
    assert np.allclose(quantiles(vae, np.zeros([1, 2]), levels), stats.norm.ppf(levels)[:, None], atol=0.05)


def test_an_autoencoders_are_those_of_its_codes(rng):
    autoencoder = zoo.build("autoencoder", image_shape=(8, 8, 1), latent_dim=2)
    codes = rng.random((10_000, 2)) * [1, 5]
    assert np.allclose(quantiles(autoencoder, codes, [0.5]), [[0.5, 2.5]], atol=0.1)


def test_few_images_are_encoded_and_decoded_at_once(tmp_path, images, monkeypatch):
    """2000 test images of 128x128 would take gigabytes between a network's layers."""
    vae, counts, drawn = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=5), [], {}
    encode, decode = vae.encode, vae.decode
    monkeypatch.setattr(vae, "encode", lambda x: counts.append(len(x)) or encode(x))
    monkeypatch.setattr(vae, "decode", lambda z: counts.append(len(z)) or decode(z))
    for name, batches in (("whole", [images]), ("batches", np.split(images, 16))):
        save_latents(tmp_path / f"{name}.png", vae, batches)
        drawn[name] = np.asarray(Image.open(tmp_path / f"{name}.png"))
    assert max(counts) <= 100 and counts.count(4) >= 16
    assert np.array_equal(drawn["whole"], drawn["batches"])


def test_a_manifold_is_decoded_few_at_once(monkeypatch):
    vae, counts = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2), []
    decode = vae.decode
    monkeypatch.setattr(vae, "decode", lambda z: counts.append(len(z)) or decode(z))
    whole = grid(np.asarray(decode(plane(vae, 12))), columns=12, gap=0)
    assert np.array_equal(manifold(vae, size=12), whole)
    assert counts == [100, 44]


def plane(vae, size):
    across, up = quantiles(vae, None, (np.arange(size) + 0.5) / size).T
    return np.stack(np.meshgrid(across, up[::-1]), axis=-1).reshape(-1, 2)


def test_two_dimensions_make_a_plane_and_more_make_rows(tmp_path, images):
    for size, shape in ((2, (660, 1320)), (5, None)):
        vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=size)
        save_latents(tmp_path / "z.png", vae, np.split(images, 4), np.arange(len(images)) % 10)
        with Image.open(tmp_path / "z.png") as picture:
            assert shape is None or picture.size == shape[::-1]
            assert np.asarray(picture.convert("L")).std() > 5


@pytest.mark.parametrize("size", [2, 3])
def test_on_a_sphere_the_pictures_are_of_codes_there(size, tmp_path, images, monkeypatch):
    vae, seen = zoo.build("hyperspherical_vae", image_shape=(8, 8, 1), latent_dim=size, units=(4,)), []
    decode = vae.decode
    monkeypatch.setattr(vae, "decode", lambda z: seen.append(z) or decode(z))
    save_latents(tmp_path / "z.png", vae, np.split(images, 4))
    assert np.allclose(np.linalg.norm(np.concatenate(seen), axis=1), 1, atol=1e-5)
    assert sum(map(len, seen)) == {2: 400, 3: 110}[size]
