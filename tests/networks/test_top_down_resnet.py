import numpy as np
import pytest

from zoo.errors import InputError
from zoo.networks.top_down_resnet import TopDownResNet


@pytest.fixture
def network(rng):
    """Of odd sizes: 2x2 maps, then two levels of 3x4."""
    network = TopDownResNet(shape=(3, 4), levels=(1, 2), maps=2, filters=5)
    network.build()
    for weight in network.trainable_weights:
        weight.assign(rng.normal(size=weight.shape) * 0.5)
    return network


def convolve(x, kernel, bias=0.0):
    """A 3x3 convolution with zeros around, place by place: float64 `[H, W, C]`."""
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(0, 1))
    return np.einsum("hwcij,ijcd->hwd", windows, np.asarray(kernel, "float64")) + np.asarray(bias)


def transpose_convolve(x, kernel, bias=0.0):
    """Each place's copy of the kernel, added up at twice the size, without the last row and column."""
    height, width, _ = x.shape
    kernel = np.asarray(kernel, "float64")
    total = np.zeros((2 * height + 1, 2 * width + 1, kernel.shape[2]))
    for row in range(height):
        for column in range(width):
            total[2 * row : 2 * row + 3, 2 * column : 2 * column + 3] += np.einsum(
                "c,ijdc->ijd", x[row, column], kernel
            )
    return total[: 2 * height, : 2 * width] + np.asarray(bias)


def elu(x):
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def test_a_step_is_its_formula(network, rng):
    for level, conv in ((0, transpose_convolve), (1, convolve)):
        shape = network.shapes[level]
        h, z = rng.normal(size=(*shape, 5)), rng.normal(size=(*shape, 2))
        hidden = elu(convolve(elu(h), *network.of_h[level].get_weights()))
        added = conv(hidden, *network.of_hidden[level].get_weights()) + conv(z, *network.of_z[level].get_weights())
        grown = h.repeat(2, axis=0).repeat(2, axis=1) if level == 0 else h
        expected = (grown + 0.1 * added)[:3, :4]
        assert np.allclose(network.step(level, np.float32(h), np.float32(z.ravel())), expected, atol=1e-5)


def test_parameters_are_locations_and_then_raw_scales_in_the_order_of_z(network, rng):
    h = rng.normal(size=(3, 4, 5))
    maps = convolve(elu(h), *network.heads[1].get_weights())
    expected = np.concatenate([maps[..., :2].ravel(), maps[..., 2:].ravel()])
    assert np.allclose(network.parameters(1, np.float32(h)), expected, atol=1e-5)


def test_leading_axes_are_examples(network, rng):
    z = rng.normal(size=(4, 3, network.latent_dim)).astype("float32")
    first = z[..., : network.sizes[0]]
    together = np.asarray(network.step(0, network.start(), first))
    assert together.shape == (4, 3, 3, 4, 5)
    for sample in range(4):
        for example in range(3):
            alone = network.step(0, network.start(), first[sample, example])
            assert np.allclose(together[sample, example], alone, atol=1e-6)
    whole = np.asarray(network(z[0]))
    assert np.allclose(whole[1], np.asarray(network(z[0, 1:2]))[0], atol=1e-6)


def test_a_call_is_its_steps(network, rng):
    z = rng.normal(size=(3, network.latent_dim)).astype("float32")
    h = network.start()
    for level, part in enumerate(np.split(z, np.cumsum(network.sizes)[:-1], axis=1)):
        h = network.step(level, h, part)
    assert np.allclose(network(z), h, atol=1e-6)
    assert network.compute_output_shape((3, network.latent_dim)) == (3, 3, 4, 5)


@pytest.mark.parametrize("given", [{"levels": ()}, {"levels": (0,)}, {"maps": 0}, {"filters": 1.5}, {"shape": (4, 0)}])
def test_a_size_that_is_none(given):
    (name,) = given
    with pytest.raises(InputError, match=f"{name} is"):
        TopDownResNet(**{"shape": (4, 4)} | given)
