"""The posterior made by Sylvester flow whose directions are the axes."""

from zoo.networks.shapes import check_sizes
from zoo.posteriors.sylvester import Sylvester


class TriangularSylvester(Sylvester):
    """The Sylvester flow with Q the identity, and in every other step the reversed order of the dimensions.

    Its steps, R and S are those of `zoo.posteriors.sylvester`, with M = D.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        steps: how many, T.

    Returns (of a call on x):
        `tfd.TransformedDistribution` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: a size that isn't a positive integer; or, of what a call returns, the density of a z that was not
            drawn from it.

    Example:
        >>> import keras
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = TriangularSylvester(mlp_encoder((8, 8, 1)), latent_dim=4)
        >>> posterior(keras.ops.zeros([3, 8, 8, 1])).event_shape[0]
        4

    References:
        van den Berg et al. 2018, "Sylvester Normalizing Flows for Variational Inference", the triangular kind.
    """

    def __init__(self, encoder, latent_dim, steps=4, **kwargs):
        (latent_dim,), (steps,) = check_sizes("latent_dim", (latent_dim,)), check_sizes("steps", (steps,))
        super().__init__(encoder, latent_dim, steps, latent_dim, 0, **kwargs)

    def basis(self, numbers, number):
        def turn(z):
            return z[..., ::-1] if number % 2 else z

        return turn, turn
