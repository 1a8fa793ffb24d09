import keras
import numpy as np
import pytest

from zoo.autoencoder import Autoencoder
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.networks.tied_decoder import TiedDecoder


@pytest.fixture
def tied(rng):
    encoder = mlp_encoder((2, 3, 1), (4,), "tanh")
    model = Autoencoder(encoder, TiedDecoder(encoder, "sigmoid"), range=None)
    model.build((None, 2, 3, 1))
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model


def test_it_has_the_encoders_weights_transposed(tied, rng):
    z = rng.normal(size=(5, 4)).astype("float32")
    kernel, c = np.asarray(tied.encoder.layers[-1].kernel), np.asarray(tied.decoder.bias)
    expected = 1 / (1 + np.exp(-(z @ kernel.T + c)))
    assert np.allclose(tied.decode(z), expected.reshape(5, 2, 3, 1), atol=1e-5)
    assert len(tied.trainable_weights) == 3


def test_they_are_one_after_a_file_too(tied, tmp_path, rng):
    tied.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    x = rng.normal(size=(5, 2, 3, 1)).astype("float32")
    assert np.allclose(again.reconstruct(x), tied.reconstruct(x), atol=1e-6)
    assert again.decoder.encoder is again.encoder and len(again.trainable_weights) == 3


def test_a_deep_encoder_is_refused():
    with pytest.raises(InputError, match="a tied decoder is for one dense layer"):
        TiedDecoder(mlp_encoder((2, 3, 1), (4, 2)))
