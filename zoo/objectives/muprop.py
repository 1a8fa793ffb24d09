"""The ELBO for draws without a gradient, by the score function of what a Taylor expansion at the mean leaves."""

import keras
from keras import ops

from zoo.numerics.counts import check_count
from zoo.numerics.gradient import gradient
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound, bounds
from zoo.objectives.learning_signal import learning_signal


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def muprop(vae, x, training=False, num_samples=1):
    """E_q[log p(x, z) - log q(z|x)], the ELBO, with f(z) = log p(x, z) - log q(z|x) expanded at m = E_q[z].

        gradient:  grad log p(x, z) + [f(z) - f(m) - f'(m) (z - m)] grad log q(z|x) + f'(m) grad m

    The expansion's own gradient is known, f'(m) grad m, so that only what it leaves needs the score function. It has no
    bias. f(m) is f where bits are halves. log p(z) - log q(z|x) of independent bits is linear, and so nothing of it is
    left. The paper's further baselines, those of `NVIL`, aren't taken off here.

    In training a `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        vae: a model with `infer`, `log_densities` and `log_joint`, whose posterior isn't reparameterized.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it. The expansion is of
            the networks as in evaluation.
        num_samples: draws of z for each image, S.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: S isn't a positive integer.

    Example:
        >>> import zoo
        >>> vae = zoo.build("sigmoid_belief_network", image_shape=(8, 8, 1), latent_dim=3)
        >>> bound, _ = muprop(vae, ops.zeros([5, 8, 8, 1]))
        >>> tuple(bound.shape)
        (5,)

    References:
        Gu et al. 2016, "MuProp: Unbiased Backpropagation for Stochastic Neural Networks".
    """
    check_count("num_samples", num_samples)
    densities = vae.log_densities(x, num_samples, training=training)
    q = densities.q
    log_weight = densities.annealed_log_weight
    bound = ops.mean(log_weight, axis=0)
    if not training:
        return bound, densities
    mean = q.mean()
    middle = ops.stop_gradient(mean)

    def signal(z):
        return learning_signal(vae, x, q, z, densities.kl_weight)

    slope = ops.stop_gradient(gradient(signal, middle))
    expanded = signal(middle) + ops.sum(slope * (densities.z - middle), axis=-1)
    score = ops.stop_gradient(log_weight - expanded) * densities.posterior
    joint = densities.annealed_log_joint
    surrogate = ops.mean(joint + score, axis=0) + ops.sum(slope * mean, axis=-1)
    return with_gradient_of(surrogate, bound), densities


muprop.reparameterized = False
