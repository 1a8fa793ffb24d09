import itertools

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import norm

import zoo
from tests.linear_gaussian import LinearGaussian
from tests.priors.test_bent import bent
from tests.test_parts import places
from zoo.errors import InputError
from zoo.evaluation.likelihood.ais import (
    AIS,
    annealed_importance_sampling,
    bidirectional_monte_carlo,
    sigmoid_temperatures,
)
from zoo.priors.autoregressive_flow import AutoregressiveFlow
from zoo.priors.laplace import Laplace
from zoo.priors.spline_flow import SplineFlow
from zoo.priors.student_t import StudentT
from zoo.random import draw
from zoo.support import Support


@pytest.mark.parametrize(
    ("latent_dim", "shape", "temperatures", "chains"), [(2, (2, 3, 1), 40, 100), (50, (8, 8, 1), 600, 30)]
)
def test_it_finds_the_exact_log_px(latent_dim, shape, temperatures, chains):
    """The log of the mean of K weights is off by about sqrt(1/ess - 1/K), as in importance sampling."""
    model = LinearGaussian(latent_dim, shape=shape)
    result = annealed_importance_sampling(model.vae, model.x, temperatures, chains)
    wrong, error = result.log_px - model.log_px(model.x), np.sqrt(1 / result.ess - 1 / chains)
    assert error.max() < 0.5
    assert (np.abs(wrong) < 4.5 * error).all()
    assert abs(np.mean(wrong)) < 4 * np.sqrt(np.mean(error**2) / len(error))


@pytest.mark.parametrize(("latent_dim", "shape", "temperatures"), [(2, (2, 3, 1), [8, 40]), (50, (8, 8, 1), [60, 200])])
def test_the_truth_is_between_the_bounds(latent_dim, shape, temperatures):
    """Each side is a bound in expectation, since E[w] = p(x) and E[1/w] = 1/p(x), and more temperatures bring it near.

    With few temperatures both are clearly on their sides of the truth: a swapped sign or direction would show.
    """
    model, widths = LinearGaussian(latent_dim, shape=shape), []
    for count in temperatures:
        seen = []
        result = bidirectional_monte_carlo(Watched(model.vae, seen), 100, temperatures=count, num_chains=2)
        truth = np.concatenate([model.log_px(np.asarray(x)) for x in seen])
        for distance in (truth - result.log_px, result.upper - truth):
            assert distance.mean() > -3 * distance.std() / 10
            if count == temperatures[0]:
                assert distance.mean() > 3 * distance.std() / 10
        widths.append(result.summary()["width"])
    assert widths[1] < widths[0] / 2


@pytest.mark.parametrize(
    "make",
    [
        lambda: Laplace(2),
        lambda: StudentT(2, df=3.0),
        pytest.param(lambda: bent(AutoregressiveFlow, 2), marks=pytest.mark.slow),
        pytest.param(lambda: bent(SplineFlow, 2), marks=pytest.mark.slow),
    ],
    ids=["laplace", "student_t", "autoregressive_flow", "spline_flow"],
)
def test_with_other_priors_it_is_quadratures_log_px(make):
    model = LinearGaussian(2)
    vae, x = model.vae.replace(prior=make()), model.x[:5]
    z, log_volume = places(Support.REALS, 2)
    log_joint = sum(np.asarray(part, "float64") for part in vae.log_joint(x, np.repeat(z[:, None], len(x), 1)))
    truth = logsumexp(log_joint + log_volume[:, None], axis=0)
    result = annealed_importance_sampling(vae, x, temperatures=40, num_chains=100)
    error = np.sqrt(1 / result.ess - 1 / 100)
    assert error.max() < 0.5
    assert (np.abs(result.log_px - truth) < 4.5 * error + 5e-3).all()


def test_the_weights_are_unbiased_both_ways():
    """E[mean w] = p(x) and E[mean 1/w] = 1/p(x), whatever the number of temperatures and chains."""
    model, seen = LinearGaussian(2), []
    result = bidirectional_monte_carlo(Watched(model.vae, seen), 1000, temperatures=6, num_chains=4)
    truth = np.concatenate([model.log_px(np.asarray(x)) for x in seen])
    for ratio in (np.exp(result.log_px - truth), np.exp(truth - result.upper)):
        assert abs(ratio.mean() - 1) < 4 * ratio.std() / np.sqrt(1000)
        assert ratio.std() / np.sqrt(1000) < 0.05


class Watched:
    """A model whose draws of images are remembered, and the codes that they are drawn from."""

    def __init__(self, vae, seen, codes=None):
        self.vae, self.seen, self.prior, self.abilities = vae, seen, vae.prior, vae.abilities
        self.codes = [] if codes is None else codes

    def likelihood(self, z, training=None):
        distribution = self.vae.likelihood(z, training=training)
        if len(z.shape) == 3:
            return distribution
        self.codes.append(z)
        return _Remembering(distribution, self.seen)


class _Remembering:
    def __init__(self, distribution, seen):
        self.distribution, self.seen = distribution, seen


@pytest.fixture(autouse=True)
def _register():
    @draw.register(_Remembering)
    def _(remembering, key, shape=()):
        x = draw(remembering.distribution, key, shape)
        remembering.seen.append(x)
        return x


def test_the_noise_of_an_image_is_none_of_its_codes():
    """With as many pixels as dimensions, one key for both would draw one noise for both."""
    model, seen, codes = LinearGaussian(6), [], []
    watched = Watched(model.vae, seen, codes)
    bidirectional_monte_carlo(watched, 200, temperatures=1, num_chains=1)
    x, z = (np.concatenate([np.asarray(part) for part in parts]) for parts in (seen, codes))
    noise = x.reshape(200, 6) - z @ model.W.T - model.b
    assert noise.std() == pytest.approx(0.7, rel=0.1)
    correlations = np.corrcoef(noise.T, z.T)[:6, 6:]
    assert np.abs(correlations).max() < 4.5 / np.sqrt(200)


def test_one_latent_dimension_against_quadrature():
    """A decoder that isn't linear, and Bernoulli pixels: p(x) = integral of N(z; 0, 1) p(x|z)."""
    vae = zoo.build("vae", image_shape=(4, 4, 1), latent_dim=1, units=(8,))
    for layer in vae.likelihood.decoder.layers:
        if layer.weights:
            kernel, bias = layer.get_weights()
            layer.set_weights([3 * kernel, bias])
    x = (np.random.default_rng(3).random((6, 4, 4, 1)) < 0.5).astype("float32")
    result = annealed_importance_sampling(vae, x, temperatures=100, num_chains=200)
    grid = np.linspace(-8, 8, 4001, dtype="float32")
    log_likelihood = np.asarray(vae.likelihood(np.tile(grid[:, None, None], (1, 6, 1))).log_prob(x), "float64")
    truth = logsumexp(log_likelihood + norm.logpdf(grid)[:, None], axis=0) + np.log(grid[1] - grid[0])
    error = np.sqrt(1 / result.ess - 1 / 200)
    assert error.max() < 0.1
    assert (np.abs(result.log_px - truth) < 4.5 * error).all()


def test_one_temperature_is_importance_sampling_from_the_prior():
    """w = p(x|z), z ~ p(z): the mean of K of them, whatever HMC does afterwards."""
    model = LinearGaussian(2)
    result = annealed_importance_sampling(model.vae, model.x[:4], temperatures=[0.0, 1.0], num_chains=50_000)
    assert np.allclose(result.log_px, model.log_px(model.x[:4]), atol=0.15)


def test_the_monte_carlo_error_is_how_far_chains_of_another_seed_move_the_mean():
    """Three hundred copies of one image have chains of their own: their spread is that of as many seeds."""
    model = LinearGaussian(2)
    x = np.repeat(model.x[:1], 300, axis=0)
    found = annealed_importance_sampling(model.vae, x, temperatures=5, num_chains=16)
    spread = found.log_px.std(ddof=1) / np.sqrt(300)
    assert found.summary()["monte_carlo_se"] == pytest.approx(spread, rel=0.25)


def test_a_collapse_onto_one_chain_is_counted():
    nothing = np.zeros(3)
    found = AIS(nothing, None, np.array([1.1, 5.0, 1.9]), nothing, num_chains=16, num_temperatures=5)
    assert found.summary()["collapsed"] == 2
    # Of four chains too: an effective size of 1 is one chain for all, of 1.9 it is two of about the same weight.
    assert found._replace(num_chains=4).summary()["collapsed"] == 1
    # A single chain can't say.
    assert found._replace(num_chains=1, ess=np.ones(3)).summary()["collapsed"] is None


def test_too_few_chains_for_the_model_are_said_to_have_collapsed():
    """One temperature in 50 dimensions: of the prior's draws one is nearest, however many or few there are."""
    model = LinearGaussian(50, shape=(8, 8, 1))
    for chains in (2, 4, 8):
        found = annealed_importance_sampling(model.vae, model.x[:10], temperatures=1, num_chains=chains).summary()
        assert found["collapsed"] >= 8


def test_the_chains_that_find_the_step_sizes_are_none_of_those_that_count(monkeypatch):
    """Were they, the step sizes would depend on the chains' own noise, and the bound be none."""
    starts = []

    def start(chains, x, stream, count):
        starts.append(np.asarray(draw(chains.vae.prior(), stream, (count, len(x)))))
        return starts[-1], chains.vae.likelihood(starts[-1]).log_prob(x)

    monkeypatch.setattr("zoo.evaluation.likelihood.ais._Chains._start", start)
    model = LinearGaussian(2)
    annealed_importance_sampling(model.vae, [model.x[:3], model.x[:3]], temperatures=1, num_chains=2)
    bidirectional_monte_carlo(model.vae, 3, temperatures=1, num_chains=2)
    assert len(starts) == 6
    # One batch of the two samplers has one key.
    for a, b in itertools.combinations(starts[:4], 2):
        assert np.abs(a - b).min() > 1e-6
    assert np.abs(starts[4] - starts[5]).min() > 1e-6


def test_the_same_seed_gives_the_same_bounds():
    model = LinearGaussian(2)
    a, b, c = (
        annealed_importance_sampling(model.vae, model.x[:3], temperatures=5, num_chains=2, seed=seed).log_px
        for seed in (1, 1, 2)
    )
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def test_step_sizes_find_the_wanted_acceptance():
    model = LinearGaussian(2)
    for start in (0.1, 3.0):
        result = annealed_importance_sampling(
            model.vae, model.x[:5], temperatures=np.linspace(0, 1, 401), num_chains=8, step_size=start
        )
        assert 0.5 < result.acceptance.mean() < 0.9


def test_the_schedule_rises_from_0_to_1():
    schedule = sigmoid_temperatures(100)
    assert schedule[0] == 0
    assert schedule[-1] == 1
    assert (np.diff(schedule) > 0).all()
    assert np.allclose(schedule + schedule[::-1], 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"temperatures": [0.0, 0.5]}, "rise from 0 to 1"),
        ({"temperatures": [0.0, 0.5, 0.5, 1.0]}, "rise from 0 to 1"),
        ({"temperatures": 0}, "temperatures is 0"),
        ({"num_chains": 0}, "num_chains is 0"),
        ({"leapfrog_steps": 0}, "leapfrog_steps is 0"),
        ({"step_size": 0.0}, "step_size is 0"),
    ],
)
def test_what_cannot_be_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        annealed_importance_sampling(LinearGaussian().vae, np.zeros([1, 2, 3, 1]), **arguments)


def test_no_images_are_refused():
    with pytest.raises(InputError, match="no images"):
        annealed_importance_sampling(LinearGaussian().vae, [])
    with pytest.raises(InputError, match="num_examples is 0"):
        bidirectional_monte_carlo(LinearGaussian().vae, 0)
