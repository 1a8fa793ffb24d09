import numpy as np
import pytest

from zoo.errors import InputError
from zoo.priors.poincare import Poincare
from zoo.random import draw, key


def test_distances_from_the_centre_are_those_of_the_curvature():
    """2 artanh|z| / sqrt(c), which is that distance, is the length of a standard normal vector."""
    for c in (0.01, 1.0, 2.0):
        z = np.asarray(draw(Poincare(5, c)(), key(1), (20_000,)), "float64")
        square = (2 * np.arctanh(np.linalg.norm(z, axis=-1))) ** 2 / c
        assert square.mean() == pytest.approx(5, abs=5 * np.sqrt(10 / 20_000))
        assert square.var() == pytest.approx(10, rel=0.1)


@pytest.mark.parametrize(
    ("size", "curvature"), [(2, 0), (2, -1.0), (2, "one"), (2, 100.0), (50, 2.0), (2, float("nan"))]
)
def test_a_curvature_that_can_not_be_is_refused(size, curvature):
    with pytest.raises(InputError, match=r"curvature is .* must be a number from 1e-8 to"):
        Poincare(size, curvature)
