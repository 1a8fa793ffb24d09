import numpy as np

import zoo
from zoo.networks.structural_distance import structural_distance
from zoo.numerics.ms_ssim import ms_ssim


def test_it_is_what_similarity_leaves(rng):
    x, y = rng.random((2, 5, 28, 28, 1)).astype("float32")
    assert np.allclose(structural_distance(x, y, weight=3.0), 3 * (1 - np.asarray(ms_ssim(x, y))), atol=1e-5)


def test_a_model_of_it_has_no_density_and_learns(rng):
    import keras

    keras.utils.set_random_seed(0)
    model = zoo.build("ms_ssim_vae", image_shape=(8, 8, 1), latent_dim=2, filters=(4,))
    assert not model.abilities.has_density
    x = np.tile(rng.random((4, 8, 8, 1)).astype("float32"), (25, 1, 1, 1))
    model.compile(keras.optimizers.Adam(0.01))
    reconstruction = model.fit(x, epochs=15, batch_size=20, verbose=0).history["reconstruction"]
    assert reconstruction[-1] < 0.6 * reconstruction[0]
