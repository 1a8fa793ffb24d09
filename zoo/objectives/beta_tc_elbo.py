"""The ELBO whose KL term comes apart, so that what dimensions say of each other can cost more than the rest."""

import keras
from keras import ops

from zoo.numerics.counts import check_count
from zoo.numerics.stratified_weights import stratified_weights
from zoo.objectives.bound import Bound, bounds
from zoo.objectives.by_dimension import by_dimension


@bounds(Bound.NONE)
@keras.saving.register_keras_serializable(__name__)
def beta_tc_elbo(vae, x, training=False, beta=6.0, alpha=1.0, gamma=1.0, images=None, num_samples=1):
    """E_q[log p(x|z)] - alpha I(x; z) - beta TC(z) - gamma sum_d KL(q(z_d) || p(z_d)): no bound on log p(x).

    The KL term's mean over the images is the sum of three, with the mixture q(z) of all images' q(z|x):

        information         I(x; z) = E log q(z|x) - log q(z)
        total correlation   TC(z) = E log q(z) - sum_d log q(z_d)
        by dimension        E sum_d log q(z_d) - log p(z), sum_d KL(q(z_d) || p(z_d)) where p(z) has independent z_d

    With weights of 1 it is the ELBO. q(z) and q(z_d) are estimated from a batch, and their logarithms not without bias:
    its mean may lie on either side. With `images` a batch stands for all images by stratified weights. Without, it is
    taken for all there is: the paper's minibatch-weighted sampling, but for log N, which moves no gradient. In training
    a `WarmUp` callback's weight multiplies all but the first term.

    Args:
        vae: a model with `log_densities`, whose posterior has independent dimensions.
        x: images, `[B, height, width, channels]`; pairs of them are compared, B^2 S D numbers.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        beta: what the total correlation counts for.
        alpha: what the information counts for.
        gamma: what the divergences by dimension count for.
        images: how many training images there are, N; None for a batch that is all.
        num_samples: draws of z for each image, S.

    Returns:
        The objective, `[B]`, in nats, and the `LogDensities`.

    Raises:
        InputError: the posterior's dimensions aren't independent, or a count isn't a positive integer.

    References:
        Chen et al. 2018, "Isolating Sources of Disentanglement in Variational Autoencoders", equations 2 and 4, and
        for the weights appendix C.
    """
    check_count("num_samples", num_samples)
    if images is not None:
        check_count("images", images)
    densities = vae.log_densities(x, num_samples, training=training)
    log_q, log_q_by_dimension = aggregate(densities, images)
    information = densities.posterior - log_q
    correlation = log_q - log_q_by_dimension
    apart = log_q_by_dimension - densities.prior
    more = (alpha - 1) * information + (beta - 1) * correlation + (gamma - 1) * apart
    # The rest is the ELBO itself, with the KL in closed form.
    return densities.log_likelihood - densities.kl_weight * (densities.kl + ops.mean(more, axis=0)), densities


def aggregate(densities, images=None):
    """log q(z) and sum_d log q(z_d) at the draws, q(z) being the mixture of all images' posteriors.

    Args:
        densities: `LogDensities` of a batch.
        images: as of `beta_tc_elbo`.

    Returns:
        Two tensors `[S, B]`, in nats.
    """
    z, q = densities.z, by_dimension(densities.q, "the total correlation")
    # Of draw i under posterior j: [S, B, B, D].
    log_prob = q.log_prob(ops.expand_dims(z, 2))
    log_weights = ops.log(stratified_weights(ops.shape(z)[1], images))
    log_q = ops.logsumexp(log_weights + ops.sum(log_prob, axis=-1), axis=2)
    by_each = ops.logsumexp(ops.expand_dims(log_weights, -1) + log_prob, axis=2)
    return log_q, ops.sum(by_each, axis=-1)
