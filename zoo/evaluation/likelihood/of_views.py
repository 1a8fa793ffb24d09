"""log p of some views given the others, by importance sampling."""

from typing import NamedTuple

import numpy as np

from zoo.abilities import require
from zoo.evaluation.batched import batched
from zoo.evaluation.likelihood.importance import importance_sampling
from zoo.evaluation.mean_and_error import error_of_mean, mean_and_error
from zoo.random.keys import low_bits
from zoo.random.streams import number


class OfViews(NamedTuple):
    """Per-example results, float64 `[N]`, in nats."""

    log_px: np.ndarray  #: log p(x_others | x_given)
    log_p_given: np.ndarray  #: log p(x_given)
    monte_carlo_se: np.ndarray  #: how much log_px would move for another seed; NaN for one sample
    doubtful: np.ndarray  #: whether it may be off by more than that says: either estimate is doubtful
    num_samples: int  #: S

    def summary(self):
        """Means over the examples and their standard errors: a dict.

        `log_px_se` is how much the mean would move for another test set, `monte_carlo_se` for another seed.
        """
        return {
            **mean_and_error("log_px", self.log_px),
            "monte_carlo_se": error_of_mean(self.monte_carlo_se),
            **mean_and_error("log_p_given", self.log_p_given),
            "doubtful": int(np.sum(self.doubtful)),
            "num_samples": self.num_samples,
            "num_examples": len(self.log_px),
        }


def of_views(vae, batches, given, num_samples=1000, seed=0):
    """Estimates log p(x_others | x_given) = log p(x) - log p(x_given) for each image, each by importance sampling.

        log p(x)       = log 1/S sum_s p(x, z_s) / q(z_s|x),              z_s ~ q(z|x)
        log p(x_given) = log 1/S sum_s p(x_given, z_s) / q(z_s|x_given),  z_s ~ q(z|x_given)

    Either is in expectation at most what it estimates, and their difference no bound: both have to have draws enough.
    Averages of p(x_others|z) over q(z|x_given) alone would be right only if that were p(z|x_given).

    Args:
        vae: a model with a `Views` likelihood.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.
        given: the numbers of the views that are given, from 0.
        num_samples: S.
        seed: an int; the two estimates draw by themselves.

    Returns:
        `OfViews`.

    Raises:
        InputError: a model without views, or a number that is no view's, or all of them; otherwise as from
            `zoo.evaluation.likelihood.importance.importance_sampling`.

    Warns:
        UserWarning: as that one.

    Example:
        >>> import zoo
        >>> vae = zoo.build("multimodal_vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,))
        >>> of_views(vae, np.zeros([4, 8, 8, 1]), given=[0], num_samples=10).log_px.shape
        (4,)

    References:
        Wu and Goodman 2018, "Multimodal Generative Models for Scalable Weakly-Supervised Learning", for the estimate.
    """
    require(vae, "has_views", "log p of a view given another")
    x = np.concatenate(list(batched(batches, vae)))
    whole = importance_sampling(vae, x, num_samples, seed)
    apart = low_bits(seed) ^ number("the views that are given")
    part = importance_sampling(vae, np.asarray(vae.likelihood.only(x, given)), num_samples, apart)
    return OfViews(
        log_px=whole.log_px - part.log_px,
        log_p_given=part.log_px,
        monte_carlo_se=np.hypot(whole.monte_carlo_se, part.monte_carlo_se),
        doubtful=whole.doubtful | part.doubtful,
        num_samples=whole.num_samples,
    )
