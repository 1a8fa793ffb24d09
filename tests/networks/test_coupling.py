import numpy as np
import pytest

from zoo.errors import InputError
from zoo.networks.coupling import Coupling, partings, shift_and_log_scale


@pytest.mark.parametrize("r", [-20.0, -1.0, 0.01, 0.5, 20.0])
def test_a_steps_scale_is_the_docstrings(r):
    """s = 2 tanh(r / 2), from exp(-2) to exp(2), and about r where that is small."""
    shift, log_scale = shift_and_log_scale(np.float32([[0.3, -0.2, r, -r]]))
    assert np.allclose(shift, [[0.3, -0.2]])
    assert np.allclose(log_scale, [[2 * np.tanh(r / 2), -2 * np.tanh(r / 2)]], atol=1e-6)


def test_it_is_its_formula_and_each_context_goes_with_its_example(rng):
    coupling = Coupling(3, units=(6, 5))
    coupling.build((None, 2), (None, 4))
    coupling.set_weights([rng.normal(size=w.shape) for w in coupling.get_weights()])
    (w0, b0, w1, b1, w2, b2, of_context), elu = coupling.get_weights(), lambda h: np.where(h > 0, h, np.expm1(h))
    if w0.shape != (2, 6):
        pytest.fail("the order of the weights is another")
    u, context = rng.normal(size=(7, 5, 2)).astype("float32"), rng.normal(size=(5, 4)).astype("float32")
    h = elu(elu(u @ w0 + b0 + context @ of_context) @ w1 + b1) @ w2 + b2
    assert np.allclose(coupling(u, context), h, atol=1e-4)


def test_it_begins_as_nothing(rng):
    assert not np.any(Coupling(3)(rng.normal(size=(5, 2)), rng.normal(size=(5, 4))))


def test_a_single_dimension_is_refused():
    with pytest.raises(InputError, match="latent_dim is 1"):
        partings(1, 2)
