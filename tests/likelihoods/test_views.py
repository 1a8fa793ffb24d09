from functools import partial

import numpy as np
import pytest
from scipy import stats

from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.gaussian import Gaussian
from zoo.likelihoods.one_hot import OneHot
from zoo.likelihoods.views import Views
from zoo.networks.mlp import mlp_decoder
from zoo.random import draw, key, mean_image, sides

NAN = np.float32("nan")


def of_pixels_label_and_vector():
    """Three pixels, one of four labels, and two numbers with a scale of their own each."""
    kinds, sizes = (Bernoulli, OneHot, partial(Gaussian, scale=None, range=None)), (3, 4, 2)
    decoders = [mlp_decoder((n,), 2, (5,), parameters=p) for n, p in zip(sizes, (1, 1, 2), strict=True)]
    views = Views([kind(decoder) for kind, decoder in zip(kinds, decoders, strict=True)], sizes, axis=-1)
    views.build((None, 2))
    return views


def some(n, rng):
    parts = rng.random((n, 3)) < 0.5, np.eye(4)[rng.integers(0, 4, n)], rng.normal(size=(n, 2))
    return np.concatenate(parts, axis=1).astype("float32")


def test_it_is_the_sum_of_its_views_whatever_they_are(rng):
    views, x, z = of_pixels_label_and_vector(), some(6, rng), rng.normal(size=(5, 6, 2)).astype("float32")
    logits, label, numbers = (np.asarray(part.decoder(z.reshape(30, 2)), "float64") for part in views.likelihoods)
    x_, y, v = (np.tile(each, (5, 1)) for each in np.split(x.astype("float64"), (3, 7), axis=1))
    expected = stats.bernoulli.logpmf(x_, 1 / (1 + np.exp(-logits))).sum(1)
    expected = expected + (y * (label - np.log(np.exp(label).sum(1, keepdims=True)))).sum(1)
    scale = views.likelihoods[2].min_scale + np.logaddexp(0, numbers[:, 2:])
    expected = expected + stats.norm(numbers[:, :2], scale).logpdf(v).sum(1)
    assert np.allclose(np.reshape(views(z).log_prob(x), -1), expected, atol=1e-4)
    assert views.range is None and not views.binary and views.views == 3


def test_a_view_that_is_missing_has_no_part_in_it(rng):
    views, x, z = of_pixels_label_and_vector(), some(7, rng), rng.normal(size=(7, 2)).astype("float32")
    p = views(z)
    each = np.stack([part.log_prob(view) for part, view in zip(p.views, views.views_of(x), strict=True)])
    there = np.array([[1, 1, 1], [0, 1, 1], [1, 0, 1], [1, 1, 0], [1, 0, 0], [0, 0, 1], [0, 0, 0]])
    for row, kept in enumerate(there):
        for view in np.flatnonzero(kept == 0):
            views.views_of(x)[view][row] = NAN
    assert np.isnan(x[-1]).all()
    assert np.allclose(p.log_prob(x), np.sum(there.T * each, axis=0), atol=1e-5)


def test_each_view_is_drawn_by_itself(rng):
    halves = Views([Bernoulli(mlp_decoder((2, 2, 1), 2)) for _ in range(2)], (2, 2))
    halves.build((None, 2))
    for part in halves.likelihoods:
        part.decoder.layers[-2].set_weights([0 * w for w in part.decoder.layers[-2].get_weights()])
    p = halves(np.zeros([1, 2], "float32"))
    drawn = np.asarray(draw(p, key(1), (4000,)))[:, 0]
    # Pixels alike in both views would be drawn alike by one key.
    assert abs(np.mean(drawn[:, :, :2] == drawn[:, :, 2:]) - 0.5) < 0.03
    low, high = (np.asarray(side)[:, 0] for side in sides(p, key(1), 0.05, (4000,)))
    assert (low <= drawn).all() and (drawn <= high).all() and abs(np.mean(high - low) - 0.1) < 0.02
    assert np.array_equal(mean_image(p, key(1)), np.full([1, 2, 4, 1], 0.5))


def test_only_keeps_those_of_the_numbers(rng):
    views, x = of_pixels_label_and_vector(), some(2, rng)
    kept = np.asarray(views.only(x, [0, 2]))
    assert np.array_equal(kept[:, :3], x[:, :3]) and np.array_equal(kept[:, 7:], x[:, 7:])
    assert np.isnan(kept[:, 3:7]).all()
    with pytest.raises(InputError, match=r"kept is \[3\], but must be numbers of views, 0 to 2"):
        views.only(x, [3])


def test_pixels_are_those_of_their_view_or_the_whole_of_it_is_missing(rng):
    views, x = of_pixels_label_and_vector(), some(3, rng)
    views.check(np.asarray(views.only(x, [2])), "x")
    for column, value, message in (
        (0, 3.0, "view 0 of x has float32 pixels from"),
        (3, 0.5, "view 1 of x isn't one-hot"),
        (0, NAN, "x has views 0 of which some pixels are NaN and others aren't"),
        (8, NAN, "x has views 2 of which some"),
    ):
        wrong = x.copy()
        wrong[1, column] = value
        with pytest.raises(InputError, match=message):
            views.check(wrong, "x")


def test_its_output_for_a_mean_is_that_of_each(rng):
    halves = Views([Bernoulli(mlp_decoder((2, 2, 1), 2)) for _ in range(2)], (2, 2))
    mean = rng.random((2, 4, 1))
    assert np.allclose(halves.output_for(mean), np.log(mean / (1 - mean)), atol=1e-6)


def test_what_does_not_fit_is_refused():
    halves = [Bernoulli(mlp_decoder((2, 2, 1), 2)) for _ in range(2)]
    with pytest.raises(InputError, match="likelihoods has 2 views and sizes 3"):
        Views(halves, (1, 1, 2))
    with pytest.raises(InputError, match="likelihoods has 1 views and sizes 1: give as many of both, 2 at least"):
        Views(halves[:1], (2,))
    with pytest.raises(InputError, match="along axis -2 its view is made of 1 numbers"):
        Views(halves, (1, 3)).build((None, 2))
