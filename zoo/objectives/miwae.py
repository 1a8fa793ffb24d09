"""The mean of several importance-weighted bounds."""

import keras
from keras import ops

from zoo.numerics.counts import check_count
from zoo.numerics.stable import log_mean_exp
from zoo.objectives.bound import Bound, bounds


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def miwae(vae, x, training=False, groups=5, num_samples=5):
    """A lower bound on log p(x): 1/M sum_m log 1/k sum_i w_(m,i), w_(m,i) = p(x, z_(m,i)) / q(z_(m,i)|x).

    On average it is L_k, the bound of `iwae`, with a gradient of 1/M its variance. Of the same M k draws that of a
    large k alone has a tighter bound, and tells the encoder less. M = 1 is `iwae`, and k = 1 the ELBO.

    The paper calls it multiply importance weighted; it has nothing to do with missing pixels. In training a `WarmUp`
    callback's weight multiplies log p(z) - log q(z|x).

    Args:
        vae: a model with `log_densities`.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        groups: M.
        num_samples: k, the draws of each group.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of, `[M k, B]`, one group after the other.

    Raises:
        InputError: M or k isn't a positive integer.

    References:
        Rainforth et al. 2018, "Tighter Variational Bounds are Not Necessarily Better".
    """
    check_count("groups", groups)
    check_count("num_samples", num_samples)
    densities = vae.log_densities(x, groups * num_samples, training=training)
    return mean_of_groups(densities.annealed_log_weight, groups), densities


def mean_of_groups(log_weight, groups):
    """1/M sum_m log 1/k sum_i exp(log_weight), `[B]`, of log weights `[M k, B]`, one group after the other.

    Example:
        >>> log_weight = ops.log(ops.convert_to_tensor([[1.0], [3.0], [8.0], [8.0]]))
        >>> float(ops.exp(mean_of_groups(log_weight, groups=2))[0])
        4.0
    """
    # [M k, B] -> [M, k, B]
    grouped = ops.reshape(log_weight, (groups, log_weight.shape[0] // groups, -1))
    return ops.mean(log_mean_exp(grouped, axis=1), axis=0)
