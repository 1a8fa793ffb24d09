from functools import partial

import numpy as np
import pytest
from keras import ops
from scipy import stats

from tests.linear_gaussian import SCALE, LinearGaussian
from zoo.distributions.diagonal_normal import raw_scale
from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.categorical import Categorical
from zoo.likelihoods.discretized_logistic_mixture import DiscretizedLogisticMixture
from zoo.likelihoods.gaussian import Gaussian
from zoo.likelihoods.observed import Observed
from zoo.likelihoods.one_hot import OneHot
from zoo.likelihoods.pixel_cnn import PixelCNN
from zoo.networks.mlp import mlp_decoder
from zoo.numerics.gradient import gradient

NAN = np.float32("nan")


def of_numbers(size=4):
    likelihood = Observed(Gaussian(mlp_decoder((size,), 2, (5,), parameters=2), scale=None, range=None))
    likelihood.build((None, 2))
    return likelihood


def test_it_is_the_sum_over_what_is_seen(rng):
    likelihood, x, z = of_numbers(), rng.normal(size=(5, 4)), rng.normal(size=(3, 5, 2)).astype("float32")
    seen = rng.random(x.shape) < 0.5
    seen[0], seen[1] = True, False
    loc, raw = np.split(np.asarray(likelihood.decoder(z.reshape(15, 2)), "float64").reshape(3, 5, 8), 2, axis=-1)
    scale = likelihood.likelihood.min_scale + np.logaddexp(0, raw)
    expected = np.where(seen, stats.norm(loc, scale).logpdf(x), 0).sum(-1)
    found = np.asarray(likelihood(z).log_prob(np.where(seen, x, NAN).astype("float32")))
    assert np.allclose(found, expected, atol=1e-4)
    assert np.array_equal(found[:, 1], np.zeros(3))


def test_a_missing_pixel_has_no_gradient_and_no_nan(rng):
    likelihood = of_numbers()
    output, x = rng.normal(size=(5, 8)).astype("float32"), rng.normal(size=(5, 4)).astype("float32")
    x[0, 1] = x[3] = x[2, 2] = NAN
    slope = np.asarray(
        gradient(lambda output: likelihood.distribution(output).log_prob(x), ops.convert_to_tensor(output))
    )
    missing = np.tile(np.isnan(x), 2)
    assert np.array_equal(slope[missing], np.zeros(missing.sum())) and (slope[~missing] != 0).all()


def test_its_draws_are_whole_and_its_range_is_the_others():
    likelihood = Observed(Bernoulli(mlp_decoder((4, 4, 1), 2)))
    assert likelihood.binary and likelihood.range == (0, 1) and likelihood.takes_missing and likelihood.views == 1
    eight = Observed(Categorical(mlp_decoder((2, 2, 1), 2, parameters=256)))
    assert not eight.eight_bit
    eight.check(np.array([[NAN, 1.0]]), "x")
    eight.check(np.array([[NAN, NAN]]), "x")
    with pytest.raises(InputError, match="x has pixels between the 256 values"):
        eight.check(np.array([[NAN, 0.3005]]), "x")


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        (OneHot, (4,)),
        (PixelCNN, (4, 4, 1)),
        (partial(DiscretizedLogisticMixture, components=1), (4, 4, 3)),
    ],
)
def test_pixels_that_see_each_other_are_refused(kind, shape):
    parameters = {PixelCNN: 8, OneHot: 1}.get(kind, 4)
    with pytest.raises(InputError, match="aren't independent"):
        Observed(kind(mlp_decoder(shape, 2, (3,), parameters=parameters))).build((None, 2))


def test_a_network_is_no_likelihood():
    with pytest.raises(InputError, match=r"likelihood is a Sequential, but a Observed is made of a likelihood"):
        Observed(mlp_decoder((4, 4, 1), 2))


def of_the_linear_gaussian_model():
    """The model, and the VAE that scores what is seen; q is as wide as N(0, I), for nothing may be seen."""
    model = LinearGaussian()
    vae = model.vae.replace(likelihood=Observed(model.vae.likelihood))
    kernel, bias = vae.posterior.head.get_weights()
    bias[2:] = raw_scale(1.0)
    vae.posterior.head.set_weights([kernel, bias])
    return model, vae


def holes(model, rng, count):
    """Whole images of the linear-Gaussian model, and with half of their pixels missing."""
    whole = model.draw(rng, count)
    return whole, np.where(rng.random(whole.shape) < 0.5, NAN, whole)


def conditional(model, x):
    """Exact mean and covariance of what is missing of one image, given what is seen."""
    x = x.reshape(-1).astype("float64")
    gone = np.isnan(x)
    covariance = model.W @ model.W.T + SCALE**2 * np.eye(len(x))
    gain = covariance[np.ix_(gone, ~gone)] @ np.linalg.inv(covariance[np.ix_(~gone, ~gone)])
    return model.b[gone] + gain @ (x - model.b)[~gone], covariance[np.ix_(gone, gone)] - gain @ covariance[
        np.ix_(~gone, gone)
    ]


def test_completions_have_the_exact_conditional_and_cover_the_truth_at_their_rate(rng):
    """z is inferred as if what is missing were 0, which is wrong: the choice by weights makes up for it."""
    model, vae = of_the_linear_gaussian_model()
    whole, x = holes(model, rng, 80)
    draws = 100

    def completed(num_samples):
        found = np.asarray(vae.complete_pixels(np.repeat(x, draws, axis=0), seed=3, num_samples=num_samples))
        return found.reshape(len(x), draws, -1)

    drawn, gone = completed(200), np.isnan(x).reshape(len(x), -1)
    assert np.array_equal(drawn[:, 0][~gone], x.reshape(len(x), -1)[~gone])
    assert 0.7 < _mean_square(model, x, drawn, gone) < 1.4
    assert _mean_square(model, x, completed(1), gone) > 2, "without the weights it is q's"
    truth, covered = whole.reshape(len(x), -1), {}
    for rate in (0.5, 0.9):
        low, high = np.quantile(drawn, [(1 - rate) / 2, (1 + rate) / 2], axis=1)
        covered[rate] = np.mean(((low < truth) & (truth < high))[gone])
    error = np.sqrt(0.25 / gone.sum())
    # Quantiles of 100 draws are a little nearer to each other than the truth's.
    assert covered == pytest.approx({0.5: 0.5, 0.9: 0.9}, abs=3.5 * error)


def _mean_square(model, x, drawn, gone):
    """Of the draws' means, less the exact ones, in units of their standard errors: about 1 if these are the draws'."""
    squares = []
    for each, made, missing in zip(x, drawn, gone, strict=True):
        mean, covariance = conditional(model, each)
        error = np.sqrt(np.diag(covariance) / made.shape[0])
        squares.append(((made[:, missing].mean(0) - mean) / error) ** 2)
    return np.mean(np.concatenate(squares))


def test_log_px_is_of_what_is_seen(rng):
    model, vae = of_the_linear_gaussian_model()
    _, x = holes(model, rng, 10)
    x[0] = NAN
    found = np.asarray(vae.log_px(x, seed=1, num_samples=5000))
    assert np.allclose(found, [log_p_seen(model, each) for each in x], atol=0.05)


def log_p_seen(model, x):
    x = x.reshape(-1)
    seen = ~np.isnan(x)
    covariance = model.W @ model.W.T + SCALE**2 * np.eye(len(x))
    if not seen.any():
        return 0.0
    return stats.multivariate_normal(model.b[seen], covariance[np.ix_(seen, seen)]).logpdf(x[seen])
