"""The evidence lower bound of images some of which have labels: a missing label is summed over."""

import keras
from keras import ops

from zoo.numerics.counts import check_count
from zoo.objectives.bound import Bound, bounds
from zoo.observed import image_of, label_of


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def labelled_elbo(vae, x, training=False, num_samples=1):
    """A lower bound on log p(x, y) where the label y is known, and on log p(x) where it is missing.

        L(x, y) = E_q(z|x,y)[log p(x|y, z)] + log p(y) - KL(q(z|x, y) || p(z))      known
        U(x)    = sum_y q(y|x) (L(x, y) - log q(y|x))                               missing

    The sum has q(y|x)'s gradient, which a draw of y hasn't got. All K labels of an image are one pass, whose encoder
    runs once and whose decoder K times. A batch whose labels are all known does without, unless the networks have
    dropout or batch normalization, whose state can't go either way.

    Args:
        vae: a model with `log_densities` and `infer_label`. Of one that takes no labels it is the ELBO.
        x: images, `[B, height, width, channels]`, or a dict of `image` and `label`, int32 `[B]`, -1 for a missing one.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: draws of z for each image and label, S.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of: sums over q(y|x) where y is missing.

    References:
        Kingma et al. 2014, "Semi-Supervised Learning with Deep Generative Models", equations 6 and 7.
    """
    check_count("num_samples", num_samples)
    key, label = vae.next_key(), label_of(x)

    def drawn():
        return vae.log_densities(x, num_samples, key, training).tensors()

    def summed():
        return _over_labels(vae, x, num_samples, key, training).tensors()

    if not vae.labels:
        densities = drawn()
    elif label is None or vae.posterior.non_trainable_variables or vae.likelihood.non_trainable_variables:
        densities = summed()
    else:
        densities = ops.cond(ops.any(label < 0), summed, drawn)
    return densities.log_likelihood - densities.kl_weight * densities.kl, densities


#: A label that is summed over needs no gradient of its draw.
labelled_elbo.sums_labels = True


def _over_labels(vae, x, num_samples, key, training):
    """The `LogDensities` for each label, summed over q(y|x): where y is known, those of y."""
    image, y = image_of(x), vae.infer_label(x, training)
    every = ops.broadcast_to(ops.arange(y.classes)[:, None], (y.classes, ops.shape(image)[0]))
    each = vae.log_densities({"image": image, "label": every}, num_samples, key, training)  # [S, K, B]
    weights = ops.transpose(y.probabilities())  # [K, B]
    # Those that were told their label have paid nothing for it: log q(y|x), `[B, K]`, comes on top.
    cost = y.negative_entropies()
    kl = each.kl_per_dimension
    if kl is not None:
        kl = ops.sum(weights[..., None] * kl, axis=0)
        kl = kl + ops.pad(cost, ((0, 0), (0, each.z.shape[-1] - y.classes)))
    return each._replace(
        likelihood=ops.sum(weights * each.likelihood, axis=1),
        prior=ops.sum(weights * each.prior, axis=1),
        posterior=ops.sum(weights * each.posterior, axis=1) + ops.sum(cost, axis=-1),
        z=ops.sum(weights[..., None] * each.z, axis=1),
        kl_per_dimension=kl,
    )
