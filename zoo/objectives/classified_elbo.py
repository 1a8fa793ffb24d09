"""The evidence lower bound of images some of which have labels, whose known labels also train the classifier."""

import keras
from keras import ops

from zoo.numerics.counts import check_positive
from zoo.objectives.bound import Bound, bounds
from zoo.objectives.labelled_elbo import labelled_elbo
from zoo.observed import image_of, label_of


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def classified_elbo(vae, x, training=False, num_samples=1, weight=1.0):
    """The labelled ELBO, and `weight` times log q(y|x) where the label y is known:

        L(x, y) + weight log q(y|x)                     known
        U(x) = sum_y q(y|x) (L(x, y) - log q(y|x))      missing

    L(x, y) has no q(y|x) in it: without the second term a known label would teach the classifier nothing. It is at most
    0, so that this is a lower bound too. In the paper all known labels together count as alpha N images do, whose sum
    the bound is: weight = alpha N / N_labelled, alpha = 0.1.

    Args:
        vae: a model with `log_densities` and `infer_label`. Of one that takes no labels it is the ELBO.
        x: images, `[B, height, width, channels]`, or a dict of `image` and `label`, int32 `[B]`, -1 for a missing one.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: draws of z for each image and label, S.
        weight: positive.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` of `labelled_elbo`, which know nothing of the second term.

    References:
        Kingma et al. 2014, "Semi-Supervised Learning with Deep Generative Models", equations 8 and 9.
    """
    check_positive("weight", weight)
    bound, densities = labelled_elbo(vae, x, training, num_samples)
    label = label_of(x)
    if not vae.labels or label is None:
        return bound, densities
    guess = vae.infer_label(image_of(x), training)
    # Of a missing label the one-hot vector is all zeros, and so is the term.
    known = ops.one_hot(label, guess.classes, dtype="float32")
    return bound + weight * guess.log_prob(known), densities


#: A label that is summed over needs no gradient of its draw.
classified_elbo.sums_labels = True
