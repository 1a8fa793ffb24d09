"""The importance-weighted bound of a mixture posterior, with draws of each component: stratified sampling."""

import keras
from keras import ops

from zoo.numerics.counts import check_count
from zoo.objectives.bound import Bound, bounds
from zoo.objectives.miselbo import over_components


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def siwae(vae, x, training=False, num_samples=1):
    """A lower bound on log p(x): E[log 1/T sum_t sum_k w_k p(x, z_kt) / q(z_kt|x)], z_k1 .. z_kT ~ q_k(z|x).

    q = sum_k w_k q_k is the whole mixture's density. It is at least `miselbo`, whose logarithm is of each component by
    itself. Of a posterior that is no mixture it is `iwae`.

    In training a `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        vae: a model with `log_densities`.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: draws of each component, T.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of: means over the components.

    Raises:
        InputError: T isn't a positive integer.

    Example:
        >>> import zoo
        >>> vae = zoo.build("misvae", image_shape=(8, 8, 1), latent_dim=2, components=3, objective=siwae)
        >>> tuple(siwae(vae, ops.zeros([5, 8, 8, 1]), num_samples=2)[0].shape)
        (5,)

    References:
        Morningstar et al. 2021, "Automatic Differentiation Variational Inference with Mixtures".
    """
    check_count("num_samples", num_samples)
    each = vae.log_densities(x, num_samples, training=training, of_each_component=True)
    log_weight = each.annealed_log_weight  # [T, K, B]
    # The logarithm of a weight that has become 0 has no gradient; one that is 0 counts for nothing.
    log_share = ops.log(ops.maximum(each.weights, keras.config.epsilon()))
    log_share = ops.where(each.weights > 0, log_share, -1e30)
    bound = ops.logsumexp(log_share + log_weight, axis=(0, 1)) - ops.log(float(num_samples))
    return bound, over_components(each)


#: The weights of a mixture's components have a gradient.
siwae.sums_components = True
