import numpy as np

from zoo.penalties.l2 import l2


def test_it_is_half_the_squared_norm(rng):
    z = rng.normal(size=(5, 3)).astype("float32")
    assert np.allclose(l2(None, None, z, weight=0.3), 0.15 * np.square(z).sum(axis=1), rtol=1e-5)
