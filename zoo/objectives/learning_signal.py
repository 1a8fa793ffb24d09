"""The learning signal of a code, at bits and between them, from which the encoder's gradient is estimated."""

from keras import ops


def learning_signal(vae, x, q, z, kl_weight=1.0):
    """log p(x|z) + w (log p(z) - log q(z|x)) as a function of z, at bits and between them.

    Between bits it is no log density of anything, and nor is its mean a bound: it is what control variates are made of.
    The networks are as in evaluation, without dropout, as a control variate may be any function.

    Args:
        vae: a model with `log_joint`.
        x: images, `[B, height, width, channels]`.
        q: what `vae.infer(x)` gave.
        z: codes, `[..., B, D]`, in [0, 1].
        kl_weight: w.

    Returns:
        float32 `[..., B]`, in nats.

    Example:
        >>> import zoo
        >>> from keras import ops
        >>> vae = zoo.build("sigmoid_belief_network", image_shape=(8, 8, 1), latent_dim=3)
        >>> x = ops.zeros([5, 8, 8, 1])
        >>> tuple(learning_signal(vae, x, vae.infer(x), ops.full([2, 5, 3], 0.5)).shape)
        (2, 5)
    """
    log_likelihood, log_prior = vae.log_joint(x, z)
    return log_likelihood + kl_weight * (log_prior - q.log_prob(z))


def elbo_at(vae, x, q, z, densities, training=False):
    """1/S sum_s log p(x|z_s) - w KL(q(z|x) || p(z)), at codes that have a gradient.

    Args:
        vae, x, q: as of `learning_signal`.
        z: codes, `[S, B, D]`, in [0, 1].
        densities: `LogDensities` of the bits, whose KL it is where that has a closed form. Else it is the mean of
            log q(z_s|x) - log p(z_s).
        training: as of `vae.log_joint`.

    Returns:
        float32 `[B]`, in nats. Between bits it bounds nothing.
    """
    log_likelihood, log_prior = vae.log_joint(x, z, training)
    kl = densities.kl if densities.kl_per_dimension is not None else ops.mean(q.log_prob(z) - log_prior, axis=0)
    return ops.mean(log_likelihood, axis=0) - densities.kl_weight * kl
