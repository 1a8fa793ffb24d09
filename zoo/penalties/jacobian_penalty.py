"""The base of penalties on a network's Jacobian, by random projections."""

from abc import abstractmethod

from keras import ops

from zoo.numerics.counts import check_count, check_positive
from zoo.numerics.jacobian_norm import jacobian_norm
from zoo.penalties.penalty import Penalty
from zoo.random import stream, uniform


class JacobianPenalty(Penalty):
    """weight ||J||^2, the squared Frobenius norm of a network's Jacobian, without the Jacobian.

        ||J||^2 = E ||v J||^2,   v of independent signs, -1 or 1

    Each v takes one pass back through the network. Its draws are fresh at each step, and the same at each evaluation.

    Args:
        weight: what the norm counts for.
        projections: how many v are drawn for each image, S.

    Raises:
        InputError: a weight that isn't positive, or a number of projections that isn't a positive integer.

    Example:
        >>> from zoo.penalties.decoder_jacobian import DecoderJacobian
        >>> issubclass(DecoderJacobian, JacobianPenalty)
        True

    References:
        Hutchinson 1989, "A Stochastic Estimator of the Trace of the Influence Matrix for Laplacian Smoothing Splines".
    """

    def __init__(self, weight=0.1, projections=1, **kwargs):
        super().__init__(**kwargs)
        check_positive("weight", weight)
        check_count("projections", projections)
        self.weight, self.projections = weight, projections

    def call(self, autoencoder, x, z, training=False):
        network, at, output_shape = self.network(autoencoder, x, z, training)
        seed = self.key(training)
        shape = (self.projections, ops.shape(at)[0], *output_shape)
        signs = ops.where(uniform(stream(seed, "projections"), shape) < 0.5, -1.0, 1.0)
        return self.weight * jacobian_norm(network, at, signs)

    @abstractmethod
    def network(self, autoencoder, x, z, training):
        """Which network's Jacobian, and where.

        Args:
            autoencoder, x, z, training: as of `call`.

        Returns:
            A function of a tensor, the tensor that it is looked at, and the shape of what it gives for one image.
        """
