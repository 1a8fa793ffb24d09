"""The base of likelihoods of counts: whole numbers from 0 on."""

from abc import abstractmethod

import numpy as np

from zoo.errors import InputError
from zoo.likelihoods.likelihood import Likelihood
from zoo.numerics.stable import log1p
from zoo.probability import tfd

#: Counts go up to this: float32 is too coarse for the draws of larger ones.
LARGEST = 1_000_000


class Counts(Likelihood):
    """P(x|z) of counts x = 0, 1, 2, ..., each of itself. An encoder is shown log(1 + x).

    Example:
        >>> from zoo.likelihoods.negative_binomial import NegativeBinomial
        >>> NegativeBinomial.counts
        True
    """

    counts = True
    range = None

    @abstractmethod
    def pixels(self, output):
        """The distribution of each count, as which none is of an event."""

    def distribution(self, output):
        return tfd.Independent(self.pixels(output), self.rank)

    def features(self, x):
        return log1p(x)

    def check(self, x, name):
        x = np.asarray(x)
        if not ((x >= 0) & (x <= LARGEST) & (x == np.round(x))).all():
            raise InputError(f"{name} has numbers that are no counts: give whole ones from 0 to {LARGEST}.")
