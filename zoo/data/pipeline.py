"""From images on disk or in memory to the batches of a run, the same whenever they are asked for."""

import math

import numpy as np
import tensorflow as tf

from zoo.data.pixels import Floats, has_missing
from zoo.errors import InputError
from zoo.random.streams import number

BINARIZATIONS = ("none", "threshold", "dynamic", "static")


def check_binarization(binarization):
    """Raises `InputError` unless it is one of `BINARIZATIONS`."""
    if binarization not in BINARIZATIONS:
        raise InputError(f"binarization is {binarization!r}, but must be one of {', '.join(BINARIZATIONS)}.")


def default_binarization(images, likelihood):
    """What suits a likelihood: grey images are drawn afresh for a Bernoulli one, and are left alone otherwise.

    Example:
        >>> from types import SimpleNamespace
        >>> default_binarization(np.array([[False, True]]), SimpleNamespace(binary=True))
        'none'
    """
    return "dynamic" if getattr(likelihood, "binary", False) and is_grey(images) else "none"


def is_grey(images):
    """Whether images have pixels between black and white.

    Example:
        >>> is_grey(np.array([[0, 120, 255]], "uint8")), is_grey(np.array([[0, 255]], "uint8"))
        (True, False)
    """
    images = _floats(images)
    blocks = (np.asarray(images[start : start + 1000]) for start in range(0, len(images), 1000))
    return not all((np.isin(block, (0, 1)) | np.isnan(block)).all() for block in blocks)


def training_batches(images, batch_size, binarization, seed, epochs, first_epoch=0, labels=None):
    """Epochs `first_epoch` .. `epochs` - 1 of a run, one after the other, shuffled.

    Epoch e depends on the seed and on e alone: a run that begins in the middle sees what it would have seen.

    Args:
        images: `[N, height, width, channels]`, in memory or on disk; `zoo.data.pixels.floats` makes floats of them.
        batch_size: B; the last batch of an epoch may be smaller.
        binarization: `none`; `threshold` (at 1/2); `static` (one draw of each pixel, with its grey value as the
            probability, for the whole run); `dynamic` (a fresh draw each time an image is shown).
        seed: an int.
        epochs: where to stop.
        first_epoch: where to begin.
        labels: integers `[N]`, or None. Where some are missing, -1, those that are known come at equal distances: each
            batch has as many as another, or one more.

    Returns:
        `tf.data.Dataset` of float32 `[B, height, width, channels]`; with labels of tuples of that and int32 `[B]`.

    References:
        Burda et al. 2016, "Importance Weighted Autoencoders", section 5.1, for dynamic binarization.
    """

    known = None if labels is None else np.asarray(labels) >= 0
    order_of = _shuffled(len(images)) if known is None or known.all() or not known.any() else _spread(known)

    def epoch_batches(epoch):
        order = order_of(_fold_in(seed, number("order of images"), epoch))
        return tf.data.Dataset.from_tensor_slices(order).batch(batch_size).enumerate().map(lambda i, b: (epoch, i, b))

    batches = tf.data.Dataset.range(first_epoch, epochs).flat_map(epoch_batches)
    return _read(batches, images, labels, binarization, seed)


def evaluation_batches(images, batch_size, binarization, seed, chosen=None, labels=None):
    """The images once, in their order.

    `dynamic` is one draw here, as `static` is: an image's depends on the seed and on its number alone, whichever others
    are wanted, and however many come in a batch.

    Args:
        images, batch_size, binarization, seed: as for `training_batches`.
        chosen: the numbers of those that are wanted; None for all.
        labels: integers `[N]`, of all images; or None.

    Returns:
        `tf.data.Dataset` of float32 `[B, height, width, channels]`; with labels of tuples of that and int32 `[B]`.
    """
    chosen = np.arange(len(images)) if chosen is None else np.asarray(chosen, "int64")
    indices = tf.data.Dataset.from_tensor_slices(chosen).batch(batch_size).enumerate()
    zero = tf.constant(0, tf.int64)
    check_binarization(binarization)
    once = "static" if binarization == "dynamic" else binarization
    return _read(indices.map(lambda i, b: (zero, i, b)), images, labels, once, seed)


def _shuffled(count):
    """A function of a key: the numbers below `count`, in an order of chance."""
    return lambda key: tf.random.experimental.stateless_shuffle(tf.range(count, dtype=tf.int64), seed=key)


def _spread(known):
    """The same, with those that are known at equal distances.

    Few of them in batches by chance would be none in most batches, and several in others: a gradient of jolts.
    """
    groups = [np.flatnonzero(known), np.flatnonzero(~known)]
    places = np.argsort(np.concatenate([(np.arange(len(each)) + 0.5) / len(each) for each in groups]), kind="stable")

    def order(key):
        shuffled = [tf.gather(each, _shuffled(len(each))(key)) for each in groups]
        return tf.gather(tf.concat(shuffled, axis=0), places)

    return order


def _floats(images):
    return images if isinstance(images, Floats) else Floats(images)


def _fold_in(seed, *data):
    key = tf.constant([seed >> 32, seed & 0xFFFFFFFF], tf.int64)
    for each in data:
        key = tf.random.experimental.stateless_fold_in(key, tf.cast(each, tf.int64))
    return key


def _read(batches, images, labels, binarization, seed):
    check_binarization(binarization)
    images = _floats(images)
    # A label belongs to its image, wherever that comes in the order: they are looked up by the same numbers.
    labels = None if labels is None else tf.constant(np.asarray(labels), tf.int32)
    if binarization == "static":
        images = _Drawn(images, seed)

    def gather(indices):
        # A batch is read in the order of the file, for images that are on disk.
        inside = np.argsort(indices)
        batch = np.empty((len(indices), *images.shape[1:]), images.dtype)
        batch[inside] = images[indices[inside]]
        return batch

    def binarized(epoch, batch, indices):
        x = tf.numpy_function(gather, [indices], tf.float32, stateful=False)
        x = tf.ensure_shape(x, [None, *images.shape[1:]])
        if binarization == "threshold":
            return _unless_missing(x, x > 0.5)
        if binarization == "dynamic":
            u = tf.random.stateless_uniform(tf.shape(x), _fold_in(seed, number("pixels each time"), epoch, batch))
            return _unless_missing(x, u < x)
        return x

    def read(epoch, batch, indices):
        x = binarized(epoch, batch, indices)
        return x if labels is None else (x, tf.gather(labels, indices))

    return batches.map(read, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True).prefetch(tf.data.AUTOTUNE)


def _unless_missing(x, drawn):
    """Black and white, 0 and 1; a pixel that is missing, NaN, stays so."""
    return tf.where(tf.math.is_nan(x), x, tf.cast(drawn, tf.float32))


class _Drawn:
    """Images binarized once and for all: drawn when they are first read, and kept as bits."""

    dtype = np.dtype("float32")

    def __init__(self, images, seed):
        self.images, self.shape = images, images.shape
        self.pixels = math.prod(images.shape[1:])
        self.bits = np.zeros((len(images), -(-self.pixels // 8)), np.uint8)
        self.there = np.zeros(len(images), bool)
        self.missing = has_missing(images)
        self.key = _fold_in(seed, number("pixels once"))

    def __getitem__(self, indices):
        new = indices[~self.there[indices]]
        if len(new):
            drawn = _draw(tf.convert_to_tensor(self.images[new]), tf.convert_to_tensor(new), self.key)
            self.bits[new] = np.packbits(np.reshape(drawn, (len(new), -1)), axis=1)
            self.there[new] = True
        pixels = np.unpackbits(self.bits[indices], axis=1, count=self.pixels)
        pixels = pixels.reshape(-1, *self.shape[1:]).astype("float32")
        if not self.missing:
            return pixels
        return np.where(np.isnan(self.images[indices]), np.float32(np.nan), pixels)


@tf.function(input_signature=[tf.TensorSpec([None] * 4), tf.TensorSpec([None], tf.int64), tf.TensorSpec([2], tf.int64)])
def _draw(x, indices, key):
    # Each image has noise of its own, whichever others are read with it.
    u = tf.map_fn(
        lambda i: tf.random.stateless_uniform(tf.shape(x)[1:], tf.random.experimental.stateless_fold_in(key, i)),
        indices,
        fn_output_signature=tf.TensorSpec([None] * 3),
    )
    return u < x
