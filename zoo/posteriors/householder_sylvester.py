"""The posterior made by Sylvester flow whose directions are turned by reflections."""

from keras import ops

from zoo.bijectors.householder import reflected
from zoo.networks.shapes import check_sizes
from zoo.posteriors.sylvester import Sylvester


class HouseholderSylvester(Sylvester):
    """The Sylvester flow with Q a product of reflections, Q_t = H_1 .. H_K, H_k = I - 2 v_k v_k' / |v_k|^2.

    Its steps, R and S are those of `zoo.posteriors.sylvester`, with M = D. The v are linear in encoder(x).

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        steps: how many, T.
        reflections: how many each Q has, K.

    Returns (of a call on x):
        `tfd.TransformedDistribution` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: a size that isn't a positive integer; or, of what a call returns, the density of a z that was not
            drawn from it.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = HouseholderSylvester(mlp_encoder((8, 8, 1)), latent_dim=4)
        >>> posterior(ops.zeros([3, 8, 8, 1])).event_shape[0]
        4

    References:
        van den Berg et al. 2018, "Sylvester Normalizing Flows for Variational Inference", the Householder kind.
    """

    def __init__(self, encoder, latent_dim, steps=4, reflections=8, **kwargs):
        (latent_dim,), (steps,) = check_sizes("latent_dim", (latent_dim,)), check_sizes("steps", (steps,))
        (reflections,) = check_sizes("reflections", (reflections,))
        super().__init__(encoder, latent_dim, steps, latent_dim, reflections * latent_dim, **kwargs)
        self.reflections = reflections

    def basis(self, numbers, number):
        each = ops.split(numbers, self.reflections, axis=-1)

        def into(z):
            for v in each:
                z = reflected(z, v)
            return z

        def out(h):
            for v in reversed(each):
                h = reflected(h, v)
            return h

        return into, out
