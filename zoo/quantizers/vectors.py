"""The base of a codebook's vectors: the nearest one, how often each is used, and new ones for those that aren't."""

from abc import abstractmethod

import keras
import numpy as np
from keras import ops

from zoo.numerics.replicas import all_sum, of_first
from zoo.part import Composed

#: The smallest count, by which float32 can still divide.
TINY = 1e-20


class Vectors(Composed, keras.layers.Layer):
    """K vectors e_k, of which the nearest takes the place of what is given: k(h) = argmin_k |h - e_k|^2.

    In training a moving average counts how often each is used, for each batch:

        n_k <- decay n_k + (1 - decay) [how many h of the batch have k(h) = k]

    Whose n_k falls below `dead` times the mean of all, is out of use: it begins again, at an h of the batch, and with
    the mean of all for its n_k, so that it has time to be of use. With several replicas the counts are of the whole
    batch, and new vectors are of the first replica's part.

    Args:
        size: how many vectors, K.
        decay: of the moving average, in [0, 1).
        dead: the share of the mean count below which a vector is out of use; 0 for never.
        beta: of the commitment term, which moves h to its vector.

    Example:
        >>> from zoo.quantizers.trained_vectors import TrainedVectors
        >>> vectors = TrainedVectors(size=2)
        >>> vectors.build((None, 1))
        >>> vectors.begin_at(np.array([[0.0], [10.0]]))
        >>> [float(k) for k in vectors.nearest(ops.array([[4.0], [6.0]]))]
        [0.0, 1.0]

    References:
        van den Oord et al. 2017, "Neural Discrete Representation Learning", equation 1; Dhariwal et al. 2020, "Jukebox:
        A Generative Model for Music", for vectors that begin again.
    """

    def __init__(self, size, decay=0.99, dead=0.05, beta=0.25, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.size, self.decay, self.dead, self.beta = size, decay, dead, beta

    def build(self, shape):
        self.counts = self._add("counts", (self.size,), "ones")
        self.build_vectors((self.size, shape[-1]), keras.initializers.RandomNormal(0.0, 1.0))
        self.built = True

    def _add(self, name, shape, initializer):
        """A weight that training moves by itself: the same on all replicas."""
        # What is assigned is the same on all.
        return self.add_weight(
            shape=shape, initializer=initializer, trainable=False, name=name, aggregation="only_first_replica"
        )

    @abstractmethod
    def build_vectors(self, shape, initializer):
        """Makes the weights of the vectors, `[K, dim]`."""

    @abstractmethod
    def values(self):
        """The vectors, `[K, dim]`."""

    @abstractmethod
    def move(self, counts, steps, dead, fresh):
        """What a batch does to the vectors besides their gradient.

        Args:
            counts: n_k after the batch, `[K]`.
            steps: sum of h - e_k over the batch's h with k(h) = k, `[K, dim]`.
            dead: whether each is out of use, `[K, 1]`.
            fresh: where each would begin again, `[K, dim]`.
        """

    @abstractmethod
    def loss(self, h, e):
        """What moves h to e and, where vectors are trained by it, e to h: `[B]`, of tensors `[B, h, w, dim]`."""

    @abstractmethod
    def begin_at(self, vectors):
        """Begins at given vectors, NumPy `[K, dim]`, each as if it had been used once."""

    def nearest(self, h):
        """The number of the nearest vector, the first of several: float32 `[...]`, of h `[..., dim]`."""
        e, flat = self.values(), ops.reshape(h, (-1, h.shape[-1]))
        # |h|^2 is the same for all.
        distance = ops.sum(ops.square(e), axis=-1) - 2 * ops.matmul(flat, ops.transpose(e))
        # argmin has no builtin in TFLite: the smallest number of those that are as near as any.
        near = distance <= ops.min(distance, axis=-1, keepdims=True)
        found = ops.min(ops.where(near, np.arange(self.size, dtype="float32"), float(self.size - 1)), axis=-1)
        return ops.reshape(found, (-1, *h.shape[1:-1]))

    def lookup(self, codes):
        """The vectors of codes, `[..., dim]`, of whole numbers `[...]`."""
        return ops.take(self.values(), ops.cast(codes, "int32"), axis=0)

    def follow(self, h, codes):
        """Counts a batch, moves the vectors that follow it, and lets those out of use begin again.

        Args:
            h: float32 `[B, h, w, dim]`, constants.
            codes: their nearest, `[B, h, w]`.

        Returns:
            The share of vectors that were out of use.
        """
        h, decay = ops.reshape(h, (-1, h.shape[-1])), self.decay
        used = ops.one_hot(ops.cast(ops.reshape(codes, (-1,)), "int32"), self.size, dtype="float32")
        uses, sums = all_sum(ops.sum(used, axis=0)), all_sum(ops.matmul(ops.transpose(used), h))
        counts = ops.maximum(decay * self.counts + (1 - decay) * uses, TINY)
        dead = counts < self.dead * ops.mean(counts)
        steps = sums - uses[:, None] * ops.stop_gradient(self.values())
        self.move(counts, steps, dead[:, None], of_first(_some(h, self.size)))
        self.counts.assign(ops.where(dead, ops.mean(counts), counts))
        return ops.mean(ops.cast(dead, "float32"))

    def dead_share(self):
        """The share of vectors that are out of use."""
        counts = ops.convert_to_tensor(self.counts)
        return ops.mean(ops.cast(counts < self.dead * ops.mean(counts), "float32"))

    def start_from(self, rows):
        """Begins at some of the given vectors, all different where there are as many.

        Args:
            rows: NumPy `[N, dim]`, in an order of chance.
        """
        # Images have the same ground in many places.
        _, first = np.unique(rows[: 20 * self.size], axis=0, return_index=True)
        self.begin_at(np.resize(rows[np.sort(first)[: self.size]], (self.size, rows.shape[-1])))


def _some(h, count):
    """As many of the rows of h, `[N, dim]`, spread over them all: numbers k times the golden ratio, modulo N."""
    # A replica may have no image of the last batch.
    shares, size = (np.arange(1, count + 1) * (np.sqrt(5) - 1) / 2 % 1).astype("float32"), ops.shape(h)[0]
    rows = ops.cast(ops.floor(shares * ops.cast(size, "float32")), "int32")
    return ops.take(ops.pad(h, ((0, 1), (0, 0))), rows, axis=0)
