"""The supports of latent variables."""

from enum import Enum


class Support(Enum):
    """The set that z lies in. A method that moves z in small steps, Hamiltonian Monte Carlo say, needs all of R^D.

    Example:
        >>> Support.BITS.value
        'bits, {0, 1}^D'
    """

    REALS = "R^D"
    SPHERE = "the unit sphere"
    BALL = "the unit ball"
    CUBE = "the cube, [0, 1]^D"
    BITS = "bits, {0, 1}^D"
    ONE_HOTS = "one-hots, side by side"
    LABEL_AND_REALS = "a label's one-hot beside R^D"
    CODES = "whole numbers, {0 ... K - 1}^D"

    @property
    def by_dimension(self):
        """Whether each number of a code may be moved by itself, within what it is elsewhere: not so on a sphere.

        Codes may be, but what is next to what isn't by their numbers.

        Example:
            >>> Support.CUBE.by_dimension, Support.SPHERE.by_dimension
            (True, False)
        """
        return self not in (Support.SPHERE, Support.BALL, Support.ONE_HOTS, Support.CODES)

    @property
    def has_steps(self):
        """Whether a draw falls on one side of an edge or on another, as a bit does: rounding may tip it over.

        Example:
            >>> Support.BITS.has_steps, Support.REALS.has_steps
            (True, False)
        """
        return self in (Support.BITS, Support.ONE_HOTS)
