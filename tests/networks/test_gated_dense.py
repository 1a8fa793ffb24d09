import keras
import numpy as np
from scipy.special import expit

from zoo.networks.gated_dense import GatedDense
from zoo.networks.mlp import mlp_decoder, mlp_encoder


def test_it_is_its_formula(rng):
    layer, x = GatedDense(3), rng.normal(size=(5, 2)).astype("float32")
    layer.build((None, 2))
    W, b, V, c = (rng.normal(size=w.shape).astype("float32") for w in layer.weights)
    layer.set_weights([W, b, V, c])
    assert np.allclose(layer(x), (x @ W + b) * expit(x @ V + c), atol=1e-5)


def test_networks_have_one_for_each_width_and_a_linear_end(tmp_path, rng):
    encoder, decoder = mlp_encoder((4, 4, 1), (6, 5), gated=True), mlp_decoder((4, 4, 1), 2, (6, 5), gated=True)
    widths = [[each.units for each in network.layers if isinstance(each, GatedDense)] for network in (encoder, decoder)]
    assert widths == [[6, 5], [5, 6]]
    assert encoder.output_shape == (None, 5) and decoder.output_shape == (None, 4, 4, 1)
    encoder.save(tmp_path / "encoder.keras")
    x = rng.normal(size=(3, 4, 4, 1)).astype("float32")
    assert np.array_equal(keras.saving.load_model(tmp_path / "encoder.keras")(x), encoder(x))
