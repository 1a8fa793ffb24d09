"""The features that samples are judged in, and log-probabilities of the classes."""

import numpy as np
from keras import ops

from zoo.data.images import check_shape
from zoo.errors import InputError
from zoo.evaluation.batched import batched
from zoo.numerics.compilation import compiled


def features(classifier, batches, progress=None):
    """Features and class log-probabilities of images, a batch at a time through one compiled function.

    Args:
        classifier: a `zoo.networks.classifier.Classifier`.
        batches: images `[N, height, width, channels]`, uint8 or floats in [0, 1], or an iterable of batches of them.
        progress: a function called with the number of images done since the last call.

    Returns:
        The features, float32 `[N, D]`, and log p(y|x), float32 `[N, K]`, in nats.

    Raises:
        InputError: there are no images, or not of the size that the classifier takes.

    Example:
        >>> from zoo.networks.classifier import classifier
        >>> found, log_probs = features(classifier("digits"), np.zeros([5, 8, 8, 1], "uint8"))
        >>> found.shape, log_probs.shape
        ((5, 64), (5, 10))
    """
    forward, parts = compiled(lambda x: _forward(classifier, x)), []
    for x in batched(batches, size=200):
        check_shape(x.shape, "images", None if None in classifier.image_shape else classifier.image_shape)
        parts.append([np.asarray(output) for output in forward(x)])
        if progress is not None:
            progress(len(x))
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def _forward(classifier, x):
    found, logits = classifier.network(classifier.prepare(x), training=False)
    return found, ops.log_softmax(logits)


def check_features(x, name, least=1, width=None):
    """Features as an array, once they have been looked at.

    Args:
        x: an array `[N, D]`.
        name: the argument's name, for the error.
        least: how many examples there must be.
        width: D that is wanted, or None.

    Raises:
        InputError: it isn't such an array, or has NaN or infinite values.

    Example:
        >>> check_features(np.zeros([1, 3]), "real", least=2)
        Traceback (most recent call last):
        zoo.errors.InputError: real has 1 examples, but at least 2 are needed...
    """
    x = np.asarray(x)
    if x.ndim != 2 or (width is not None and x.shape[1] != width):
        raise InputError(f"{name} has shape {x.shape}, but features come as [N, {width or 'D'}]: one row an example.")
    if len(x) < least:
        raise InputError(f"{name} has {len(x)} examples, but at least {least} are needed: give more.")
    if not np.isfinite(x).all():
        raise InputError(f"{name} has NaN or infinite features: look at the images that they were made of.")
    return x
