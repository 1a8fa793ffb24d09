import numpy as np
import pytest
from keras import ops

from zoo.bijectors.gated_autoregressive import GatedAutoregressive
from zoo.bijectors.householder import Householder
from zoo.bijectors.lower_triangular import LowerTriangular
from zoo.bijectors.masked_autoregressive import MaskedAutoregressive
from zoo.bijectors.rational_quadratic import RationalQuadratic


def constant(*numbers):
    """A network that gives each dimension the same."""
    return lambda z: ops.ones((*z.shape, 1)) * ops.convert_to_tensor(numbers, "float32")


#: Two steps of a class, which aren't the same.
PAIRS = {
    "gated": [GatedAutoregressive(constant(m, 0.5)) for m in (0.0, 1.0)],
    "householder": [Householder(ops.convert_to_tensor([1.0, v])) for v in (0.5, 2.0)],
    "lower_triangular": [LowerTriangular(ops.convert_to_tensor([loc, 0.0]), ops.eye(2)) for loc in (0.0, 1.0)],
    "masked": [MaskedAutoregressive(constant(m, 0.5)) for m in (0.0, 1.0)],
    "rational_quadratic": [RationalQuadratic(ops.ones([2, 11]) * ops.arange(11.0) * k, 3.0) for k in (0.1, 0.4)],
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_what_one_step_was_given_is_not_taken_for_what_another_was(pair):
    """TFP remembers it for all bijectors that it takes for the same."""
    one, other = pair
    u = ops.convert_to_tensor([[0.3, -0.7]])
    z = one.forward(u)
    assert np.allclose(one.inverse(z), u, atol=1e-5)
    back = other.inverse(z)
    assert not np.allclose(back, u, atol=1e-3)
    assert np.allclose(other.forward(np.array(back)), z, atol=1e-4)
