import keras
import numpy as np
import pytest

import zoo
from zoo.penalties.l1 import l1


def test_it_is_the_sum_of_the_absolute_values(rng):
    z = rng.normal(size=(5, 3)).astype("float32")
    assert np.allclose(l1(None, None, z, weight=0.3), 0.3 * np.abs(z).sum(axis=1), rtol=1e-5)


@pytest.mark.long
def test_the_share_of_active_units_follows_the_weight(images):
    shares = []
    for weight in (1e-3, 1.0, 10.0):
        keras.utils.set_random_seed(0)
        model = zoo.build("sparse_autoencoder", image_shape=(8, 8, 1), latent_dim=30, weight=weight)
        model.compile(keras.optimizers.Adam(0.01))
        model.fit(images, epochs=20, batch_size=16, verbose=0)
        shares.append(np.mean(np.asarray(model.encode(images)) > 1e-3))
    assert shares[0] > 1.3 * shares[1] > 1.3 * 1.3 * shares[2]
