import numpy as np
import pytest

from zoo.errors import InputError
from zoo.evaluation.likelihood.importance import decoded_at_a_time
from zoo.networks.abreast import Abreast
from zoo.networks.mlp import mlp_decoder


@pytest.mark.parametrize(
    ("axis", "shapes"), [(-2, ((4, 3, 2), (4, 1, 2))), (-1, ((4, 3, 2), (4, 3, 1))), (-1, ((5,), (2,)))]
)
def test_it_gives_what_each_gives_side_by_side(axis, shapes, rng):
    networks = [mlp_decoder(shape, latent_dim=2, units=(3,)) for shape in shapes]
    network, z = Abreast(networks, axis), rng.normal(size=(5, 2)).astype("float32")
    found = network(z)
    assert np.array_equal(found, np.concatenate([each(z) for each in networks], axis=axis))
    assert tuple(found.shape) == network.compute_output_shape((5, 2))


def test_what_does_not_fit_is_refused():
    with pytest.raises(InputError, match="don't fit beside each other along axis -2"):
        Abreast([mlp_decoder((4, 3, 2), 2), mlp_decoder((4, 3, 1), 2)], axis=-2).build((None, 2))
    with pytest.raises(InputError, match="don't fit beside each other along axis -1"):
        Abreast([mlp_decoder((4, 3, 2), 2), mlp_decoder((7,), 2)], axis=-1).build((None, 2))


def test_evaluators_know_how_large_its_layers_are():
    from types import SimpleNamespace

    wide = Abreast([mlp_decoder((64, 64, 1), 2), mlp_decoder((64, 1, 1), 2)], axis=-2)
    assert decoded_at_a_time(SimpleNamespace(likelihood=SimpleNamespace(decoder=wide))) == 2**25 // 4096
