"""A codebook's vectors that are trained by the gradient of a loss."""

from keras import ops

from zoo.quantizers.quantizer import squared_distance
from zoo.quantizers.vectors import Vectors


class TrainedVectors(Vectors):
    """Vectors that |sg(h) - e|^2 moves to what they stand for; sg is a constant for the gradient.

        loss = |sg(h) - e|^2 + beta |h - sg(e)|^2,     summed over the grid

    A vector is a trained weight and a shift, which is 0 until it begins again: what an optimizer moves it can't be
    told to leave.

    Args:
        size, decay, dead, beta: as of `Vectors`.

    Example:
        >>> vectors = TrainedVectors(size=2)
        >>> vectors.build((None, 3))
        >>> tuple(vectors.lookup(ops.zeros([5])).shape)
        (5, 3)

    References:
        van den Oord et al. 2017, "Neural Discrete Representation Learning", equation 3.
    """

    def build_vectors(self, shape, initializer):
        self.vectors = self.add_weight(shape=shape, initializer=initializer, name="vectors")
        self.shifts = self._add("shifts", shape, "zeros")

    def values(self):
        return ops.convert_to_tensor(self.vectors) + ops.convert_to_tensor(self.shifts)

    def loss(self, h, e):
        return squared_distance(ops.stop_gradient(h), e) + self.beta * squared_distance(h, ops.stop_gradient(e))

    def move(self, counts, steps, dead, fresh):
        again = fresh - ops.convert_to_tensor(self.vectors)
        self.shifts.assign(ops.where(dead, again, ops.convert_to_tensor(self.shifts)))

    def begin_at(self, vectors):
        self.vectors.assign(vectors)
        self.shifts.assign(ops.zeros(self.shifts.shape))
        self.counts.assign(ops.ones([self.size]))
