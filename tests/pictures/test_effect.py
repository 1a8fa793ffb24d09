import numpy as np

import zoo
from zoo.pictures.effect import by_effect


def test_a_dimension_that_does_not_reach_the_image_comes_last(rng):
    """However much it varies: the decoder of a z of two layers sees the lower one alone."""
    vae = zoo.build("iwae_2", image_shape=(8, 8, 1), latent_dim=5, upper_dim=2, units=(16,), upper_units=(8,))
    codes = rng.normal(size=(200, 5)) * [1, 1, 1, 100, 100]
    assert set(by_effect(vae, codes)[:3]) == {0, 1, 2}


def test_the_order_is_that_of_the_decoders_slopes(rng):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3, units=(16,))
    kernel = vae.likelihood.decoder.layers[0].kernel
    kernel.assign(np.asarray(kernel) * np.array([[0.1], [10.0], [1.0]]))
    assert by_effect(vae, rng.normal(size=(200, 3))).tolist() == [1, 2, 0]
    # Where it hardly moves, it changes little.
    assert by_effect(vae, rng.normal(size=(200, 3)) * [1, 1e-4, 1]).tolist() == [2, 0, 1]


def test_many_dimensions_are_decoded_few_at_once(rng, monkeypatch):
    vae, counts = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=120, units=(16,)), []
    decode = vae.decode
    monkeypatch.setattr(vae, "decode", lambda z: counts.append(len(z)) or decode(z))
    assert sorted(by_effect(vae, rng.normal(size=(50, 120)))) == list(range(120))
    assert max(counts) <= 50
