"""The ELBO for draws without a gradient, by the score function: REINFORCE, and its simplest remedies."""

import keras
from keras import ops

from zoo.errors import InputError
from zoo.numerics.counts import check_count
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound, bounds


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def score_function(vae, x, training=False, num_samples=1, baseline=False, closed_form_kl=False):
    """E_q[log p(x, z) - log q(z|x)], the ELBO, by the score function.

        l_s = log p(x, z_s) - log q(z_s|x),   z_1 .. z_S ~ q(z|x)
        gradient:  1/S sum_s grad log p(x, z_s) + (l_s - b_s) grad log q(z_s|x)

    It has no bias, and a large variance. More samples make it smaller by 1/S. So does a baseline b_s, the mean of the
    other samples' l, which knows nothing of z_s, and a KL term in closed form, whose gradient is exact: log p(x|z_s) is
    all that l_s is then. That takes the place of a mean over the dimensions' own terms (Rao-Blackwell).

    In training a `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        vae: a model with `log_densities`, whose posterior isn't reparameterized.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: draws of z for each image, S.
        baseline: whether the other samples' mean is taken off: then S is 2 at least.
        closed_form_kl: whether KL(q(z|x) || p(z)) is in closed form, which it has where q and p are factorized.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: S isn't a positive integer, or is 1 where there is to be a baseline, or there is no closed form.

    Example:
        >>> import zoo
        >>> vae = zoo.build("sigmoid_belief_network", image_shape=(8, 8, 1), latent_dim=3)
        >>> bound, _ = score_function(vae, ops.zeros([5, 8, 8, 1]), num_samples=10, baseline=True)
        >>> tuple(bound.shape)
        (5,)

    References:
        Williams 1992, "Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning";
        Ranganath et al. 2014, "Black Box Variational Inference"; Kool et al. 2019, "Buy 4 REINFORCE Samples, Get a
        Baseline for Free!", for the baseline.
    """
    check_count("num_samples", num_samples, least=2 if baseline else 1)
    densities = vae.log_densities(x, num_samples, training=training)
    if closed_form_kl and densities.kl_per_dimension is None:
        raise InputError(
            "closed_form_kl is True, but the posterior and the prior aren't both factorized: there is no closed form. "
            "Leave it out."
        )
    if closed_form_kl:
        rest = -densities.kl_weight * densities.kl
        worth, joint = densities.likelihood, densities.likelihood + rest
        bound = ops.mean(joint, axis=0)
    else:
        worth = densities.annealed_log_weight
        joint, bound = densities.annealed_log_joint, ops.mean(worth, axis=0)
    worth = ops.stop_gradient(worth)
    if baseline:
        # l_s - the others' mean = S / (S - 1) (l_s - the mean of all)
        worth = (worth - ops.mean(worth, axis=0)) * (num_samples / (num_samples - 1))
    surrogate = ops.mean(joint + worth * densities.posterior, axis=0)
    return with_gradient_of(surrogate, bound), densities


score_function.reparameterized = False
