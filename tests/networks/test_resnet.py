import numpy as np
import pytest

from zoo.networks.resnet import resnet_decoder, resnet_encoder


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (28, 20, 1), (32, 32, 3), (27, 5, 2)])
def test_any_image_goes_in_and_comes_out(shape):
    encoder, decoder = resnet_encoder(shape, units=10), resnet_decoder(shape, latent_dim=3, units=10, parameters=2)
    assert encoder.output_shape == (None, 10)
    assert decoder.output_shape == (None, *shape[:2], 2 * shape[2])
    assert (np.asarray(decoder(np.random.default_rng(0).normal(size=(9, 3)))).std(axis=0) > 0).all()


def test_it_has_the_papers_blocks():
    """28x28 -> 14x14 (16 maps) -> 7x7 (32) -> 4x4 (32), two blocks each, then 450 units."""
    shapes = [
        tuple(layer.output.shape[1:]) for layer in resnet_encoder((28, 28, 1)).layers if layer.name.startswith("add")
    ]
    assert shapes == [(14, 14, 16)] * 2 + [(7, 7, 32)] * 2 + [(4, 4, 32)] * 2


def test_a_block_adds_to_its_input():
    """With the last convolution of every stride-1 block at zero, such a block is the identity."""
    encoder = resnet_encoder((8, 8, 1), filters=(4,), units=5)
    first, second = [layer for layer in encoder.layers if layer.name.startswith("add")]
    convolutions = [layer for layer in encoder.layers if layer.name.startswith("conv")]
    convolutions[-1].set_weights([np.zeros_like(w) for w in convolutions[-1].get_weights()])
    import keras

    between = keras.Model(encoder.input, [first.output, second.output])
    before, after = between(np.random.default_rng(0).normal(size=(2, 8, 8, 1)))
    assert np.allclose(before, after)
