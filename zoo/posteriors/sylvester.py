"""The base of posteriors made by Sylvester flow."""

from abc import abstractmethod

import keras
import numpy as np
from keras import ops

from zoo.bijectors.sylvester import Sylvester as Step
from zoo.posteriors.amortized_flow import AmortizedFlow

# Below 1, at which a slope of 1 + R_mm S_mm could round to 0.
MOST = 0.999


class Sylvester(AmortizedFlow):
    """A diagonal Gaussian, bent by steps that each push z along M orthonormal directions, the columns of Q_t.

        z_0 ~ N(loc(x), diag(scale(x)^2))
        z_t = z_(t-1) + Q_t R_t h_t,   h_t = tanh(S_t Q_t'z_(t-1) + b_t)
        log q(z_T|x) = log N(z_0; loc, diag(scale^2)) - sum_t sum_m log(1 + (1 - h_tm^2) R_tmm S_tmm)

    R_t, S_t, upper triangular, b_t and what Q_t is made of are linear in encoder(x), but for the diagonals of R and S,
    which are 0.999 tanh(.) of that: so no R_mm S_mm is -1 or less, and no two z have the same end. A subclass makes Q.

    With R = 0 it is the Gaussian. A step has no inverse in closed form: the density is known of its own draws alone.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        steps: how many, T.
        columns: how many columns Q has, M.
        numbers: how many numbers Q is made of.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.triangular_sylvester import TriangularSylvester
        >>> TriangularSylvester(mlp_encoder((8, 8, 1)), latent_dim=3, steps=2).of_steps.units  # each 3 x 3 + 3 + 3 + 3
        36
    """

    def __init__(self, encoder, latent_dim, steps, columns, numbers, **kwargs):
        of_steps = keras.layers.Dense(steps * (columns * columns + 3 * columns + numbers), name="steps")
        super().__init__(encoder, latent_dim, steps, of_steps, **kwargs)
        self.columns = columns

    def step(self, theta, number):
        size = self.columns
        ends = np.cumsum([size * size, size, size, size])
        square, of_r, of_s, b, numbers = ops.split(theta, ends, axis=-1)
        square, above, eye = ops.reshape(square, (-1, size, size)), *_constants(size)
        r, s = MOST * ops.tanh(of_r), MOST * ops.tanh(of_s)
        # One square matrix has what is above the diagonal of both.
        R = square * above + ops.expand_dims(r, -1) * eye
        S = ops.transpose(square, (0, 2, 1)) * above + ops.expand_dims(s, -1) * eye
        return Step(*self.basis(numbers, number), R, S, b, r * s)

    @abstractmethod
    def basis(self, numbers, number):
        """Q of a step: two functions, Q'z, `[..., B, D]` to `[..., B, M]`, and Q h, `[..., B, M]` to `[..., B, D]`.

        Args:
            numbers: float32 `[B, numbers]`, what it is made of.
            number: which step it is, from 0.
        """


def _constants(size):
    """Ones above the diagonal, and ones on it."""
    return np.triu(np.ones([size, size], "float32"), 1), np.eye(size, dtype="float32")
