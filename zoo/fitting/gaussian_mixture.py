"""A mixture of Gaussians by expectation maximization, in two matrix products a step."""

import warnings

import numpy as np

from zoo.random.keys import low_bits

#: EM ends when a step wins less than so many nats a code, and at the latest after so many steps.
ENOUGH, STEPS = 1e-2, (12, 1000)
#: Within these, after so many multiplications: a minute of them.
WORK = 200_000_000_000
#: What is added to each variance, of codes whose own is 1.
LEAST = 1e-6
#: How many numbers are worked on at once: 8 MB, which stay in the cache.
NUMBERS = 1_000_000


def fit_gaussian_mixture(z, components, seed=0):
    """The mixture sum_k w_k N(m_k, C_k) of full covariances that EM finds, started from k-means clusters.

        r_nk = w_k N(z_n; m_k, C_k) / sum_j w_j N(z_n; m_j, C_j)
        w_k = n_k / N,  m_k = sum_n r_nk z_n / n_k,  C_k = sum_n r_nk (z_n - m_k)(z_n - m_k)' / n_k

    with n_k = sum_n r_nk, and 1e-6 added to each variance. The quadratic forms of all codes and components are one
    product of the codes' squares z_i z_j with the precisions, and the covariances another with r. (scikit-learn's
    `GaussianMixture` goes through the components one by one: 200 of 50,000 codes take it minutes.)

    Args:
        z: codes `[N, D]`, as many as there are components at least.
        components: K.
        seed: an int, for k-means.

    Returns:
        The weights `[K]`, the means `[K, D]` and the covariances `[K, D, D]`, float64.

    Example:
        >>> z = np.concatenate([np.random.default_rng(0).normal(size=(500, 2)) + [5, 0], np.zeros([500, 2])])
        >>> weights, means, covariances = fit_gaussian_mixture(z, 2)
        >>> np.sort(means[:, 0]).round(0).tolist(), weights.round(2).tolist()
        ([0.0, 5.0], [0.5, 0.5])

    References:
        Bishop 2006, "Pattern Recognition and Machine Learning", section 9.2.2.
    """
    z = np.asarray(z, "float64")
    # On one scale, since k-means and the least variance know of none.
    centre, scale = z.mean(axis=0), np.maximum(z.std(axis=0), 1e-12)
    z = (z - centre) / scale
    sums = _of_clusters(z, _clusters(z, components, seed), components)
    before = -np.inf
    # Three of them for the products of the codes themselves.
    steps = WORK // (z.size * z.shape[1] * (components + 3))
    for _ in range(min(max(STEPS[0], steps), STEPS[1])):
        mixture = _maximized(*sums)
        sums, log_likelihood = _expected(z, *mixture)
        if log_likelihood < before + ENOUGH:
            break
        before = log_likelihood
    weights, means, covariances = mixture
    return weights, centre + scale * means, covariances * np.outer(scale, scale)


def _clusters(z, components, seed):
    """The number of each code's k-means cluster, `[N]`."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    # Of few clusters one can be missed for good: those are begun anew a few times.
    starts = max(1, min(10, 100 // components))
    with warnings.catch_warnings():
        # Fewer different codes than clusters leave some of these empty.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return KMeans(components, n_init=starts, max_iter=20, random_state=low_bits(seed)).fit_predict(z)


def _of_clusters(z, labels, components):
    """The sums of `_maximized`, with r 1 for each code's own cluster."""
    counts, sums = np.zeros(components), np.zeros([components, z.shape[1]])
    squares = np.zeros([components, z.shape[1], z.shape[1]])
    for k in range(components):
        own = z[labels == k]
        counts[k], sums[k], squares[k] = len(own), own.sum(axis=0), own.T @ own
    return counts, sums, squares


def _maximized(counts, sums, squares):
    """The weights, means and covariances of sums over codes: r `[K]`, r z `[K, D]` and r z z' `[K, D, D]`."""
    size = sums.shape[1]
    held = np.maximum(counts, 1e-3)
    means = sums / held[:, None]
    spread = squares - held[:, None, None] * means[:, :, None] * means[:, None, :]
    covariances = spread / held[:, None, None] + LEAST * np.eye(size)
    return held / held.sum(), means, covariances


def _expected(z, weights, means, covariances):
    """The sums of `_maximized` with r of this mixture, and the mean log likelihood of a code."""
    size = z.shape[1]
    precisions = np.linalg.inv(covariances)
    linear = np.einsum("kde,ke->kd", precisions, means)
    constant = np.log(weights) - 0.5 * (
        np.einsum("kd,kd->k", linear, means) + np.linalg.slogdet(covariances)[1] + size * np.log(2 * np.pi)
    )
    rows, columns = np.triu_indices(size)
    # Off the diagonal each product stands for two.
    packed = precisions[:, rows, columns] * np.where(rows == columns, -0.5, -1.0)
    counts, sums, squares, total = np.zeros(len(weights)), np.zeros_like(means), np.zeros_like(packed), 0.0
    step = max(1, NUMBERS // (len(rows) + len(weights)))
    room = np.empty([len(rows), min(step, len(z))])
    for chunk in np.split(z, range(step, len(z), step)):
        turned = np.ascontiguousarray(chunk.T)
        products = _products(turned, room[:, : len(chunk)])
        log_joint = packed @ products + linear @ turned + constant[:, None]
        highest = log_joint.max(axis=0)
        shares = np.exp(log_joint - highest)
        sum_of_shares = shares.sum(axis=0)
        total += float((highest + np.log(sum_of_shares)).sum())
        shares /= sum_of_shares
        counts += shares.sum(axis=1)
        sums += shares @ chunk
        squares += shares @ products.T
    full = np.empty_like(covariances)
    full[:, rows, columns] = full[:, columns, rows] = squares
    return (counts, sums, full), total / len(z)


def _products(z, out):
    """The products z_i z_j of codes `[D, n]`, i <= j, into an array `[D (D + 1) / 2, n]`, which is returned."""
    start = 0
    for i in range(len(z)):
        np.multiply(z[i], z[i:], out=out[start : start + len(z) - i])
        start += len(z) - i
    return out
