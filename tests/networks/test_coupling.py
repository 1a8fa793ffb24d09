import numpy as np
import pytest

from zoo.errors import InputError
from zoo.networks.coupling import Coupling, partings


def test_a_steps_scale_is_the_docstrings():
    """s = 2 tanh(r / 2), from exp(-2) to exp(2), and about r where that is small."""
    coupling = Coupling(moving=2, units=(4,))
    coupling.build((None, 1))
    for r in (-20.0, -1.0, 0.01, 0.5, 20.0):
        coupling.biases[-1].assign([0.3, -0.2, r, -r])
        shift, log_scale = coupling(np.zeros([1, 1], "float32"))
        assert np.allclose(shift, [[0.3, -0.2]])
        assert np.allclose(log_scale, [[2 * np.tanh(r / 2), -2 * np.tanh(r / 2)]], atol=1e-6)


def filled(moving, context, rng, **kwargs):
    coupling = Coupling(moving, units=(6, 5), **kwargs)
    coupling.build((None, 2), (None, context) if context else None)
    coupling.set_weights([rng.normal(size=w.shape) for w in coupling.get_weights()])
    return coupling


@pytest.mark.parametrize("scaled", [True, False])
def test_it_is_its_formula_and_each_context_goes_with_its_example(scaled, rng):
    coupling = filled(3, 4, rng, scaled=scaled)
    (w0, b0, w1, b1, w2, b2, of_context), elu = coupling.get_weights(), lambda h: np.where(h > 0, h, np.expm1(h))
    if w0.shape != (2, 6):
        pytest.fail("the order of the weights is another")
    u, context = rng.normal(size=(7, 5, 2)).astype("float32"), rng.normal(size=(5, 4)).astype("float32")
    h = elu(elu(u @ w0 + b0 + context @ of_context) @ w1 + b1) @ w2 + b2
    shift, log_scale = coupling(u, context)
    assert np.allclose(shift, h[..., :3], atol=1e-4)
    assert (log_scale is None) is not scaled
    if scaled:
        assert np.allclose(log_scale, 2 * np.tanh(h[..., 3:] / 2), atol=1e-4)


def test_it_begins_as_nothing(rng):
    shift, log_scale = Coupling(3)(rng.normal(size=(5, 2)), rng.normal(size=(5, 4)))
    assert not np.any(shift) and not np.any(log_scale)


def test_a_single_dimension_is_refused():
    with pytest.raises(InputError, match="latent_dim is 1"):
        partings(1, 2)
