"""Pixels that know nothing of each other: the distribution of each, by how often it had each value."""

import numpy as np
from scipy.special import xlog1py, xlogy

#: The values of an 8-bit pixel.
LEVELS = 256


class IndependentBits:
    """log p(x) = sum_d x_d log p_d + (1 - x_d) log(1 - p_d), p_d = (1 + sum_n x_nd) / (2 + N): Laplace's rule.

    Args:
        dims: D, an image's pixels and channels.

    Example:
        >>> bits = IndependentBits(1)
        >>> bits.add(np.array([[1.0], [1.0]]))
        >>> np.exp(bits.log_prob(np.array([[1.0], [0.0]]))).round(4).tolist()
        [0.75, 0.25]

    References:
        Laplace 1814, "Essai philosophique sur les probabilites", the rule of succession.
    """

    def __init__(self, dims):
        self._count, self._set = 0, np.zeros(dims)

    def add(self, x):
        """Counts images, `[N, D]`, in [0, 1]."""
        self._count += len(x)
        self._set += x.sum(axis=0, dtype="float64")

    @property
    def probabilities(self):
        """p_d, float64 `[D]`."""
        return (1 + self._set) / (2 + self._count)

    def log_prob(self, x):
        """log p(x) in nats, float64 `[M]`, of images `[M, D]`."""
        p = self.probabilities
        return xlogy(x, p).sum(axis=1) + xlog1py(1.0 - x, -p).sum(axis=1)


class IndependentLevels:
    """log P(x) = sum_d log p_d(x_d), a histogram of 256 levels for each pixel and channel.

        p_d(k) = (n_dk + A q(k)) / (N + A),   q(k) = (1 + sum_d n_dk) / (256 + N D)

    n_dk is how many images have level k there: a level that a pixel never had is as likely as it is anywhere, as though
    A images more had been seen.

    Args:
        dims: D, an image's pixels and channels.

    Example:
        >>> levels = IndependentLevels(1)
        >>> levels.add(np.array([[0.0], [1.0]]))
        >>> every = np.arange(256)[:, None] / 255
        >>> round(float(np.exp(levels.log_prob(every)).sum()), 6)
        1.0
    """

    #: What A is chosen from.
    PRIOR_IMAGES = (1, 4, 16, 64, 256)

    def __init__(self, dims):
        self._count, self._counts, self.prior_images = 0, np.zeros(dims * LEVELS, "uint32"), 1
        self._first = np.arange(dims) * LEVELS

    def add(self, x):
        """Counts images, `[N, D]`, of pixels k/255."""
        self._count += len(x)
        np.add.at(self._counts, self._cells(x).ravel(), np.uint32(1))

    def choose(self, validation):
        """Takes the A of which the validation images, `[V, D]`, are likeliest."""

        def score(prior_images):
            self.prior_images = prior_images
            return self.log_prob(validation).mean()

        self.prior_images = max(self.PRIOR_IMAGES, key=score)

    def log_prob(self, x):
        """log P(x) in nats, float64 `[M]`, of images `[M, D]` of pixels k/255."""
        cells = self._cells(x)
        pooled = 1.0 + self._counts.reshape(-1, LEVELS).sum(axis=0)
        elsewhere = (pooled / pooled.sum())[cells % LEVELS]
        seen = self._counts[cells] + self.prior_images * elsewhere
        return np.log(seen / (self._count + self.prior_images)).sum(axis=1)

    def _cells(self, x):
        return self._first + np.rint(x * (LEVELS - 1)).astype("int64")
