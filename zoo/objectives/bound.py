"""The kinds of bound on log p(x) that objectives are."""

from enum import Enum


class Bound(Enum):
    """The relation of an objective's value to log p(x), which it states as its attribute `bound`.

    Example:
        >>> from zoo.objectives.iwae import iwae
        >>> iwae.bound is Bound.EACH_IMAGE
        True
    """

    EACH_IMAGE = "a lower bound on log p(x) of each image"
    BATCH_MEAN = "a lower bound on the batch's mean log p(x)"
    ESTIMATE = "an estimate of log p(x), and no bound"
    NONE = "no bound on log p(x)"


def bounds(bound):
    """A decorator: the objective states what it bounds.

    Args:
        bound: a `Bound`.
    """

    def state(objective):
        objective.bound = bound
        return objective

    return state
