import keras
import numpy as np

from zoo.networks.drawn_code import DrawnCode
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.gaussian import Gaussian


def test_it_draws_in_training_and_gives_the_mean_elsewhere(rng):
    posterior = Gaussian(mlp_encoder((2, 3, 1), (4,)), latent_dim=2)
    encoder = DrawnCode(posterior)
    x = np.repeat(rng.random((1, 2, 3, 1)), 20_000, axis=0).astype("float32")
    z, q = np.asarray(encoder(x, training=True)), posterior(x[:1])
    loc, scale = np.asarray(q.mean())[0], np.asarray(q.stddev())[0]
    assert np.allclose(z.mean(0), loc, atol=0.03) and np.allclose(z.std(0), scale, rtol=0.03)
    assert not np.allclose(encoder(x[:5], training=True), encoder(x[:5], training=True))
    assert np.allclose(encoder(x[:5]), loc) and encoder.output_shape == (None, 2)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(encoder))
    assert again.posterior.latent_dim == 2
