import itertools

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import expit, logsumexp

from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.gaussian import Gaussian
from zoo.likelihoods.laplace import Laplace
from zoo.likelihoods.self_masked import SelfMasked
from zoo.networks.mlp import mlp_decoder

NAN = np.float32("nan")
BIAS, SLOPE = np.array([0.3, -1.0], "float32"), np.array([2.0, -1.5], "float32")


def of(kind, sign=None, slope=SLOPE, **kwargs):
    parameters = kind.parameters_for(**kwargs)
    likelihood = SelfMasked(kind(mlp_decoder((2,), 2, (3,), parameters=parameters), **kwargs), sign)
    likelihood.build((None, 2))
    likelihood.bias.assign(BIAS)
    likelihood.raw_slope.assign(slope)
    return likelihood


def test_of_black_and_white_pixels_all_that_may_be_sums_to_one(rng):
    likelihood, z = of(Bernoulli), rng.normal(size=(1, 2)).astype("float32")
    every = np.array(list(itertools.product([0.0, 1.0, NAN], repeat=2)), "float32")
    found = np.asarray(likelihood(z).log_prob(every), "float64")
    assert logsumexp(found) == pytest.approx(0, abs=1e-6)
    p = expit(np.asarray(likelihood.decoder(z), "float64"))[0]
    missing = expit(BIAS + SLOPE * np.array([[0.0], [1.0]]))
    # White and seen, beside missing: p_0 (1 - m_0(1)) (p_1 m_1(1) + (1 - p_1) m_1(0)).
    expected = np.log(p[0] * (1 - missing[1, 0]) * (p[1] * missing[1, 1] + (1 - p[1]) * missing[0, 1]))
    assert np.asarray(likelihood(z).log_prob(np.array([1.0, NAN], "float32")))[0] == pytest.approx(expected, abs=1e-5)


def test_of_normal_pixels_a_missing_one_is_an_integral(rng):
    likelihood, z = of(Gaussian, scale=0.8, range=None), rng.normal(size=(1, 2)).astype("float32")
    loc = np.asarray(likelihood.decoder(z), "float64")[0]
    expected = [
        integrate.quad(lambda x, i=i: stats.norm(loc[i], 0.8).pdf(x) * expit(BIAS[i] + SLOPE[i] * x), -9, 9)[0]
        for i in range(2)
    ]
    found = likelihood(z).log_prob(np.array([NAN, NAN], "float32"))
    assert float(found[0]) == pytest.approx(np.log(expected).sum(), abs=1e-5)
    seen = np.array([0.7, NAN], "float32")
    by_hand = stats.norm(loc[0], 0.8).logpdf(0.7) + np.log(expit(-(BIAS[0] + SLOPE[0] * 0.7))) + np.log(expected[1])
    assert float(likelihood(z).log_prob(seen)[0]) == pytest.approx(by_hand, abs=1e-5)


def test_the_true_mechanism_is_the_most_probable_one(rng):
    """Pixels of N(0, 1) go missing where they are large: at random, or the other way round, is less probable."""
    x = rng.normal(size=(4000, 2)).astype("float32")
    x[rng.random(x.shape) < expit(BIAS + SLOPE * x)] = NAN
    means = {}
    for name, slope in {"true": SLOPE, "none": 0 * SLOPE, "less": SLOPE / 2, "other": -SLOPE}.items():
        likelihood = of(Gaussian, slope=slope, scale=1.0, range=None)
        likelihood.decoder.set_weights([0 * w for w in likelihood.decoder.get_weights()])
        means[name] = np.mean(likelihood(np.zeros([1, 2], "float32")).log_prob(x))
    assert max(means, key=means.get) == "true" and means["true"] > means["none"] + 0.05


@pytest.mark.parametrize("sign", [1, -1])
def test_a_known_sign_is_kept(sign):
    likelihood = of(Bernoulli, sign=sign)
    assert (sign * np.asarray(likelihood(np.zeros([1, 2], "float32")).slope) > 0).all()


def test_what_it_can_not_be_made_of_is_refused():
    with pytest.raises(InputError, match="likelihood gives Laplace pixels"):
        SelfMasked(Laplace(mlp_decoder((2,), 2, (3,)))).build((None, 2))
    with pytest.raises(InputError, match="sign is 2, but must be 1"):
        SelfMasked(Bernoulli(mlp_decoder((2,), 2, (3,))), sign=2)
