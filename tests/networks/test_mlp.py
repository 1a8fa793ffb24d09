import numpy as np
import pytest

from zoo.errors import InputError
from zoo.networks.mlp import mlp_decoder, mlp_encoder


def test_the_encoder_is_what_its_formula_says(rng):
    encoder = mlp_encoder((2, 3, 1), units=(4, 5), activation="tanh")
    x = rng.normal(size=(7, 2, 3, 1)).astype("float32")
    h = x.reshape(7, 6)
    for kernel, bias in zip(encoder.weights[::2], encoder.weights[1::2], strict=True):
        h = np.tanh(h @ np.asarray(kernel) + np.asarray(bias))
    assert np.allclose(encoder(x), h, atol=1e-5)


def test_the_decoder_mirrors_it_and_ends_linear(rng):
    decoder = mlp_decoder((2, 3, 1), latent_dim=2, units=(4, 5), parameters=2)
    z = rng.normal(size=(7, 2)).astype("float32")
    weights = [np.asarray(w) for w in decoder.weights]
    assert [w.shape for w in weights[::2]] == [(2, 5), (5, 4), (4, 12)]
    h = np.tanh(np.tanh(z @ weights[0] + weights[1]) @ weights[2] + weights[3]) @ weights[4] + weights[5]
    assert np.allclose(decoder(z), h.reshape(7, 2, 3, 2), atol=1e-5)


@pytest.mark.parametrize("units", [(), (0,), (-1,), (2.5,), "500"])
def test_impossible_widths_are_refused_by_name(units):
    with pytest.raises(InputError, match="units is"):
        mlp_encoder((8, 8, 1), units=units)
