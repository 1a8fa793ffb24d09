"""The ELBO for draws without a gradient, by pairs of opposite draws: DisARM."""

import keras
from keras import ops

from zoo.errors import InputError
from zoo.numerics.counts import check_count
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound, bounds
from zoo.random.relaxation import Bits, noise_of, relaxation


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def disarm(vae, x, training=False, num_samples=1, averaged=True):
    """E_q[f(z)], f(z) = log p(x, z) - log q(z|x), the ELBO, by S pairs of draws z, z' that are as unlike as can be.

        z_d = 1[u_d < p_d],   z'_d = 1[1 - u_d < p_d],   p = sigmoid(logits),   u_d ~ Uniform(0, 1)
        gradient by logit d:  1/2 (f(z) - f(z')) (z_d - z'_d) sigmoid(|logits_d|)

    Each of a pair has q(z|x) for its law, and the two of them the pair's mean. The gradient has no bias. It is the mean
    of ARM's, (f(z') - f(z)) (u_d - 1/2), over all u that give this pair, and so has less variance.

    In training a `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        vae: a model with `infer`, `log_densities` and `log_joint`, whose posterior is of independent bits.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: pairs of draws for each image, S.
        averaged: False for ARM.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of, of 2 S draws.

    Raises:
        InputError: S isn't a positive integer, or the posterior isn't of bits.

    Example:
        >>> import zoo
        >>> vae = zoo.build("sigmoid_belief_network", image_shape=(8, 8, 1), latent_dim=3)
        >>> bound, _ = disarm(vae, ops.zeros([5, 8, 8, 1]))
        >>> tuple(bound.shape)
        (5,)

    References:
        Dong et al. 2020, "DisARM: An Antithetic Gradient Estimator for Binary Latent Variables"; Yin and Zhou 2019,
        "ARM: Augment-REINFORCE-Merge Gradient for Stochastic Binary Networks".
    """
    check_count("num_samples", num_samples)
    first = vae.log_densities(x, num_samples, training=training)
    q = first.q
    bits = relaxation(q)
    if not isinstance(bits, Bits):
        raise InputError("a pair of opposite draws is of bits: give rebar, or another objective, for other posteriors.")
    h = bits.perturbed(first.z, noise_of(first.z, first.key))
    second = ops.stop_gradient(bits.opposite(h))
    densities = _pairs(first, second, *vae.log_joint(x, second, training), q.log_prob(second))
    log_weight = densities.annealed_log_weight
    bound = ops.mean(log_weight, axis=0)
    difference = (log_weight[:num_samples] - log_weight[num_samples:])[..., None]  # [S, B, 1]
    if averaged:
        slope = 0.5 * difference * (first.z - second) * ops.sigmoid(ops.abs(bits.logits))
    else:
        # h = logits - logit(u)
        slope = difference * (0.5 - ops.sigmoid(bits.logits - h))
    slope = ops.stop_gradient(ops.mean(slope, axis=0))
    joint = densities.annealed_log_joint
    surrogate = ops.mean(joint, axis=0) + ops.sum(slope * bits.logits, axis=-1)
    return with_gradient_of(surrogate, bound), densities


disarm.reparameterized = False


def _pairs(first, z, likelihood, prior, posterior):
    """The `LogDensities` of the first draws and of the second."""
    return first._replace(
        z=ops.concatenate([first.z, z]),
        likelihood=ops.concatenate([first.likelihood, likelihood]),
        prior=ops.concatenate([first.prior, prior]),
        posterior=ops.concatenate([first.posterior, posterior]),
    )
