"""Codes whose disentanglement is known without measuring it, from a grid of three factors of four values."""

import itertools

import numpy as np

#: Each combination eight times, integers `[512, 3]`.
FACTORS = np.repeat(list(itertools.product(range(4), repeat=3)), 8, axis=0)


def perfect():
    """Each dimension is one factor: in another order, scaled, flipped and shifted."""
    return FACTORS[:, [2, 0, 1]] * [0.1, -7.0, 30.0] + [5.0, 0.0, -100.0]


def mixed():
    """A rotation whose columns all have entries of nearly the same size: each dimension moves with every factor."""
    axis = np.ones(3) / np.sqrt(3)
    # The reflection I - 2 aa' has entries 1/3 and -2/3; the factors are centered.
    return (FACTORS - 1.5) @ (np.eye(3) - 2 * np.outer(axis, axis))


def noise(rng, dimensions=4):
    """Nothing to do with the factors."""
    return rng.normal(size=(len(FACTORS), dimensions))
