"""Reweighted wake-sleep: the importance-weighted bound for the model, and the posterior's own error for q."""

import keras
from keras import ops

from zoo.numerics.counts import check_count
from zoo.numerics.stable import log_mean_exp, shares
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound, bounds
from zoo.observed import image_of
from zoo.random import draw, stream


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def wake_sleep(vae, x, training=False, num_samples=5, sleep=False):
    """A lower bound on log p(x): E[log 1/k sum_i w_i], w_i = p(x, z_i) / q(z_i|x), as `iwae`; by gradients of two aims.

        theta's, wake phase:  sum_i W_i grad log p(x, z_i),   W_i = w_i / sum_j w_j
        phi's, wake phase:    sum_i W_i grad log q(z_i|x)
        phi's, sleep phase:   grad log q(z'|x'),   z', x' ~ p(z', x')

    z_i is a constant in all of them, so that bits and reals will do alike. The model's weights theta climb the bound.
    The posterior's phi don't: they make KL(p(z|x) || q(z|x)) small, of the images, and asleep of what the model dreams.
    Awake phi's gradient is a ratio of two estimates, which has a bias of the order of 1/k: for k = 1 W is 1, and it is
    noise around 0. Asleep it has none, and no images either.

    In training a `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        vae: a model with `log_densities` and `log_joint`, whose posterior has a density; with `sleep` also what draws
            from it.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: k.
        sleep: whether q learns from dreams too, one for each image, whose gradient is added.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: k isn't a positive integer; or in training the posterior has no density.

    References:
        Bornschein and Bengio 2015, "Reweighted Wake-Sleep"; Hinton et al. 1995, "The 'Wake-Sleep' Algorithm for
        Unsupervised Neural Networks".
    """
    check_count("num_samples", num_samples)
    densities = vae.log_densities(x, num_samples, training=training)
    log_weight = densities.annealed_log_weight
    bound = log_mean_exp(log_weight, axis=0)
    if not training:
        return bound, densities
    share = ops.stop_gradient(shares(log_weight))
    log_likelihood, log_prior = vae.log_joint(x, ops.stop_gradient(densities.z), training=training)
    log_joint = log_likelihood + densities.kl_weight * log_prior
    surrogate = ops.sum(share * (log_joint + densities.posterior_at_z()), axis=0)
    if sleep:
        surrogate = surrogate + _of_dreams(vae, ops.shape(image_of(x))[0], densities.key)
    return with_gradient_of(surrogate, bound), densities


#: Draws are constants: whether they have a gradient is all the same.
wake_sleep.reparameterized = None


def _of_dreams(vae, count, key):
    """log q(z|x), `[count]`, of z and x that the model draws, which are constants."""
    z = ops.stop_gradient(draw(vae.prior(training=True), stream(key, "dreams"), (count,)))
    x = ops.stop_gradient(draw(vae.likelihood(z, training=True), stream(key, "pixels of dreams")))
    return vae.infer(x, training=True).log_prob(z)
