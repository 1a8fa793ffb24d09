"""The Inception Score: whether each image is of one class, and the images of all."""

import numpy as np

from zoo.errors import InputError
from zoo.numerics.counts import check_count


def inception_score(log_probs, splits=10, seed=0):
    """exp(E_x KL(p(y|x) || p(y))), p(y) = E_x p(y|x): from 1 (all images alike to the classifier) to K.

    The images are dealt out at random to splits, each with a p(y) of its own, and the score is the mean of theirs. It
    is a little too small for small splits, whose p(y) is nearer to their images' p(y|x). It needs no images to compare
    with, and so can't tell those that are like the data from any that the classifier is sure of.

    Args:
        log_probs: log p(y|x) of N images, `[N, K]`, in nats, in any order.
        splits: how many.
        seed: an int, of the dealing out.

    Returns:
        A dict of `score`, its standard error `score_se` (of the splits' mean), and `score_sd`, the splits' standard
        deviation, which is what papers print behind the sign ±. Of a single split both are None.

    Raises:
        InputError: they aren't log-probabilities, or there are fewer than two images in a split.

    Example:
        >>> log_probs = np.log(np.tile([[0.9, 0.1], [0.1, 0.9]], [20, 1]))
        >>> round(inception_score(log_probs, splits=1)["score"], 4)  # 2 exp(-H), H = -0.9 log 0.9 - 0.1 log 0.1
        1.4449

    References:
        Salimans et al. 2016, "Improved Techniques for Training GANs", section 4; Barratt and Sharma 2018, "A Note on
        the Inception Score".
    """
    log_probs = np.asarray(log_probs, "float64")
    if log_probs.ndim != 2 or not np.allclose(np.sum(np.exp(log_probs), axis=-1), 1, atol=1e-3):
        raise InputError(
            f"log_probs has shape {log_probs.shape}, but must be [N, K] with rows whose exponentials sum to 1: "
            "take the log_softmax of logits."
        )
    check_count("splits", splits)
    if len(log_probs) < 2 * splits:
        raise InputError(f"splits is {splits} of {len(log_probs)} images, but each must have at least 2: give fewer.")
    dealt = np.random.default_rng(seed).permutation(log_probs)
    scores = [np.exp(_mean_divergence(part)) for part in np.array_split(dealt, splits)]
    deviation = float(np.std(scores, ddof=1)) if splits > 1 else None
    return {
        "score": float(np.mean(scores)),
        "score_se": None if deviation is None else deviation / splits**0.5,
        "score_sd": deviation,
    }


def _mean_divergence(log_probs):
    """1/N sum_x sum_y p(y|x) (log p(y|x) - log p(y)), in nats."""
    probs = np.exp(log_probs)
    # 0 log 0 is 0; p(y) is 0 only where every p(y|x) is.
    ratio = np.log(np.where(probs > 0, probs, 1)) - np.log(np.where(probs > 0, probs.mean(axis=0), 1))
    return np.mean(np.sum(probs * ratio, axis=-1))
