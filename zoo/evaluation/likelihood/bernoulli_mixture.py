"""A mixture of Bernoullis: black-and-white images of K kinds, whose pixels are independent within each."""

from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp

from zoo.random.keys import low_bits

#: EM ends after so many steps, or when one has brought less than this share of log p(x).
STEPS, ENOUGH = 12, 1e-4
#: How many images are looked at together.
BLOCK = 5000


class BernoulliMixture(NamedTuple):
    """log p(x) = log sum_k w_k prod_d p_kd^x_d (1 - p_kd)^(1 - x_d).

    Example:
        >>> mixture = BernoulliMixture(np.array([0.5, 0.5]), np.array([[0.9, 0.9], [0.1, 0.1]]))
        >>> np.exp(mixture.log_prob(np.array([[1.0, 1.0]]))).round(3).tolist()
        [0.41]

    References:
        Bishop 2006, "Pattern Recognition and Machine Learning", section 9.3.3.
    """

    weights: np.ndarray  #: w_k, `[K]`
    probabilities: np.ndarray  #: p_kd, `[K, D]`, within (0, 1)

    def log_joint(self, x):
        """log w_k + log p(x|k), float32 `[M, K]`, of images `[M, D]`."""
        p = self.probabilities
        bias = np.log(self.weights) + np.log1p(-p).sum(axis=1)
        logits = np.log(p) - np.log1p(-p)
        return np.asarray(x, "float32") @ logits.T.astype("float32") + bias.astype("float32")

    def log_prob(self, x):
        """log p(x) in nats, float64 `[M]`, of images `[M, D]`."""
        return logsumexp(self.log_joint(x).astype("float64"), axis=1)


def fit_bernoulli_mixture(x, components, seed=0, steps=STEPS):
    """A `BernoulliMixture` fitted to images by EM, from as many images drawn at random.

        r_nk = p(k | x_n)
        w_k  = (1 + sum_n r_nk) / (K + N)
        p_kd = (a m_d + sum_n r_nk x_nd) / (a + sum_n r_nk),   a = 1

    m_d is the mean of pixel d over all images: a component that has seen few images keeps to that, and gives no pixel a
    probability of 0. With these each step raises log p(x) and the logarithms of Beta and Dirichlet priors together.

    Args:
        x: images `[N, D]`, in [0, 1].
        components: K, at most N.
        seed: an int, for the images that it begins near.
        steps: at most so many.

    Returns:
        `BernoulliMixture`, with float64 numbers.

    Example:
        >>> x = np.repeat([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]], 50, axis=0)
        >>> fit_bernoulli_mixture(x, components=2).weights.round(2).tolist()
        [0.5, 0.5]

    References:
        Bishop 2006, "Pattern Recognition and Machine Learning", equations 9.56 to 9.60, and exercise 9.18 for the
        priors.
    """
    # A pixel that is the same in all images keeps a small chance to be otherwise.
    mean = (0.5 + x.sum(axis=0, dtype="float64")) / (1 + len(x))
    rng = np.random.default_rng(low_bits(seed))
    begin = x[rng.choice(len(x), components, replace=False)]
    # Equal images would be one component for ever, were they not moved apart.
    begin = 0.5 * begin + 0.4 * mean + 0.1 * rng.random(begin.shape)
    mixture = BernoulliMixture(np.full(components, 1 / components), begin)
    before = -np.inf
    for _ in range(steps):
        total, (count, pixels) = 0.0, (np.zeros(components), np.zeros(mixture.probabilities.shape))
        for start in range(0, len(x), BLOCK):
            block = np.asarray(x[start : start + BLOCK], "float32")
            share = mixture.log_joint(block)
            # In place: most of what isn't spent on the two products is spent here.
            largest = share.max(axis=1, keepdims=True)
            share -= largest
            np.exp(share, out=share)
            sums = share.sum(axis=1, keepdims=True)
            share /= sums
            total += (np.log(sums) + largest).sum(dtype="float64")
            count += share.sum(axis=0, dtype="float64")
            pixels += share.T @ block
        weights = (1 + count) / (components + len(x))
        mixture = BernoulliMixture(weights, (mean + pixels) / (1 + count[:, None]))
        if total - before <= ENOUGH * abs(total):
            break
        before = total
    return mixture
