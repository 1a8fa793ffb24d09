"""A codebook's vectors that are moving averages of what they stand for."""

from keras import ops

from zoo.quantizers.quantizer import squared_distance
from zoo.quantizers.vectors import Vectors


class AveragedVectors(Vectors):
    """Vectors that are moving averages of the h that they are nearest to, as k-means over batches has them.

        m_k <- decay m_k + (1 - decay) [sum of the batch's h with k(h) = k]        e_k = m_k / n_k
        loss = beta |h - sg(e)|^2,     summed over the grid

    n_k is the count of `Vectors`, and m_k is n_k e_k from the beginning: it needs no place of its own. So

        e_k <- e_k + (1 - decay) [sum of the batch's h - e_k with k(h) = k] / n_k

    and a vector that no h is near stays where it is, to the last digit. No gradient trains them.

    Args:
        size, decay, dead, beta: as of `Vectors`.

    Example:
        >>> vectors = AveragedVectors(size=2)
        >>> vectors.build((None, 3))
        >>> len(vectors.trainable_weights)
        0

    References:
        van den Oord et al. 2017, "Neural Discrete Representation Learning", appendix A.1.
    """

    def build_vectors(self, shape, initializer):
        self.vectors = self._add("vectors", shape, initializer)

    def values(self):
        return ops.convert_to_tensor(self.vectors)

    def loss(self, h, e):
        return self.beta * squared_distance(h, ops.stop_gradient(e))

    def move(self, counts, steps, dead, fresh):
        moved = self.values() + (1 - self.decay) * steps / counts[:, None]
        self.vectors.assign(ops.where(dead, fresh, moved))

    def begin_at(self, vectors):
        self.vectors.assign(vectors)
        self.counts.assign(ops.ones([self.size]))
