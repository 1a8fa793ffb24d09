"""One step of the Sylvester flow."""

from keras import ops

from zoo.bijectors.one_way import OneWay


class Sylvester(OneWay):
    """z' = z + Q R tanh(S Q'z + b): M planar steps at once, along orthonormal directions.

    R and S are upper triangular and Q'Q = I, by which the determinant, of D x D, is that of an upper triangular matrix:

        log |det dz'/dz| = sum_m log(1 + (1 - h_m^2) R_mm S_mm),   h = tanh(S Q'z + b)

    Where all R_mm S_mm > -1 no two z have the same z'.

    Args:
        into: the function Q'z, `[..., D]` to `[..., M]`.
        out: the function Q h, `[..., M]` to `[..., D]`.
        R, S: `[..., M, M]`.
        b: `[..., M]`.
        diagonal: R_mm S_mm, `[..., M]`.

    Raises:
        InputError: as of `OneWay`.

    Example:
        >>> same = lambda z: z
        >>> R, S = ops.convert_to_tensor([[2.0, 1.0], [0.0, 1.0]]), ops.eye(2)
        >>> step = Sylvester(same, same, R, S, ops.zeros([2]), ops.convert_to_tensor([2.0, 1.0]))
        >>> round(float(step.forward_log_det_jacobian(ops.zeros([2]))), 4)  # log 3 + log 2
        1.7918

    References:
        van den Berg et al. 2018, "Sylvester Normalizing Flows for Variational Inference", where S is R with a
        tilde.
    """

    def __init__(self, into, out, R, S, b, diagonal, name="sylvester"):
        super().__init__(name, into=into, out=out, R=R, S=S, b=b, diagonal=diagonal)
        self._into, self._out, self._R, self._S, self._b, self._diagonal = into, out, R, S, b, diagonal

    def _bent(self, z):
        return ops.tanh(_product(self._S, self._into(z)) + self._b)

    def _forward(self, z):
        return z + self._out(_product(self._R, self._bent(z)))

    def _forward_log_det_jacobian(self, z):
        return ops.sum(ops.log(1 + (1 - ops.square(self._bent(z))) * self._diagonal), axis=-1)


def _product(matrix, z):
    return ops.matmul(matrix, ops.expand_dims(z, -1))[..., 0]
