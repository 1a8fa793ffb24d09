import itertools

import keras
import numpy as np
import pytest
from scipy import stats
from scipy.special import log_softmax, logsumexp

from zoo.errors import InputError
from zoo.likelihoods.classes import Classes
from zoo.likelihoods.columns import Columns
from zoo.likelihoods.gaussian import Gaussian
from zoo.likelihoods.negative_binomial import NegativeBinomial
from zoo.likelihoods.pixel_cnn import PixelCNN
from zoo.random import draw, key, mean_image

NAN = np.float32("nan")


def three(**kwargs):
    """A number, one of four classes and a count, whose parameters are z itself."""
    columns = [Gaussian(None, scale=None, range=None), Classes(None, 4), NegativeBinomial(None)]
    likelihood = Columns(keras.Sequential([keras.Input((8,))]), columns, **kwargs)
    likelihood.build((None, 8))
    return likelihood


def truth(z, x):
    """log p of each cell, by SciPy: `[B, 3]`."""
    z = z.astype("float64")
    number = stats.norm(z[:, 0], 1 / 256 + np.logaddexp(0, z[:, 1])).logpdf(x[:, 0])
    chosen = log_softmax(z[:, 2:6], axis=1)[np.arange(len(x)), np.nan_to_num(x[:, 1]).astype(int)]
    mean, r = np.exp(z[:, 6]), 1 / (1e-6 + np.logaddexp(0, z[:, 7]))
    return np.stack([number, chosen, stats.nbinom(r, r / (r + mean)).logpmf(x[:, 2])], axis=1)


def rows(rng, n):
    cells = rng.normal(size=n), rng.integers(0, 4, n), rng.poisson(3, n)
    return np.stack(cells, axis=1).astype("float32")


def test_it_is_the_sum_over_the_cells_that_are_there(rng):
    z, x = rng.normal(size=(9, 8)).astype("float32"), rows(rng, 9)
    expected = truth(z, x)
    there = np.array([*itertools.product([True, False], repeat=3), (True, True, True)])
    found = np.asarray(three()(z).log_prob(np.where(there, x, NAN)))
    assert np.allclose(found, np.where(there, expected, 0).sum(1), atol=1e-4)
    assert found[7] == 0


def test_all_that_a_row_may_be_sums_and_integrates_to_one(rng):
    z = rng.normal(size=(1, 8)).astype("float32")
    numbers = z[0, 0] + np.linspace(-12, 12, 241)
    every = np.array(list(itertools.product(numbers, range(4), range(150))), "float32")
    log_p = np.asarray(three()(z).log_prob(every), "float64")
    assert logsumexp(log_p) + np.log(0.1) == pytest.approx(0, abs=1e-3)


def test_draws_are_rows_of_their_kinds(rng):
    likelihood, z = three(), rng.normal(size=(1, 8)).astype("float32")
    x = np.asarray(draw(likelihood(z), key(3), (20_000,)), "float64")[:, 0]
    likelihood.check(x, "x")
    shares = np.bincount(x[:, 1].astype(int), minlength=4) / len(x)
    assert np.allclose(shares, np.exp(log_softmax(z[0, 2:6].astype("float64"))), atol=0.016)
    assert x[:, 0].mean() == pytest.approx(z[0, 0], abs=4.5 * x[:, 0].std() / np.sqrt(len(x)))
    assert x[:, 2].mean() == pytest.approx(np.exp(z[0, 6]), abs=4.5 * x[:, 2].std() / np.sqrt(len(x)))
    # One column says nothing of another.
    assert np.abs(np.corrcoef(x.T) - np.eye(3)).max() < 0.04
    assert np.asarray(mean_image(likelihood(z), key(1)))[0, 1] == z[0, 2:6].argmax()


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (1, 4.0, "column 1 of x has numbers of no class: give whole ones from 0 to 3"),
        (1, 0.5, "column 1 of x has numbers of no class"),
        (2, -1.0, "column 2 of x has numbers that are no counts"),
    ],
)
def test_a_cell_of_another_kind_is_refused(column, value, message, rng):
    x = rows(rng, 3)
    x[0] = NAN
    three().check(x, "x")
    x[1, column] = value
    with pytest.raises(InputError, match=message):
        three().check(x, "x")


def test_what_it_can_not_be_made_of_is_refused():
    network = keras.Sequential([keras.Input((3,))])
    with pytest.raises(InputError, match="columns is empty"):
        Columns(network, [])
    with pytest.raises(InputError, match="columns has a Gaussian that has weights of its own"):
        Columns(network, [Gaussian(None, learn_scale=True)])
    with pytest.raises(InputError, match="columns has a PixelCNN"):
        Columns(network, [PixelCNN(None)])
    with pytest.raises(InputError, match="decoder gives 3 numbers, but the columns take 4"):
        Columns(network, [Classes(None, 4)]).build((None, 3))
    with pytest.raises(InputError, match="classes is 0"):
        Classes(None, 0)
