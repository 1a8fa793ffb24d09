"""One bit with q(z = 1) = 0.3 and f(z) = (z - 0.45)^2: d E[f] / d logit = 0.3 * 0.7 * (f(1) - f(0)) = 0.021."""

import numpy as np
import pytest
from keras import ops

from zoo.numerics.control_variate import control_variate
from zoo.numerics.gradient import gradient
from zoo.random.relaxation import Bits

COUNT = 200_000


def estimates(control):
    """COUNT estimates, float64 `[COUNT]`."""
    rng = np.random.default_rng(0)
    z = (rng.uniform(size=(1, COUNT, 1)) < 0.3).astype("float32")
    v = rng.uniform(1e-6, 1 - 1e-6, size=(1, COUNT, 1)).astype("float32")
    bits = Bits(ops.full([COUNT, 1], np.log(0.3 / 0.7)))
    h = bits.perturbed(z, v)
    left = (z[..., 0] - 0.45) ** 2 - control(h)
    return np.asarray(control_variate(bits, z, v, left, gradient(control, h)), "float64")[:, 0]


def of_relaxed(temperature):
    return lambda h: ops.sum((ops.sigmoid(h / temperature) - 0.45) ** 2, axis=-1)


CONTROLS = {
    "none": lambda h: 0.0 * h[..., 0],
    "sine": lambda h: ops.sin(2.0 * h[..., 0] + 0.7),
    "line": lambda h: 0.3 * h[..., 0] - 1.0,
    **{f"relaxed, {t}": of_relaxed(t) for t in (0.1, 0.5, 1.0, 3.0)},
}


@pytest.mark.parametrize("name", CONTROLS)
def test_it_has_no_bias_whatever_the_control_variate(name):
    found = estimates(CONTROLS[name])
    error = found.std() / np.sqrt(COUNT)
    assert abs(found.mean() - 0.021) < 4.5 * error
    assert error < 0.1 * 0.021 or name in ("sine", "line")
