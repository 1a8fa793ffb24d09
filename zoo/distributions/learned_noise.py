"""A distribution that is drawn from, and whose density nobody knows."""

from keras import ops

from zoo.random import center, draw, key, normal, stream

#: Pairs of draws, e and -e, for the moments of what is made of the noise, which are the same for all of a batch.
PAIRS = 64


class LearnedNoise:
    """z = loc + sum_m weights_m * v_m, where the v_m are draws of a network's, independent of one another.

    No density is known, but the moments are: with those of the v_m, which don't depend on the image,

        E[z] = loc + sum_m weights_m E[v_m],   Var[z] = sum_m weights_m^2 Var[v_m]

    Args:
        loc: `[B, D]`.
        weights: `[M, B, D]`.
        basis: a `zoo.networks.noise_basis.NoiseBasis`.

    Example:
        >>> from zoo.networks.noise_basis import NoiseBasis
        >>> q = LearnedNoise(ops.zeros([5, 2]), ops.ones([3, 5, 2]), NoiseBasis(3, 2))
        >>> tuple(draw(q, key(0), (7,)).shape)
        (7, 5, 2)
    """

    def __init__(self, loc, weights, basis):
        self.loc, self.weights, self.basis = loc, weights, basis

    def vectors(self, seed, shape):
        """v, `[M, *shape, D]`."""
        v = self._of_noise(self._noise(seed, shape))
        return ops.reshape(v, (self.basis.count, *shape, self.basis.latent_dim))

    def _noise(self, seed, shape):
        noise = normal(stream(seed, "learned noise"), (self.basis.count, *shape, self.basis.noise))
        return ops.reshape(noise, (self.basis.count, -1, self.basis.noise))

    def _of_noise(self, noise):
        return ops.cast(self.basis(noise), "float32")

    def moments(self, seed):
        """The mean and the standard deviation of z, each `[B, D]`, by `PAIRS` of opposite draws of the noise.

        Args:
            seed: int32 `[2]`.
        """
        noise = self._noise(seed, (PAIRS,))
        v = self._of_noise(ops.concatenate([noise, -noise], axis=1))
        mean, variance = ops.mean(v, axis=1)[:, None], ops.var(v, axis=1)[:, None]  # [M, 1, D]
        scale = ops.sqrt(ops.sum(ops.square(self.weights) * variance, axis=0) + 1e-8)
        return self.loc + ops.sum(self.weights * mean, axis=0), scale


@draw.register(LearnedNoise)
def _(q, key, shape=()):
    size = ops.shape(q.loc)[0]
    v = q.vectors(key, (*shape, size))
    weights = ops.reshape(q.weights, (q.basis.count, *[1] * len(shape), size, q.basis.latent_dim))
    return q.loc + ops.sum(weights * v, axis=0)


@center.register(LearnedNoise)
def _(q):
    return q.moments(key(0))[0]
