import numpy as np
import pytest
from keras import ops

from zoo.errors import InputError
from zoo.networks.mlp import mlp_decoder
from zoo.networks.step_by_step import StepByStep
from zoo.numerics.gradient import gradient


@pytest.fixture
def decoder():
    network = StepByStep([mlp_decoder((2, 2, 1), 3 + 4, (5,)) for _ in range(3)], latent_dim=3)
    network.build((None, 9))
    return network


def test_each_step_goes_on_from_the_last_ones_image(decoder, rng):
    z = rng.normal(size=(4, 9)).astype("float32")
    y = np.zeros([4, 4], "float32")
    for step, f in enumerate(decoder.decoders):
        y = y + np.reshape(f(np.concatenate([z[:, 3 * step : 3 * step + 3], y], axis=1)), (4, 4))
        assert np.allclose(np.reshape(decoder.steps(z)[:, step], (4, 4)), y, atol=1e-5)
    assert np.allclose(np.reshape(decoder(z), (4, 4)), y, atol=1e-5)


def test_a_step_depends_on_those_before_and_learns_by_itself(decoder, rng):
    z = ops.convert_to_tensor(rng.normal(size=(4, 9)).astype("float32"))

    def moved_by(step, apart):
        slope = np.abs(gradient(lambda z: decoder.steps(z, apart=apart)[:, step], z)).max(axis=0)
        return [bool(slope[3 * part : 3 * part + 3].max() > 1e-4) for part in range(3)]

    assert moved_by(2, apart=False) == [True, True, True] and moved_by(1, apart=False) == [True, True, False]
    assert moved_by(2, apart=True) == [False, False, True] and moved_by(0, apart=True) == [True, False, False]
    assert np.allclose(decoder.steps(z, apart=True), decoder.steps(z), atol=1e-6)


def test_no_steps_are_refused():
    with pytest.raises(InputError, match="decoders has none"):
        StepByStep([], latent_dim=2)
