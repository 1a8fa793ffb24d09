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
