"""The posterior made by Sylvester flow whose directions are any orthonormal ones."""

import numpy as np
from keras import ops

from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.posteriors.sylvester import Sylvester

# Each round multiplies what is small by 1.5, and squares the error of what is near 1.
ROUNDS = 30


class OrthogonalSylvester(Sylvester):
    """The Sylvester flow with Q the matrix of orthonormal columns that is next to a matrix A, `[D, M]`.

    Its steps, R and S are those of `zoo.posteriors.sylvester`.

        A_t = E_t + B_t,   B_t linear in encoder(x), E_t of unit vectors, others in each step
        Q_0 = A / |A|_F,   Q_(k+1) = Q_k (3 I - Q_k'Q_k) / 2,   Q = Q_30

    To float32's digits it converges where no singular value of A is less than 1e-4 of its norm. A round is two products
    of matrices, for each x.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        steps: how many, T.
        columns: how many columns Q has, M, from 1 to D.

    Returns (of a call on x):
        `tfd.TransformedDistribution` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: a size that isn't a positive integer, or more columns than dimensions; or, of what a call returns,
            the density of a z that was not drawn from it.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = OrthogonalSylvester(mlp_encoder((8, 8, 1)), latent_dim=4, columns=2)
        >>> posterior(ops.zeros([3, 8, 8, 1])).event_shape[0]
        4

    References:
        van den Berg et al. 2018, "Sylvester Normalizing Flows for Variational Inference", the orthogonal kind; Bjorck
        and Bowie 1971, "An Iterative Algorithm for Computing the Best Estimate of an Orthogonal Matrix".
    """

    def __init__(self, encoder, latent_dim, steps=4, columns=16, **kwargs):
        (latent_dim,), (steps,) = check_sizes("latent_dim", (latent_dim,)), check_sizes("steps", (steps,))
        (columns,) = check_sizes("columns", (columns,))
        if columns > latent_dim:
            raise InputError(f"columns is {columns}, but at most {latent_dim} directions are orthogonal: give fewer.")
        super().__init__(encoder, latent_dim, steps, columns, latent_dim * columns, **kwargs)

    def basis(self, numbers, number):
        units = np.roll(np.eye(self.latent_dim, self.columns, dtype="float32"), number * self.columns, axis=0)
        Q = orthogonalized(units + ops.reshape(numbers, (-1, self.latent_dim, self.columns)))

        def into(z):
            return ops.matmul(ops.transpose(Q, (0, 2, 1)), ops.expand_dims(z, -1))[..., 0]

        def out(h):
            return ops.matmul(Q, ops.expand_dims(h, -1))[..., 0]

        return into, out


def orthogonalized(matrix):
    """Q = A (A'A)^(-1/2), by 30 rounds that move all singular values to 1.

    Args:
        matrix: A, `[..., D, M]`, M <= D.

    Example:
        >>> Q = orthogonalized(ops.convert_to_tensor([[3.0, 0.0], [0.0, 4.0], [0.0, 0.0]]))
        >>> bool(ops.all(ops.abs(Q - ops.eye(3, 2)) < 1e-6))
        True
    """
    size = matrix.shape[-1]
    Q = matrix / ops.sqrt(ops.maximum(ops.sum(ops.square(matrix), axis=(-2, -1), keepdims=True), 1e-12))
    for _ in range(ROUNDS):
        Q = ops.matmul(Q, 1.5 * np.eye(size, dtype="float32") - 0.5 * ops.matmul(ops.swapaxes(Q, -2, -1), Q))
    return Q
