import keras
import numpy as np
import pytest

from zoo.networks.conv import conv_decoder, conv_encoder

SHAPES = [(8, 8, 1), (28, 28, 1), (28, 20, 1), (32, 32, 3), (64, 64, 3), (27, 5, 2), (1, 1, 1)]


@pytest.mark.parametrize("shape", SHAPES)
def test_any_image_goes_in_and_comes_out(shape):
    encoder, decoder = conv_encoder(shape), conv_decoder(shape, latent_dim=3, parameters=2)
    assert encoder.input_shape == (None, *shape)
    assert decoder.output_shape == (None, *shape[:2], 2 * shape[2])
    assert np.isfinite(decoder(np.ones([2, 3]))).all()


def test_every_pixel_hangs_on_the_code_and_every_code_on_the_pixels(rng):
    decoder = conv_decoder((28, 20, 1), latent_dim=4)
    images = np.asarray(decoder(rng.normal(size=(50, 4)).astype("float32")))
    assert (images.std(axis=0) > 0).all()


def test_the_worked_transposed_convolution_of_the_lecture():
    """[[0, 1], [2, 3]] under the kernel [[0, 1], [2, 3]], stride 1: copies of the kernel, scaled and added up."""
    layer = keras.layers.Conv2DTranspose(1, 2, strides=1, padding="valid", use_bias=False)
    square = np.array([[0.0, 1.0], [2.0, 3.0]], "float32")
    layer.build((None, 2, 2, 1))
    layer.set_weights([square[:, :, None, None]])
    assert np.array_equal(np.asarray(layer(square[None, :, :, None]))[0, :, :, 0], [[0, 0, 1], [0, 4, 6], [4, 12, 9]])


def test_the_decoders_layers_add_up_scaled_copies_of_their_kernels(rng):
    """The definition, by hand, for the stride and the padding that the decoder uses."""
    layer = conv_decoder((8, 8, 1), latent_dim=2, filters=(1, 1)).layers[2]
    kernel = rng.normal(size=(3, 3, 1, 1)).astype("float32")
    layer.set_weights([kernel, np.zeros(1, "float32")])
    x = np.abs(rng.normal(size=(2, 2))).astype("float32")
    full = np.zeros([5, 5])
    for row in range(2):
        for column in range(2):
            full[2 * row : 2 * row + 3, 2 * column : 2 * column + 3] += x[row, column] * kernel[:, :, 0, 0]
    # The layer's own activation is a ReLU.
    expected = np.maximum(full[:4, :4], 0)
    assert np.allclose(np.asarray(layer(x[None, :, :, None]))[0, :, :, 0], expected, atol=1e-5)
