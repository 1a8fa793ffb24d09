"""Datasets and generators of images, looked at and made floats batch by batch."""

import itertools

import keras
import numpy as np

#: How many batches are looked at before black and white is told from 8-bit levels.
FIRST = 10


class Stream:
    """A stream of batches, in place of arrays: a `tf.data.Dataset`, a `PyDataset`, a generator, a torch `DataLoader`.

    A model takes a `Stream` for one whose images have been looked at already, and are floats.

    A batch is images `[B, height, width, channels]`, alone or the first of a tuple, whose second is labels.

    Args:
        given: the stream.

    Attributes:
        data: the stream to read instead, whose images are those that `convert` gives; set by `through`.
        error: what `convert` raised while it was read, where it was; TensorFlow reports it in words of its own.

    Example:
        >>> stream = Stream(iter([np.ones([2, 8, 8, 1])]))
        >>> len(stream.first(10)), sum(len(x) for (x, *_) in stream.through(lambda x: x[:1]).data)
        (1, 1)
    """

    def __init__(self, given):
        self.given, self.data, self.error = given, given, None

    @property
    def dtype(self):
        """The dtype of the images by the stream's own word, or None where only they themselves can tell."""
        return getattr(getattr(self._spec, "dtype", None), "name", None)

    @property
    def shape(self):
        """The shape of the images, None for unknown sizes, or None where only they themselves can tell."""
        shape = getattr(self._spec, "shape", None)
        return None if getattr(shape, "rank", None) is None else tuple(shape)

    @property
    def _spec(self):
        return _images(getattr(self.given, "element_spec", None))

    def first(self, count):
        """The images and the labels (or None) of at most `count` batches, a list. A generator doesn't lose them."""
        if hasattr(self.given, "element_spec"):
            # One that a strategy has distributed already has no batches to be looked at from outside.
            batches = list(self.given.take(count)) if hasattr(self.given, "take") else []
        elif isinstance(self.given, keras.utils.PyDataset):
            length = self.given.num_batches
            batches = [self.given[i] for i in range(count if length is None else min(count, length))]
        elif hasattr(self.given, "__next__"):
            batches = list(itertools.islice(self.given, count))
            self.given = itertools.chain(batches, self.given)
        else:
            batches = list(itertools.islice(self.given, count))
        return [(np.asarray(_images(batch)), _labels(batch)) for batch in batches]

    def through(self, convert, convert_labels=None):
        """The same stream, whose `data` have float32 images out of `convert`, a function of an array.

        Args:
            convert: to float32 of the same shape.
            convert_labels: the same of labels, `[B]`, to int32; None to leave what there may be as it is.
        """

        def kept(function):
            def each(x):
                try:
                    return function(np.asarray(x))
                except Exception as error:
                    self.error = error
                    raise

            return each

        each = tuple(kept(function) for function in (convert, convert_labels) if function)
        if hasattr(self.given, "element_spec"):
            self.data = _mapped(self.given, *each) if hasattr(self.given, "map") else self.given
        elif hasattr(self.given, "__next__"):
            self.data = (_with(batch, *each) for batch in self.given)
        elif isinstance(self.given, keras.utils.PyDataset):
            self.data = _Batches(self.given, *each)
        elif hasattr(self.given, "__len__") and hasattr(self.given, "__iter__"):
            self.data = _InOrder(self.given, *each)
        return self


def _images(batch):
    return batch[0] if isinstance(batch, tuple | list) else batch


def _labels(batch):
    return batch[1] if isinstance(batch, tuple | list) and len(batch) > 1 else None


def _with(batch, convert, convert_labels=None):
    """The batch with its images converted, and its labels."""
    if not isinstance(batch, tuple | list):
        return (convert(batch),)
    x, *rest = batch
    if convert_labels and _labels(batch) is not None:
        rest[0] = convert_labels(rest[0])
    return (convert(x), *rest)


def _mapped(dataset, convert, convert_labels=None):
    import tensorflow as tf

    def each(*batch):
        def images(x):
            return tf.ensure_shape(tf.numpy_function(convert, [x], tf.float32, stateful=False), x.shape)

        def labels(y):
            return tf.ensure_shape(tf.numpy_function(convert_labels, [y], tf.int32, stateful=False), y.shape[:1])

        return _with(batch, images, convert_labels and labels)

    return dataset.map(each, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)


class _Batches(keras.utils.PyDataset):
    """Another `PyDataset`'s batches."""

    def __init__(self, given, *convert):
        super().__init__(given.workers, given.use_multiprocessing, given.max_queue_size)
        self.given, self.convert = given, convert

    @property
    def num_batches(self):
        return self.given.num_batches

    def __getitem__(self, index):
        return _with(self.given[index], *self.convert)

    def on_epoch_begin(self):
        self.given.on_epoch_begin()

    def on_epoch_end(self):
        self.given.on_epoch_end()


class _InOrder(keras.utils.PyDataset):
    """The batches of what has a length and is read from its start, again for each epoch."""

    def __init__(self, given, *convert):
        super().__init__()
        self.given, self.convert, self.iterator = given, convert, None

    @property
    def num_batches(self):
        return len(self.given)

    def __getitem__(self, index):
        self.iterator = self.iterator or iter(self.given)
        return _with(next(self.iterator), *self.convert)

    def on_epoch_end(self):
        self.iterator = None
