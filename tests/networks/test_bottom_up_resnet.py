import numpy as np
import pytest

from zoo.networks.bottom_up_resnet import bottom_up_resnet
from zoo.networks.top_down_resnet import TopDownResNet, sizes_of_levels


def elu(x):
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (28, 20, 1), (27, 5, 2), (1, 1, 1)])
@pytest.mark.parametrize("levels", [(1,), (2, 1), (1, 1, 1)])
def test_the_way_up_has_the_levels_sizes(shape, levels):
    encoder = bottom_up_resnet(shape, levels, filters=3)
    lowest = tuple(encoder.outputs[-1].shape[1:3])
    assert [tuple(each.shape[1:3]) for each in encoder.outputs] == sizes_of_levels(lowest, levels)
    assert TopDownResNet(lowest, levels, maps=1, filters=3).latent_dim == sum(
        np.prod(each.shape[1:3]) for each in encoder.outputs
    )


def test_on_the_way_up_every_block_adds_a_tenth(rng):
    encoder = bottom_up_resnet((8, 8, 1), levels=(1, 2), filters=4)
    top, middle, lowest = encoder.outputs
    assert [tuple(each.shape[1:3]) for each in (top, middle, lowest)] == [(2, 2), (4, 4), (4, 4)]
    for layer in encoder.layers:
        if layer.name.startswith("conv") and layer.kernel_size == (3, 3):
            # Each block's convolutions give 1 everywhere, whatever comes in.
            layer.set_weights([np.zeros_like(w) if w.ndim > 1 else np.ones_like(w) for w in layer.get_weights()])
    found = [np.asarray(each, "float64") for each in encoder(rng.random((2, 8, 8, 1)).astype("float32"))]
    lowest = np.where(found[2] > 0, found[2], np.log1p(found[2]))
    assert np.allclose(found[1], elu(lowest + 0.1), atol=1e-5)
    averages = (lowest + 0.1).reshape(2, 2, 2, 2, 2, 4).mean(axis=(2, 4))
    assert np.allclose(found[0], elu(averages + 0.1), atol=1e-5)
