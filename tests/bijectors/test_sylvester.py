import numpy as np
import pytest
from keras import ops

from zoo.bijectors.sylvester import Sylvester


def step(rng, size, columns):
    Q = np.linalg.qr(rng.normal(size=(size, size)))[0][:, :columns].astype("float32")
    R, S = np.triu(rng.normal(size=(2, columns, columns)))
    r, s = rng.uniform(-0.99, 0.99, size=(2, columns))
    R[range(columns), range(columns)], S[range(columns), range(columns)] = r, s
    R, S, b = (each.astype("float32") for each in (R, S, rng.normal(size=columns)))
    return Sylvester(lambda z: ops.matmul(z, Q), lambda h: ops.matmul(h, Q.T), R, S, b, (r * s).astype("float32")), (
        Q,
        R,
        S,
        b,
    )


@pytest.mark.parametrize(("size", "columns"), [(1, 1), (2, 2), (3, 2), (5, 1), (5, 5)])
def test_log_det_is_that_of_the_exact_jacobian(size, columns, rng):
    sylvester, (Q, R, S, b) = step(rng, size, columns)
    z = rng.normal(size=(7, size)).astype("float32")
    h = np.tanh(z @ Q @ S.T + b)
    assert np.allclose(sylvester.forward(z), z + h @ R.T @ Q.T, atol=1e-5)
    jacobian = np.eye(size) + np.einsum("im,nm,mj->nij", Q @ R, 1 - h**2, S @ Q.T)
    sign, expected = np.linalg.slogdet(jacobian)
    assert (sign == 1).all()
    assert np.allclose(sylvester.forward_log_det_jacobian(z), expected, atol=1e-4)
