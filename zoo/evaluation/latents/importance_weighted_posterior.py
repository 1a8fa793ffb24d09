"""The distribution of z that importance weights turn a posterior into."""

import numpy as np
from keras import ops

from zoo.abilities import require
from zoo.evaluation.batched import batched
from zoo.numerics.compilation import compiled
from zoo.numerics.counts import check_count
from zoo.random import categorical, fold_in, split, stream

#: Draws that are made at once, each of k samples for each image.
AT_ONCE = 10


def importance_weighted_posterior(vae, x, num_samples=10, draws=1000, seed=0):
    """Draws of q_IW(z|x): of z_1 .. z_k ~ q(z|x) one, z_i with probability w_i / sum_j w_j, w_i = p(x, z_i) / q(z_i|x).

    It is sampling-importance-resampling. k = 1 is q(z|x) itself, and as k grows it comes to p(z|x). Each draw has k
    samples of its own. The bound of `zoo.objectives.iwae` is at most the ELBO of this q_IW, averaged over the k - 1
    others: so a posterior that looks bad by itself may serve it well.

    Args:
        vae: a model with `log_densities`.
        x: images, `[B, height, width, channels]`, or batches of them.
        num_samples: k.
        draws: how many for each image, S.
        seed: an int.

    Returns:
        NumPy float32 `[S, B, D]`.

    Raises:
        InputError: k or S isn't a positive integer, the model gives no density, or it doesn't take the images.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> importance_weighted_posterior(vae, np.zeros([3, 8, 8, 1]), draws=20).shape
        (20, 3, 2)

    References:
        Cremer et al. 2017, "Reinterpreting Importance-Weighted Autoencoders", algorithm 1; Bachman and Precup 2015,
        "Training Deep Generative Models: Variations on a Theme".
    """
    require(vae, "has_density", "an importance-weighted posterior")
    check_count("num_samples", num_samples)
    check_count("draws", draws)
    piece = compiled(lambda x, key: _resampled(vae, x, num_samples, key))
    key, found = stream(seed, "importance-weighted posterior"), []
    for number, batch in enumerate(batched(x, vae)):
        batch, own = ops.convert_to_tensor(batch), fold_in(key, number)
        pieces = [np.asarray(piece(batch, fold_in(own, first))) for first in range(0, draws, AT_ONCE)]
        found.append(np.concatenate(pieces)[:draws])
    return np.concatenate(found, axis=1)


def _resampled(vae, x, num_samples, key):
    """`AT_ONCE` draws, each of `num_samples`, `[AT_ONCE, B, D]`."""
    keys = split(key)
    densities = vae.log_densities(x, AT_ONCE * num_samples, seed=keys[0])
    if num_samples == 1:
        return densities.z
    # [S k, B] -> [S, B, k]
    log_weight = ops.reshape(densities.log_weight, (AT_ONCE, num_samples, -1))
    chosen = categorical(keys[1], ops.transpose(log_weight, (0, 2, 1)), ())
    z = ops.reshape(densities.z, (AT_ONCE, num_samples, *ops.shape(densities.z)[1:]))
    return ops.take_along_axis(z, chosen[:, None, :, None], axis=1)[:, 0]
