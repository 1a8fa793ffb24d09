"""The ELBO in which a little information about the cluster costs nothing."""

import keras
from keras import ops

from zoo.numerics.counts import check_count
from zoo.objectives.bound import Bound, bounds


@bounds(Bound.BATCH_MEAN)
@keras.saving.register_keras_serializable(__name__)
def clustered_elbo(vae, x, training=False, nats=1.0, num_samples=1):
    """The ELBO of a prior of clusters, with a floor on what the cluster costs: at most the batch's mean ELBO.

        E_q[log p(x|z) - sum_k p(k|z) (log q(z|x) - log p(z|k))] - max(nats, mean over the batch of C)
        C = E_q[KL(p(k|z) || p(k))],   p(k|z) = p(k) p(z|k) / sum_j p(j) p(z|j)

    The sum and C together are KL(q(z|x) || p(z)): the cluster of the ELBO is the prior's own posterior p(k|z), summed
    over. Clusters that lie upon one another cost nothing, C = 0, and in its first epochs a VAE has little to tell them
    apart by: they may become one, and stay so. Up to `nats` a code that tells them apart is free.

    Args:
        vae: a model whose prior has `clusters`. Of one that has none it is the ELBO.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        nats: the floor, lambda in the paper; at most log K of them can be used.
        num_samples: draws of z for each, S.

    Returns:
        The objective, `[B]`, in nats (its last term is the batch's, the same for all), and the `LogDensities`.

    References:
        Dilokthanakul et al. 2016, "Deep Unsupervised Clustering with Gaussian Mixture Variational Autoencoders", for
        the minimum information constraint. There q(w|x) p(k|z, w) KL(q(z|x) || p(z|w, k)) is in closed form, which is a
        looser bound.
    """
    check_count("num_samples", num_samples)
    densities = vae.log_densities(x, num_samples, training=training)
    cost = densities.kl
    if vae.abilities.has_clusters:
        own = ops.mean(cluster_kl(vae.prior, densities.z), axis=0)
        cost = cost - own + ops.maximum(ops.mean(own), nats)
    return densities.log_likelihood - densities.kl_weight * cost, densities


def cluster_kl(prior, z):
    """KL(p(k|z) || p(k)): how much a code says about its cluster, from 0 to -min_k log p(k).

    Args:
        prior: one that has `clusters`.
        z: codes, `[..., D]`.

    Returns:
        `[...]`, in nats.
    """
    log_p = ops.log_softmax(prior.log_components(z), axis=-1)
    return ops.sum(ops.exp(log_p) * (log_p - prior.log_weights()), axis=-1)
