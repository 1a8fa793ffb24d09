"""The mutual information gap."""

import numpy as np

from zoo.evaluation.bootstrap import bootstrap_error
from zoo.evaluation.factors.factors import check_codes_and_factors
from zoo.numerics.counts import check_count


def mig(codes, factors, bins=20, seed=0, resamples=100):
    """The mutual information gap (MIG), from 0 to 1, the mean over the factors.

        MIG = 1/F sum_k (I(z_j(k); v_k) - max_(j != j(k)) I(z_j; v_k)) / H(v_k),  j(k) = argmax_j I(z_j; v_k)

    It is 1 where each factor can be read off one dimension and no other dimension says anything about it. Chen et al.
    take I under draws of q(z|x); here it is that of the codes in a histogram, as Locatello et al. take it.

    Args:
        codes: posterior means `[N, D]`, of two dimensions or more.
        factors: integers `[N, F]`.
        bins: how many bins of equal width each dimension is cut into, from its least value to its largest.
        seed: an int.
        resamples: of the bootstrap over images.

    Returns:
        A dict of `mig` and its standard error `mig_se`.

    Raises:
        InputError: codes or factors aren't what they should be, or there is a single dimension.

    Example:
        >>> factors = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 10)
        >>> mig(factors[:, ::-1] * [2.0, -3.0], factors)["mig"]
        1.0

    References:
        Chen et al. 2018, "Isolating Sources of Disentanglement in Variational Autoencoders", section 4.1; Locatello et
        al. 2019, "Challenging Common Assumptions in the Unsupervised Learning of Disentangled Representations", for
        the 20 bins.
    """
    check_count("bins", bins)
    codes, factors = check_codes_and_factors(codes, factors, gap=True)
    cells, most = np.stack([_binned(column, bins) for column in codes.T], axis=1), entropies(factors)

    def gap(examples):
        ordered = np.sort(mutual_information(cells[examples], factors[examples]), axis=0)
        return float(np.mean((ordered[-1] - ordered[-2]) / most))

    return {
        "mig": gap(np.arange(len(codes))),
        "mig_se": float(bootstrap_error(gap, len(codes), seed, resamples)),
    }


def _binned(column, bins):
    edges = np.linspace(column.min(), column.max(), bins + 1)
    return np.digitize(column, edges[1:-1])


def mutual_information(cells, factors):
    """I(z_d; v_k) of the empirical distribution of pairs of integers, for each pair of columns.

        I = sum_(z, v) p(z, v) log(p(z, v) / (p(z) p(v)))

    Args:
        cells: integers from 0, `[N, D]`.
        factors: integers from 0, `[N, F]`.

    Returns:
        float64 `[D, F]`, in nats.

    Example:
        >>> mutual_information(np.array([[0, 0], [1, 0]]), np.array([[0], [1]])).round(4).tolist()
        [[0.6931], [0.0]]
    """
    # I(z; v) = H(z) + H(v) - H(z, v)
    joint = [entropies(cells[:, d, None] * (factors.max() + 1) + factors) for d in range(cells.shape[1])]
    return entropies(cells)[:, None] + entropies(factors)[None, :] - np.stack(joint)


def entropies(columns):
    """-sum p log p of each column's empirical distribution, integers `[N, K]` to float64 `[K]`, in nats."""
    probabilities = [np.bincount(column) / len(column) for column in columns.T]
    return np.array([-np.sum(p[p > 0] * np.log(p[p > 0])) for p in probabilities])
