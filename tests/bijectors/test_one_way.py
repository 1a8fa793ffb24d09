import numpy as np
import pytest
from keras import ops

from zoo.bijectors.one_way import OneWay
from zoo.errors import InputError
from zoo.probability import tfd
from zoo.random import draw_and_log_prob, key


class Stretched(OneWay):
    """z + z^3, whose slope is 1 + 3 z^2."""

    def _forward(self, z):
        return z + z**3

    def _forward_log_det_jacobian(self, z):
        return ops.sum(ops.log(1 + 3 * z**2), axis=-1)


def stretched():
    base = tfd.Independent(tfd.Normal(ops.zeros([2, 1]), 1.0), 1)
    return tfd.TransformedDistribution(base, Stretched())


def test_the_density_of_its_own_draws_takes_no_inverse():
    z, log_q = draw_and_log_prob(stretched(), key(1), (4,))
    u = [np.roots([1, 0, 1, -float(each)]) for each in np.ravel(z)]
    u = np.array([root[np.isreal(root)].real[0] for root in u]).reshape(4, 2)
    assert np.allclose(log_q, -(u**2) / 2 - np.log(2 * np.pi) / 2 - np.log(1 + 3 * u**2), atol=1e-4)


def test_that_of_another_z_is_refused():
    with pytest.raises(InputError, match="Stretched steps gives the density of its own draws alone"):
        stretched().log_prob(np.ones([2, 1], "float32"))
