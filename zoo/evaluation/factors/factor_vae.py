"""The score that came with the FactorVAE."""

import numpy as np

from zoo.evaluation.bootstrap import bootstrap_error
from zoo.evaluation.factors.factors import check_codes_and_factors
from zoo.numerics.counts import check_count
from zoo.random.streams import number


def factor_vae_score(codes, factors, votes=2000, images_per_vote=64, seed=0, resamples=50):
    """The FactorVAE score: how often the dimension that moves least tells which factor was held fixed.

    For a vote, a factor and a value of it are drawn, and L images with that value. The vote goes to the dimension whose
    codes, over these images, have the least variance in proportion to its variance over all images. Half of the votes
    say which factor each dimension stands for, that which it was voted for most often; the score is the share of the
    others that it tells rightly. Codes that know nothing get about 1/F.

    Args:
        codes: posterior means `[N, D]`. A dimension that never moves gets no vote.
        factors: integers `[N, F]`, independent of each other over the images.
        votes: how many, those of both halves together.
        images_per_vote: L.
        seed: an int.
        resamples: of the bootstrap over images, each with votes of its own.

    Returns:
        A dict of `factor_vae` and its standard error `factor_vae_se`: how much it would move for other images and other
        votes. It errs on the large side, by a quarter for codes that know nothing: resampled images have chance
        structure of their own besides the set's.

    Raises:
        InputError: codes or factors aren't what they should be.

    Example:
        >>> factors = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 10)
        >>> factor_vae_score(factors[:, ::-1] * [2.0, -3.0], factors)["factor_vae"]
        1.0

    References:
        Kim and Mnih 2018, "Disentangling by Factorising", section 4.
    """
    check_count("votes", votes, least=2)
    check_count("images_per_vote", images_per_vote)
    codes, factors = check_codes_and_factors(codes, factors)
    again = np.random.default_rng([seed, number("resamples")])
    error = bootstrap_error(
        lambda images: _score(codes[images], factors[images], votes, images_per_vote, again),
        len(codes),
        seed,
        resamples,
    )
    score = _score(codes, factors, votes, images_per_vote, np.random.default_rng(seed))
    return {"factor_vae": score, "factor_vae_se": float(error)}


def _score(codes, factors, votes, images_per_vote, rng):
    fixed = rng.integers(factors.shape[1], size=votes)
    least = np.empty(votes, "int64")
    for k in range(factors.shape[1]):
        of_k = np.flatnonzero(fixed == k)
        least[of_k] = _least_moved(codes, factors[:, k], len(of_k), images_per_vote, rng)
    table = np.zeros((codes.shape[1], factors.shape[1]))
    np.add.at(table, (least[: votes // 2], fixed[: votes // 2]), 1)
    told = table.argmax(axis=1)[least[votes // 2 :]]
    return float(np.mean(told == fixed[votes // 2 :]))


def _least_moved(codes, factor, votes, images_per_vote, rng):
    """The dimension of least relative variance in each of `votes` groups of images that share the factor's value."""
    order = np.argsort(factor, kind="stable")
    values, starts, counts = np.unique(factor[order], return_index=True, return_counts=True)
    value = rng.integers(len(values), size=votes)
    place = rng.integers(counts[value][:, None], size=(votes, images_per_vote))
    group = order[starts[value][:, None] + place]
    total = codes.var(axis=0)
    variance = codes[group].var(axis=1) / np.where(total > 0, total, 1)
    return np.where(total > 0, variance, np.inf).argmin(axis=1)
