"""Codebooks one after the other: each for what those before it have left."""

import numpy as np
from keras import ops

from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.quantizers.averaged_vectors import AveragedVectors
from zoo.quantizers.quantizer import Quantizer, squared_distance, straight_through
from zoo.quantizers.trained_vectors import TrainedVectors


class ResidualCodebook(Quantizer):
    """r_1 = h; k_d = the nearest of the d-th codebook to r_d, e_d its vector; r_(d+1) = r_d - sg(e_d); e = sum_d e_d.

        loss = sum_d |sg(r_d) - e_d|^2 + beta |r_d - sg(e_d)|^2,     summed over the grid

    The first term is that of trained vectors; moving averages do without (`AveragedVectors`). sg is a constant for the
    gradient. What is subtracted is one, so that each codebook's commitment pulls at h; e itself has h's gradient, once,
    whatever the depth. D codebooks of K vectors stand for K^D sums.

    `start_from` lets each begin at what it is given of data. From chance alone most vectors are never the nearest.

    Args:
        encoder: a network, `[B, height, width, channels]` to `[B, h, w, dim]`.
        size: how many vectors each codebook has, K.
        depth: how many codebooks.
        decay: of the moving averages, in [0, 1); None for vectors that are trained.
        beta: of the commitment term.
        dead: the share of the mean use below which a vector is out of use and begins again; 0 for never.

    Raises:
        InputError: a size, a decay or a share that can't be.

    Example:
        >>> import keras
        >>> encoder = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(5, 4, 4)])
        >>> quantizer = ResidualCodebook(encoder, size=16, depth=3)
        >>> tuple(quantizer(ops.zeros([2, 8, 8, 1])).codes.shape)
        (2, 12)

    References:
        Lee et al. 2022, "Autoregressive Image Generation using Residual Quantization", section 3.1.
    """

    has_dead = True

    def __init__(self, encoder, size=128, depth=4, decay=0.99, beta=0.25, dead=0.05, **kwargs):
        super().__init__(encoder, **kwargs)
        (self.size,), (self.depth,) = check_sizes("size", (size,)), check_sizes("depth", (depth,))
        self.decay, self.beta, self.dead = decay, beta, dead
        if decay is not None and not 0 <= decay < 1:
            raise InputError(f"decay is {decay}, but must be in [0, 1), or None for vectors that are trained.")
        if not 0 <= dead < 1:
            raise InputError(f"dead is {dead}, but must be in [0, 1): a share of the mean use, or 0 for never.")
        if not beta >= 0:
            raise InputError(f"beta is {beta}, but must be at least 0.")

    @property
    def classes(self):
        return self.size

    def build_vectors(self, dim):
        arguments = {"dead": self.dead, "beta": self.beta}
        kind = TrainedVectors if self.decay is None else AveragedVectors
        arguments |= {} if self.decay is None else {"decay": self.decay}
        self.books = [kind(self.size, name=f"book_{number}", **arguments) for number in range(self.depth)]
        for book in self.books:
            book.build((None, dim))

    def to_codes(self, h, training=None):
        rest, loss, e = h, 0.0, ops.zeros_like(h)
        codes, dead = [], []
        for book in self.books:
            codes.append(book.nearest(rest))
            vectors = book.lookup(codes[-1])
            loss = loss + book.loss(rest, vectors)
            dead.append(book.follow(ops.stop_gradient(rest), codes[-1]) if training else book.dead_share())
            rest, e = rest - ops.stop_gradient(vectors), e + vectors
        error = squared_distance(h, e)
        return ops.stack(codes, axis=-1), straight_through(h, e), loss, error, sum(dead) / self.depth

    def vectors_of(self, codes):
        return sum(book.lookup(codes[..., number]) for number, book in enumerate(self.books))

    def start_from(self, images):
        """Begins with vectors at what the encoder, as it is, gives of images."""
        h = [np.asarray(self.features(images[i : i + 100])) for i in range(0, len(images), 100)]
        rest = np.concatenate([each.reshape(-1, each.shape[-1]) for each in h])
        # Else the first image's places would be the first vectors.
        rest = np.random.default_rng(0).permutation(rest)[: 100 * self.size]
        for book in self.books:
            book.start_from(rest)
            rest = rest - np.asarray(book.lookup(book.nearest(rest)))
