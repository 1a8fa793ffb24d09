from functools import partial

import keras
import numpy as np
import pytest
from scipy.stats import chi2, multivariate_normal, norm

import zoo
from tests.conftest import tensorflow_only
from tests.linear_gaussian import SCALE, LinearGaussian
from zoo.errors import InputError
from zoo.evaluation.latents.codes import codes
from zoo.evaluation.likelihood.elbo_surgery import elbo_surgery
from zoo.evaluation.likelihood.importance import importance_sampling
from zoo.fitting.ex_post import (
    best_mixture_prior,
    bound_gain,
    fit_flow,
    fit_flow_prior,
    fit_mixture,
    fit_mixture_prior,
    posterior_draws,
    with_prior,
)
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder
from zoo.networks.reshape import Reshape
from zoo.objectives.iwae import iwae
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.full_mixture import FullMixture
from zoo.priors.standard_normal import StandardNormal
from zoo.random import draw, key
from zoo.vae import VAE


def aggregate(model, error):
    """The mean of the aggregate posterior over x ~ p(x), exactly: it is N(mean, I), the prior, shifted by the error."""
    return error / np.sqrt(1 + np.sum(model.W**2, axis=0) / SCALE**2)


@pytest.fixture(scope="module")
def shifted():
    model = LinearGaussian(error=1.5)
    x = model.draw(np.random.default_rng(8), 8000)
    return model, x, aggregate(model, 1.5)


def test_draws_are_those_of_the_aggregate_posterior(shifted):
    model, x, mean = shifted
    done = []
    z = posterior_draws(model.vae, [x[:3000], x[3000:]], num_samples=2, seed=3, progress=done.append)
    assert z.shape == (8000, 2, 2) and done == [3000, 5000]
    # An image's draws are around its own mean, which the images' are far apart from.
    assert np.square(z[:, 0] - z[:, 1]).mean() < 0.75 * np.square(z[:-1, 0] - z[1:, 1]).mean()
    z = z.reshape(-1, 2)
    # Two draws of one image go together: half as many images decide.
    assert (np.abs(z.mean(axis=0) - mean) < 4.5 / np.sqrt(8000)).all()
    assert np.allclose(np.cov(z.T), np.eye(2), atol=4.5 * np.sqrt(2 / 8000))
    assert not np.allclose(z, posterior_draws(model.vae, [x[:3000], x[3000:]], 2, seed=4).reshape(-1, 2))
    # The same images in the next batch get noise of their own.
    first, second = np.split(posterior_draws(model.vae, [x[:5], x[:5]]), 2)
    assert (np.abs(first - second) > 1e-4).all()


def test_images_are_held_out_whole(monkeypatch):
    """Codes of one image are alike: those of a held-out image must not be trained on."""
    split = {}

    def fit(model, x, validation_data, **kwargs):
        split.update(train=x, held_out=validation_data[0])

    monkeypatch.setattr("zoo.fitting.ex_post._MaximumLikelihood.fit", fit)
    images = np.repeat(np.arange(50.0), 7).reshape(50, 7, 1) + np.zeros(2)
    fit_flow(images, steps=1, units=(4,))
    numbers = {name: set(part[:, 0]) for name, part in split.items()}
    assert len(split["held_out"]) == 5 * 7 and len(numbers["held_out"]) == 5
    assert not numbers["train"] & numbers["held_out"]


def test_a_flow_begins_at_the_place_and_scale_of_the_codes_that_it_is_trained_on(monkeypatch, rng):
    """Not of the held-out ones too: five of fifty codes are so far apart that their mean is another without them."""
    split = {}
    monkeypatch.setattr("zoo.fitting.ex_post._MaximumLikelihood.fit", lambda model, x, **kwargs: split.update(train=x))
    z = 100 * rng.normal(size=(50, 2))
    flow = fit_flow(z, steps=1, units=(4,))
    train = split["train"].astype("float64")
    assert len(train) == 45 and np.abs(train.mean(axis=0) - z.mean(axis=0)).max() > 1
    assert np.allclose(flow.loc, train.mean(axis=0), rtol=1e-4)
    assert np.allclose(np.logaddexp(0, np.asarray(flow.raw_scale, "float64")), train.std(axis=0), rtol=1e-4)


def test_the_best_weights_are_kept_and_not_the_last(monkeypatch, rng):
    """Steps that are too large overfit twenty codes at once: the last epochs are worse than the first."""
    seen = {}

    def fit(model, x, validation_data, **kwargs):
        seen["history"] = keras.Model.fit(model, x, validation_data=validation_data, **kwargs).history
        seen["held_out"] = validation_data[0]

    monkeypatch.setattr("zoo.fitting.ex_post._MaximumLikelihood.fit", fit)
    flow = fit_flow(rng.normal(size=(20, 2)), steps=1, units=(16,), epochs=12, learning_rate=0.1, patience=3)
    losses = seen["history"]["val_loss"]
    assert losses[-1] > min(losses) + 0.1
    assert -float(np.mean(flow().log_prob(seen["held_out"]))) == pytest.approx(min(losses), abs=1e-3)


def test_codes_far_apart_are_no_overflow():
    """An autoencoder's may be: exp(scale) is infinite from 89 on."""
    z = 1000 * np.random.default_rng(0).normal(size=(200, 2))
    flow = fit_flow(z, steps=1, units=(4,), epochs=1)
    assert np.asarray(flow().log_prob(z.astype("float32"))).mean() == pytest.approx(-2 * (np.log(1000) + 1.42), abs=0.3)


def test_a_seed_of_more_bits_than_numpys_is_one(shifted):
    model, x, _ = shifted
    assert fit_flow_prior(model.vae, x[:50], seed=2**40 + 1, steps=1, units=(4,), epochs=1).prior.latent_dim == 2


def test_each_epoch_is_told():
    told = []
    fit_flow(np.random.default_rng(0).normal(size=(50, 2)), steps=1, units=(4,), epochs=3, progress=told.append)
    assert told == [1, 1, 1]


def test_a_fitted_gaussian_is_the_aggregate_posterior(shifted):
    """2 N KL(fitted || true) follows a chi-square law of D + D (D + 1) / 2 = 5 degrees."""
    model, x, mean = shifted
    prior = fit_mixture_prior(model.vae, x, components=1).prior
    m, factor = np.asarray(prior.loc)[0], np.asarray(prior.axes, "float64")[:, 0] * np.asarray(prior.scale)[0]
    covariance = factor @ factor.T
    kl = 0.5 * (np.trace(covariance) + np.sum((m - mean) ** 2) - 2 - np.linalg.slogdet(covariance)[1])
    assert 0 <= 2 * len(x) * kl < chi2(5).ppf(0.9999)


def test_the_gain_is_that_of_the_closed_form(shifted):
    """Of N(mean, I) for N(0, I): |mean|^2 / 2."""
    model, x, mean = shifted
    better = fit_mixture_prior(model.vae, x, components=1)
    gain = bound_gain(model.vae, better, model.draw(np.random.default_rng(9), 4000))
    assert gain["gain"] == pytest.approx(np.sum(mean**2) / 2, abs=4 * gain["gain_se"] + 0.01)
    assert gain["gain_se"] < 0.05


def test_too_many_components_are_a_loss(shifted):
    model, x, _ = shifted
    better = fit_mixture_prior(model.vae, x[:60], components=20)
    gain = bound_gain(model.vae, better, x[60:])
    assert gain["gain"] < -4 * gain["gain_se"]


def test_a_prior_is_not_judged_by_the_codes_that_it_was_fitted_to(shifted):
    """Overfitted to 60 codes, it must not look better for the seed that they were drawn with."""
    model, x, _ = shifted
    better = fit_mixture_prior(model.vae, x[:60], components=20, seed=0)
    same, *others = (elbo_surgery(better, x[:60], seed=seed).summary()["marginal_kl"] for seed in range(6))
    assert abs(same - np.mean(others)) < 3 * np.std(others, ddof=1)


def test_the_gain_is_not_judged_by_the_codes_that_the_prior_was_fitted_to(shifted):
    """Overfitted to 60 codes, it gains by them; by others of the same images it doesn't, whatever their seed."""
    model, x, _ = shifted
    better = fit_mixture_prior(model.vae, x[:60], components=20, seed=0)
    same, *others = (bound_gain(model.vae, better, x[:60], num_samples=1, seed=seed)["gain"] for seed in range(6))
    by_its_own = posterior_draws(model.vae, x[:60], seed=0)[:, 0]
    fitted = np.mean(better.prior().log_prob(by_its_own) - model.vae.prior().log_prob(by_its_own))
    assert fitted > np.max(others) + 1
    assert abs(same - np.mean(others)) < 3 * np.std(others, ddof=1)


@pytest.mark.parametrize("fit", [fit_mixture, lambda z, **kwargs: fit_flow(z, steps=2, units=(8,), epochs=10)])
def test_held_out_codes_are_as_likely_as_can_be(shifted, fit):
    """The expected log density of N(mean, I) is minus its entropy, and |mean|^2 / 2 above that of N(0, I)."""
    model, x, mean = shifted
    prior = fit(posterior_draws(model.vae, x), components=3)()
    held_out = posterior_draws(model.vae, model.draw(np.random.default_rng(9), 8000), seed=1)
    found = np.asarray(prior.log_prob(held_out), "float64")
    exact = multivariate_normal(mean).logpdf(held_out)
    assert abs((found - exact).mean()) < 0.01 + 4 * (found - exact).std() / np.sqrt(len(found))
    standard = multivariate_normal(np.zeros(2)).logpdf(held_out)
    gain = (found - standard).mean()
    assert gain == pytest.approx(np.sum(mean**2) / 2, abs=0.05)


@pytest.mark.long
def test_a_flow_takes_a_shape_that_no_gaussian_has(rng):
    """A parabola: z2 = z1^2 + noise. Its entropy is known, that of N(0, 1) and that of the noise."""
    z = rng.normal(size=(6000, 2)) * [1.0, 0.3]
    z[:, 1] += z[:, 0] ** 2
    entropy = np.log(2 * np.pi * np.e) + np.log(0.3)
    train, test = z[:4000], z[4000:].astype("float32")
    flow = fit_flow(train, steps=4, units=(32,), epochs=20, batch_size=100, learning_rate=1e-2)
    gaussian = fit_mixture(train, components=1)
    excess = [-float(np.mean(prior().log_prob(test))) - entropy for prior in (flow, gaussian)]
    assert -0.1 < excess[0] < 0.15
    assert excess[1] > 1


def test_log_px_with_the_new_prior_is_that_of_its_closed_form():
    """With p(z) = N(m, C), p(x) = N(W m + b, W C W' + s^2 I).

    C is narrower than the prior that the posterior is exact for, so that the weights are bounded and their effective
    sample size can be trusted.
    """
    model = LinearGaussian()
    x = model.draw(np.random.default_rng(8), 20)
    m, covariance = np.array([0.7, -0.4]), np.array([[0.5, 0.2], [0.2, 0.4]])
    prior = FullMixture(2, components=1)
    prior.assign([1.0], [m], [covariance])
    result = importance_sampling(with_prior(model.vae, prior), x, num_samples=4000)
    px = multivariate_normal(model.W @ m + model.b, model.W @ covariance @ model.W.T + SCALE**2 * np.eye(6))
    error = np.sqrt(1 / result.ess - 1 / 4000)
    assert (np.abs(result.log_px - px.logpdf(x.reshape(20, -1))) < 4.5 * error).all()


def test_the_vae_that_is_given_stays_as_it_is_and_lends_its_weights(shifted):
    model, x, _ = shifted
    before = np.asarray(model.vae.sample(3, seed=1))
    new = fit_mixture_prior(model.vae, x[:500], components=2)
    assert np.array_equal(before, model.vae.sample(3, seed=1))
    assert new.likelihood is model.vae.likelihood and new.posterior is model.vae.posterior
    assert new.image_shape == model.vae.image_shape
    assert not np.allclose(before, new.sample(3, seed=1))
    assert with_prior(LinearGaussian(objective=iwae).vae, FullMixture(2)).objective is iwae


@pytest.mark.long
@pytest.mark.parametrize("fit", [fit_mixture, lambda z, **kwargs: fit_flow(z, steps=1, units=(4,), epochs=2, **kwargs)])
def test_a_seed_gives_the_same_prior_again(fit, rng):
    z = rng.normal(size=(200, 2))
    first, again, other = (np.asarray(fit(z, seed=seed)().log_prob(z.astype("float32"))) for seed in (1, 1, 2))
    assert np.allclose(first, again, atol=1e-5)
    assert not np.allclose(first, other, atol=1e-3)


@pytest.fixture(scope="module")
def fitted():
    keras.utils.set_random_seed(0)
    x = (np.random.default_rng(0).random((64, 8, 8, 1)) < 0.3).astype("float32")
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3)
    models = [fit_mixture_prior(vae, x, components=2), fit_flow_prior(vae, x, steps=4, units=(8,), epochs=2)]
    # Far from the standard normal, next to which the flow begins.
    rng = np.random.default_rng(1)
    models[1].prior.set_weights([w + 0.4 * rng.normal(size=w.shape) for w in models[1].prior.get_weights()])
    return models


@pytest.mark.parametrize("index", [0, 1])
def test_it_comes_back_and_samples_the_same(fitted, index, tmp_path):
    model = fitted[index]
    model.save(tmp_path / "model.keras")
    again = zoo.load(tmp_path / "model.keras")
    assert np.array_equal(again.sample(4, seed=7), model.sample(4, seed=7))
    x = np.zeros([2, 8, 8, 1], "float32")
    assert np.allclose(again.log_px(x, seed=1), model.log_px(x, seed=1), atol=1e-5)


@pytest.mark.long
@tensorflow_only
@pytest.mark.parametrize("index", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_the_export_does_what_it_does(fitted, index, tmp_path):
    from zoo.export.compare import compare
    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures
    from zoo.export.tflite import foreign_operators, write_tflite

    asked = signatures(fitted[index], num_samples=4)
    write_saved_model(tmp_path / "saved_model", asked)
    write_tflite(tmp_path / "model.tflite", tmp_path / "saved_model", asked)
    x = (np.random.default_rng(2).random((3, 8, 8, 1)) < 0.5).astype("float32")
    assert set(compare(fitted[index], asked, x, tmp_path / "saved_model", tmp_path / "model.tflite")) == set(asked)
    assert foreign_operators((tmp_path / "model.tflite").read_bytes()) == []


def test_an_autoencoders_codes_are_fitted_too(images):
    autoencoder = zoo.build("autoencoder", image_shape=(8, 8, 1), latent_dim=2)
    z = codes(autoencoder, images)
    prior = fit_mixture(z, components=2)
    drawn = draw(prior(), key(7), (500,))
    assert np.allclose(np.mean(drawn, axis=0), z.mean(axis=0), atol=5 * z.std(axis=0).max() / np.sqrt(500))
    assert tuple(autoencoder.decode(drawn).shape) == (500, 8, 8, 1)


@pytest.mark.parametrize("fit", [partial(fit_mixture_prior, components=2), partial(fit_flow_prior, steps=1, epochs=2)])
def test_an_autoencoder_with_a_fitted_prior_has_samples(fit, images):
    """Of codes far from 0, which N(0, I) never draws."""
    autoencoder = zoo.build("autoencoder", image_shape=(8, 8, 1), latent_dim=2, filters=(4,))
    autoencoder.encoder.layers[-1].bias.assign([50.0, -50.0])
    z = posterior_draws(autoencoder, images, num_samples=3)
    assert np.array_equal(z[:, 0], codes(autoencoder, images)) and z.shape == (64, 1, 2)
    better = fit(autoencoder, images)
    drawn = draw(better.prior(), key(7), (500,))
    assert np.allclose(np.mean(drawn, axis=0), [50, -50], atol=5)
    assert better.sample(3, seed=7).shape == (3, 8, 8, 1) and not autoencoder.abilities.samples
    assert better.encoder is autoencoder.encoder


def test_what_can_not_be_fitted_is_refused():
    second = zoo.build("two_stage_vae", image_shape=(8, 8, 1), latent_dim=2, filters=(4,), units=(4,))
    with pytest.raises(InputError, match="two_stage_vae takes no other density of codes, which a fitted prior needs"):
        fit_mixture_prior(second, np.zeros([20, 8, 8, 1]))
    with pytest.raises(InputError, match="no images"):
        posterior_draws(LinearGaussian().vae, [])
    with pytest.raises(InputError, match="components is 10, but there are 3 codes"):
        fit_mixture(np.zeros([3, 2]))
    with pytest.raises(InputError, match="z has 3 codes"):
        fit_flow(np.zeros([3, 2]))
    with pytest.raises(InputError, match=r"z is \(3,\), but must be finite codes"):
        fit_flow(np.zeros([3]))
    for argument, value in (("epochs", 0), ("batch_size", 0), ("learning_rate", float("nan"))):
        with pytest.raises(InputError, match=f"{argument} is"):
            fit_flow(np.zeros([30, 2]), **{argument: value})
    with pytest.raises(InputError, match="prior has latent_dim 3"):
        with_prior(LinearGaussian().vae, FullMixture(3))


def test_a_posterior_that_is_made_of_its_prior_has_no_other(images):
    vae = zoo.build("top_down_vae", image_shape=(8, 8, 1), latent_dim=3, units=(4,), width=4)
    for fit in (fit_mixture_prior, fit_flow_prior):
        with pytest.raises(InputError, match="top_down_vae has a posterior that is made of its prior's own features"):
            fit(vae, images)
    with pytest.raises(InputError, match="no other prior can be fitted"):
        with_prior(vae, FullMixture(3))


@pytest.mark.parametrize("name", ["iwae_2", "vamp_vae"])
def test_two_layers_and_a_vampprior_can_have_a_fitted_prior(name, images):
    more = {"components": 3} if name == "vamp_vae" else {"upper_units": (4,)}
    vae = zoo.build(name, image_shape=(8, 8, 1), latent_dim=3, units=(4,), **more)
    better = fit_mixture_prior(vae, images, components=2)
    assert better.posterior is vae.posterior
    assert np.isfinite(bound_gain(vae, better, images)["gain"])


def test_there_are_as_many_gaussians_as_validation_images_pay_for():
    """The codes lie in two narrow clusters: the gain is that of the true mixture, whatever more there may be."""
    shape, rng = (2, 2, 1), np.random.default_rng(0)
    encoder = keras.Sequential([keras.Input(shape), Reshape((4,))])
    vae = VAE(StandardNormal(2), Gaussian(encoder, 2), Bernoulli(mlp_decoder(shape, 2, (4,))))
    vae.build((None, *shape))
    kernel, bias = np.zeros([4, 4]), np.zeros(4)
    # loc_1 is -4 or 4 by the first pixel, loc_2 is 0; both scales are softplus(raw).
    kernel[0, 0], bias[0], bias[2:] = 8.0, -4.0, -1.0
    vae.posterior.head.set_weights([kernel, bias])
    x = (rng.random((1500, *shape)) < 0.5).astype("float32")
    found = best_mixture_prior(vae, x[:1000], [x[1000:]], components=(1, 2, 8))
    assert found.components in (2, 8) and found.vae is not None
    scale = float(vae.infer(x[:1]).stddev()[0, 0])
    z = np.where(rng.random(20000) < 0.5, -4.0, 4.0)[:, None] * [1, 0] + scale * rng.normal(size=(20000, 2))
    mixture = np.logaddexp(*(norm(m, scale).logpdf(z[:, 0]) for m in (-4, 4))) + np.log(0.5)
    truth = mixture + norm(0, scale).logpdf(z[:, 1]) - norm().logpdf(z).sum(axis=1)
    assert found.gain == pytest.approx(truth.mean(), abs=0.15)


def test_codes_of_the_prior_itself_are_left_to_it():
    shape = (2, 2, 1)
    encoder = keras.Sequential([keras.Input(shape), Reshape((4,))])
    vae = VAE(StandardNormal(2), Gaussian(encoder, 2), Bernoulli(mlp_decoder(shape, 2, (4,))))
    vae.build((None, *shape))
    vae.posterior.head.set_weights([np.zeros([4, 4]), np.array([0, 0, 0.5413, 0.5413])])
    x = np.zeros([500, *shape], "float32")
    found = best_mixture_prior(vae, x[:400], [x[400:]], components=(1, 5))
    assert found.vae is None and abs(found.gain) < 0.05
