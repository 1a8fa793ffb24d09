"""A limit on the spectral norm of kernels."""

import keras
from keras import ops

from zoo.numerics.counts import check_positive


@keras.saving.register_keras_serializable(__name__)
class SpectralNorm(keras.constraints.Constraint):
    """W -> W limit / max(limit, s(W)) after each step, where s(W) is the largest singular value.

    A kernel is the matrix of its last axis against all others; of a convolution that isn't the norm of the map from
    image to image. s(W) comes of the eigenvalues of W'W or WW', whichever is smaller.

    Args:
        limit: the largest s(W) that stays as it is.

    Raises:
        InputError: a limit that isn't positive.

    Example:
        >>> [float(x) for x in SpectralNorm(1.0)(ops.convert_to_tensor([[4.0, 0.0], [0.0, 2.0]]))[1]]
        [0.0, 0.5]

    References:
        Miyato et al. 2018, "Spectral Normalization for Generative Adversarial Networks", for the norm of a kernel,
        which is made 1 there; Gouk et al. 2021, "Regularisation of Neural Networks by Enforcing Lipschitz Continuity",
        for the projection.
    """

    def __init__(self, limit=1.0):
        check_positive("limit", limit)
        self.limit = float(limit)

    def __call__(self, w):
        w = ops.convert_to_tensor(w)
        matrix = ops.reshape(w, (-1, w.shape[-1]))
        if matrix.shape[0] < matrix.shape[1]:
            matrix = ops.transpose(matrix)
        values, _ = ops.eigh(ops.matmul(ops.transpose(matrix), matrix))
        norm = ops.sqrt(ops.maximum(ops.max(values), 0.0))
        return w * (self.limit / ops.maximum(norm, self.limit))

    def get_config(self):
        return {"limit": self.limit}
