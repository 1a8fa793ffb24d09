"""The ELBO for draws without a gradient, by the score function with a control variate of each logit's own."""

import keras
from keras import ops

from zoo.numerics.counts import check_count
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound, bounds
from zoo.random.relaxation import relaxation


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def black_box(vae, x, training=False, num_samples=10):
    """E_q[log p(x, z) - log q(z|x)], the ELBO, by the score function with its own multiple as control variate.

        gradient by logit d:  1/S sum_s (l_s - a_sd) g_sd,   g_sd = d log q(z_s|x) / d logit_d = z_sd - E[z_d]
        a_sd = sum_{t != s} l_t g_td^2 / sum_{t != s} g_td^2

    g has mean 0, so that any multiple of it can be taken off. a is the one that leaves least variance,
    Cov(l g, g) / Var(g), as the other samples have it: the paper takes it from all, which has a small bias. The KL term
    is in closed form where there is one, and l is log p(x|z) then: Rao-Blackwell's part, as in `score_function`.

    In training a `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        vae: a model with `infer` and `log_densities`, whose posterior is of bits.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: draws of z for each image, S, at least 2.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: S isn't an integer of at least 2, or the posterior isn't one that `zoo.random.relaxation` knows.

    Example:
        >>> import zoo
        >>> vae = zoo.build("sigmoid_belief_network", image_shape=(8, 8, 1), latent_dim=3)
        >>> bound, _ = black_box(vae, ops.zeros([5, 8, 8, 1]))
        >>> tuple(bound.shape)
        (5,)

    References:
        Ranganath et al. 2014, "Black Box Variational Inference".
    """
    check_count("num_samples", num_samples, least=2)
    densities = vae.log_densities(x, num_samples, training=training)
    q = densities.q
    if densities.kl_per_dimension is None:
        worth = densities.annealed_log_weight
        joint, bound = densities.annealed_log_joint, ops.mean(worth, axis=0)
    else:
        joint = densities.likelihood - densities.kl_weight * densities.kl
        worth, bound = densities.likelihood, ops.mean(joint, axis=0)
    worth, score = (
        ops.stop_gradient(worth)[..., None],
        ops.stop_gradient(densities.z - q.mean()),
    )  # [S, B, 1], [S, B, D]
    slope = ops.mean((worth - _of_others(worth, score**2)) * score, axis=0)
    surrogate = ops.mean(joint, axis=0) + ops.sum(ops.stop_gradient(slope) * relaxation(q).logits, axis=-1)
    return with_gradient_of(surrogate, bound), densities


black_box.reparameterized = False


def _of_others(worth, weights):
    """The other samples' weighted mean, `[S, B, D]`; 0 where all of their weights are 0."""
    total, sum_of_weights = (ops.sum(each, axis=0) - each for each in (worth * weights, weights))
    return total / ops.maximum(sum_of_weights, 1e-12)
