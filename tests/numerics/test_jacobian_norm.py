import numpy as np
from keras import ops

from zoo.numerics.jacobian_norm import jacobian_norm


def test_all_unit_directions_add_up_to_the_norm(rng):
    """f(x) = (x A)^2, whose Jacobian is 2 diag(x A) A'."""
    A, x = rng.normal(size=(3, 2)), rng.normal(size=(5, 3))
    directions = np.repeat(np.eye(2)[:, None], 5, axis=1).astype("float32")
    found = jacobian_norm(
        lambda x: ops.square(x @ A.astype("float32")), ops.convert_to_tensor(x, "float32"), directions
    )
    expected = [np.sum((2 * np.diag(row @ A) @ A.T) ** 2) for row in x]
    # The mean over the directions, of which there are two.
    assert np.allclose(2 * np.asarray(found), expected, rtol=1e-4)
