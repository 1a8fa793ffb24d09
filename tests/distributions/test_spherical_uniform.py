import numpy as np
import pytest
from scipy import stats

from zoo.distributions.spherical_uniform import SphericalUniform, log_area
from zoo.random import draw, key


@pytest.mark.parametrize("size", [2, 3, 7])
def test_its_draws_are_uniform_on_the_sphere(size):
    z = np.asarray(draw(SphericalUniform(size), key(1), (20_000,)), "float64")
    assert np.allclose(np.linalg.norm(z, axis=1), 1, atol=1e-6)
    # (1 + z_d) / 2 is a beta variable.
    for column in z.T:
        assert stats.kstest((1 + column) / 2, stats.beta((size - 1) / 2, (size - 1) / 2).cdf).pvalue > 1e-3
    assert np.allclose(np.cov(z.T), np.eye(size) / size, atol=0.02)


def test_its_density_is_one_over_the_area():
    assert np.allclose([np.exp(log_area(size)) for size in (1, 2, 3, 4)], [2, 2 * np.pi, 4 * np.pi, 2 * np.pi**2])
    assert np.allclose(SphericalUniform(3).log_prob(np.eye(3, dtype="float32")), -np.log(4 * np.pi))
