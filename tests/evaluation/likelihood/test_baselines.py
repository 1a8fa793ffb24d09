"""What a model has to beat."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import bernoulli, multivariate_normal, norm

import zoo
from zoo.errors import InputError
from zoo.evaluation.likelihood.baselines import Baseline, _drawn, baselines


def model(likelihood, shape=(2, 3, 1), **arguments):
    return zoo.build("vae", image_shape=shape, latent_dim=2, units=[4], likelihood=likelihood, **arguments)


def real(rng, n, dims=6):
    """Two factors and noise, in about [0, 1]: the images, and the distribution that they are drawn from."""
    loadings = np.random.default_rng(5).normal(size=(2, dims)) * 0.1
    x = np.clip(0.5 + rng.normal(size=(n, 2)) @ loadings + 0.05 * rng.normal(size=(n, dims)), 0, 1)
    return x, multivariate_normal(np.full(dims, 0.5), loadings.T @ loadings + 0.05**2 * np.eye(dims))


def images(x):
    return x.reshape(-1, 2, 3, 1).astype("float32")


def test_black_and_white_pixels_have_a_mixture_that_comes_near_the_truth(rng):
    """Images of two kinds: independent pixels lose what a pixel says of the others, the mixture hardly any of it."""
    p = np.array([[0.95] * 3 + [0.05] * 3, [0.05] * 3 + [0.95] * 3])
    draw = lambda n: (rng.random((n, 6)) < p[rng.integers(2, size=n)]).astype("float32")  # noqa: E731
    train, validation, test = (draw(n) for n in (3000, 300, 1000))
    found = baselines(model("bernoulli"), images(train), images(validation), images(test))
    assert found.keys() == {"independent_pixels", "bernoulli_mixture"}
    pixels = found["independent_pixels"]
    expected = bernoulli.logpmf(test, (1 + train.sum(axis=0)) / 3002).sum(axis=1)
    assert pixels.log_px == pytest.approx(expected) and pixels.chosen == {} and not pixels.is_bound
    true = np.log(bernoulli.pmf(test[:, None], p).prod(axis=-1).mean(axis=1))
    mixture = found["bernoulli_mixture"]
    assert np.mean(true - mixture.log_px) == pytest.approx(0.0, abs=0.05)
    assert mixture.log_px.mean() > pixels.log_px.mean() + 1
    assert mixture.chosen["components"] in (10, 50, 200) and not mixture.is_bound


def test_real_values_have_gaussians_of_which_factor_analysis_is_the_truth(rng):
    (train, true), (validation, _), (test, _) = (real(rng, n) for n in (4000, 500, 1000))
    found = baselines(model("gaussian"), images(train), images(validation), images(test))
    assert found.keys() == {"independent_pixels", "factor_analysis", "probabilistic_pca"}
    expected = norm.logpdf(test, train.mean(axis=0), train.std(axis=0)).sum(axis=1)
    assert found["independent_pixels"].log_px == pytest.approx(expected, rel=1e-4)
    # Equal noise everywhere is what probabilistic PCA has.
    for name in ("factor_analysis", "probabilistic_pca"):
        assert found[name].chosen == {"factors": 2} and not found[name].is_bound
        assert np.mean(true.logpdf(test) - found[name].log_px) == pytest.approx(0.0, abs=0.02)


def test_8_bit_pixels_have_a_bound_from_a_density_of_dequantized_ones(rng):
    (train, true), (validation, _), (test, _) = (real(rng, n) for n in (4000, 500, 50))
    train, validation, test = (np.floor(x * 255.99).astype("uint8") for x in (train, validation, test))
    of = lambda x: x.reshape(-1, 2, 3, 1)  # noqa: E731
    found = baselines(model("discretized_logistic"), of(train), of(validation), of(test))
    assert found.keys() == {"independent_pixels", "factor_analysis", "probabilistic_pca"}
    assert [each.is_bound for each in found.values()] == [False, True, True]
    # What the images are drawn from, with noise drawn: the mean of its logarithm, and the logarithm of its mean.
    draws = true.logpdf((test[None] + rng.random((4000, *test.shape))) / 256) - 6 * np.log(256)
    bound, mass = draws.mean(axis=0), np.logaddexp.reduce(draws, axis=0) - np.log(4000)
    for name in ("factor_analysis", "probabilistic_pca"):
        assert np.mean(bound - found[name].log_px) == pytest.approx(0.0, abs=0.05)
        assert np.mean(mass - found[name].log_px) > -0.02
    # Six pixels, of some 40 grey values' deviation each: the histogram is near the marginal's entropy.
    marginal = norm.logpdf((test + 0.5) / 256, 0.5, np.sqrt(np.diag(true.cov))).sum(axis=1) - 6 * np.log(256)
    assert np.mean(marginal - found["independent_pixels"].log_px) == pytest.approx(0.0, abs=0.4)


def test_a_bound_is_below_the_mass_where_cells_are_wide(rng):
    """Dark images of levels 0 and 1 alone: log P is known from the density by SciPy's integral over the cell."""
    train, validation, test = (rng.integers(2, size=(n, 2, 2, 1)).astype("float32") / 255 for n in (900, 90, 9))
    found = baselines(model("discretized_logistic", (2, 2, 1)), train, validation, test)["probabilistic_pca"]
    # With less than a grey value of noise a Gaussian of that mean and variance is what is fitted, but for sampling.
    gaussian = multivariate_normal(np.full(4, 1.0), np.eye(4) * (0.25 + 1 / 12))
    low = test.reshape(-1, 4) * 255
    mass = np.log([gaussian.cdf(corner + 1, lower_limit=corner) for corner in low])
    assert np.all(found.log_px < mass) and np.mean(mass - found.log_px) < 0.7


def test_a_gaussian_of_pixels_that_hardly_change_is_not_too_sure(rng):
    """A corner that is black but for one image in a hundred: the least noise is chosen for what that would cost."""
    x, _ = real(rng, 3000)
    x[:, 0] = (rng.random(3000) < 0.01) * rng.random(3000)
    train, validation, test = (images(np.rint(part * 255) / 255) for part in np.split(x, [2000, 2500]))
    found = baselines(model("gaussian"), train, validation, test)
    assert all(each.log_px.mean() > -20 for each in found.values())


def test_batches_are_the_same_as_an_array_and_a_seed_is_a_result(rng, images):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    parts = images[:40], images[40:50], images[50:]
    whole = baselines(vae, *parts, seed=3)
    again = baselines(vae, *parts, seed=3)
    batches = baselines(vae, *([part[:7], part[7:]] for part in parts), seed=3)
    for name, each in whole.items():
        # Products of other sizes round otherwise.
        assert each.log_px == pytest.approx(batches[name].log_px, rel=1e-6) and each.chosen == batches[name].chosen
        assert np.array_equal(each.log_px, again[name].log_px)


@pytest.mark.parametrize("likelihood", ["bernoulli", "discretized_logistic", "gaussian"])
@pytest.mark.parametrize("n", [1, 2, 5, 30])
@pytest.mark.filterwarnings("error")
def test_few_images_and_constant_ones_have_finite_figures_or_none(rng, likelihood, n):
    vae = model(likelihood)
    other = rng.integers(2, size=(4, 2, 3, 1)).astype("float32")
    for x in (np.zeros([n, 2, 3, 1], "float32"), np.ones([n, 2, 3, 1], "float32"), rng.integers(2, size=[n, 2, 3, 1])):
        found = baselines(vae, x.astype("float32"), x[:1].astype("float32"), other)
        assert "independent_pixels" in found
        assert ("bernoulli_mixture" in found) == (likelihood == "bernoulli" and n >= 10)
        assert ("factor_analysis" in found) == ("probabilistic_pca" in found) == (likelihood != "bernoulli" and n >= 4)
        for each in found.values():
            assert each.log_px.shape == (4,) and np.isfinite(each.log_px).all()


def test_real_values_of_any_range_take_that_of_the_images(rng):
    vae = model("gaussian", range=None)
    (train, true), (test, _) = (real(rng, n) for n in (4000, 500))
    found = baselines(vae, images(train * 1000), images(test * 1000), images(test * 1000))
    # A thousand times as wide is 6 log 1000 less dense.
    gap = np.mean(true.logpdf(test) - 6 * np.log(1000) - found["factor_analysis"].log_px)
    assert gap == pytest.approx(0.0, abs=0.02)
    constant = np.full([5, 2, 3, 1], 7.0, "float32")
    assert baselines(vae, constant, constant, constant) == {}


def test_a_model_that_does_not_say_what_x_is_has_none():
    assert baselines(SimpleNamespace(image_shape=(2, 3, 1)), None, None, None) == {}


def test_there_must_be_images():
    with pytest.raises(InputError, match="no images"):
        baselines(model("bernoulli"), np.zeros([0, 2, 3, 1]), np.zeros([1, 2, 3, 1]), np.zeros([1, 2, 3, 1]))


def test_each_image_is_as_likely_to_be_drawn(rng):
    batches = [np.arange(20.0)[start : start + 6, None] for start in range(0, 20, 6)]
    counts, shown = np.zeros(20), []
    for _ in range(4000):
        x = _drawn(batches, 5, rng)
        assert x.shape == (5, 1) and len(set(x.ravel())) == 5
        counts[x.ravel().astype(int)] += 1
    assert np.all(abs(counts - 1000) < 4 * np.sqrt(4000 * 0.25 * 0.75))
    assert np.array_equal(_drawn(batches, 50, rng, shown.append).ravel(), np.arange(20))
    assert np.array_equal(np.concatenate(shown).ravel(), np.arange(20))


def test_the_gain_is_that_of_each_image_by_itself():
    """Images that differ by far more than the models do: the paired error is the one of the difference."""
    log_px = np.array([-100.0, -10.0, -1000.0])
    figures = Baseline(log_px, {"factors": 8}, True).beside(log_px + np.array([1.0, 2.0, 3.0]), num_dims=6)
    assert figures["log_px"] == -370 and figures["log_px_se"] > 300
    assert (figures["gain"], figures["gain_se"]) == (2, pytest.approx(1 / np.sqrt(3)))
    bits = 6 * np.log(2)
    assert figures["bits_per_dim"] == pytest.approx(370 / bits)
    assert figures["gain_bits_per_dim"] == pytest.approx(2 / bits)
    assert figures["gain_bits_per_dim_se"] == pytest.approx(1 / np.sqrt(3) / bits)
    assert figures["factors"] == 8 and figures["bound"] is True
    one = Baseline(log_px[:1], {}, False).beside(log_px[:1])
    assert one == {"log_px": -100, "log_px_se": None, "gain": 0, "gain_se": None}
