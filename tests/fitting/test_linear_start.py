"""Factor analysis is a truth: its log p(x) is scikit-learn's, and its posterior is exact."""

import keras
import numpy as np
import pytest
from scipy.special import expit, xlogy
from sklearn.decomposition import FactorAnalysis

import zoo
from zoo.errors import InputError
from zoo.fitting.linear_start import factor_analysis, linear_start
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.discretized_logistic import DiscretizedLogistic
from zoo.likelihoods.gaussian import Gaussian as GaussianLikelihood
from zoo.likelihoods.likelihood import Likelihood
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.networks.linear_decoder import LinearDecoder
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.resnet import resnet_decoder, resnet_encoder
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.iaf import IAF
from zoo.priors.flow import Flow
from zoo.priors.mixture import Mixture
from zoo.priors.standard_normal import StandardNormal
from zoo.random import draw, key
from zoo.vae import VAE

SHAPE = (8, 8, 1)
NETWORKS = {
    "mlp": (mlp_encoder, mlp_decoder),
    "conv": (conv_encoder, conv_decoder),
    "resnet": (resnet_encoder, resnet_decoder),
}


class WithoutAStart(Bernoulli):
    begin_with = Likelihood.begin_with


def images(count=300, shape=SHAPE, factors=4):
    rng = np.random.default_rng(0)
    size = int(np.prod(shape))
    loading, noise = 0.05 * rng.normal(size=(factors, size)), rng.uniform(0.02, 0.08, size)
    x = 0.5 + rng.normal(size=(count, factors)) @ loading + rng.normal(size=(count, size)) * noise
    return np.clip(x, 0, 1).reshape(-1, *shape).astype("float32")


def composed(posterior=Gaussian, prior=StandardNormal, networks="conv", shape=SHAPE, latent_dim=4, **kwargs):
    encoder, decoder = NETWORKS[networks]
    likelihood = kwargs.pop("likelihood", GaussianLikelihood)
    kwargs = kwargs if likelihood is not GaussianLikelihood else {"scale": None} | kwargs
    parameters = likelihood.parameters_for(**kwargs)
    return VAE(
        prior(latent_dim),
        posterior(encoder(shape), latent_dim),
        likelihood(decoder(shape, latent_dim, parameters=parameters), **kwargs),
    )


def log_weights(vae, x):
    """log p(x, z) - log q(z|x) at six draws of z, `[6, B]`."""
    return np.asarray(vae.log_densities(x, num_samples=6, seed=np.int32([0, 1])).log_weight)


@pytest.mark.parametrize(
    ("posterior", "networks", "channels"),
    [
        (Gaussian, "mlp", 1),
        (Gaussian, "conv", 3),
        (IAF, "resnet", 1),
        (lambda *args: IAF(*args, steps=3), "conv", 1),
    ],
    ids=["gaussian-mlp", "gaussian-conv-colour", "iaf-resnet", "three-steps-conv"],
)
def test_it_is_scikit_learns_factor_analysis(posterior, networks, channels):
    shape = (8, 8, channels)
    x = images(shape=shape)
    vae = linear_start(composed(posterior, networks=networks, shape=shape), x)
    truth = FactorAnalysis(4, svd_method="lapack", max_iter=100).fit(x.reshape(len(x), -1).astype("float64"))
    found = log_weights(vae, x[:20])
    assert np.ptp(found, axis=0).max() < 1e-3
    assert np.abs(found - truth.score_samples(x[:20].reshape(20, -1))).max() < 1e-3


@pytest.mark.parametrize("scale", [{"scale": 0.06}, {"scale": 0.1, "learn_scale": True}])
def test_with_one_scale_the_posterior_is_exact_too(scale):
    x = images()
    vae = linear_start(composed(**scale), x)
    assert np.ptp(log_weights(vae, x[:20]), axis=0).max() < 1e-3
    if "learn_scale" in scale:
        deviation = factor_analysis(x.reshape(len(x), -1), 4)[2]
        assert float(vae.likelihood(np.zeros([4], "float32")).stddev()[0, 0, 0]) == pytest.approx(
            np.sqrt(np.mean(deviation**2)), rel=1e-4
        )


def test_larger_images_have_it_to_float32s_steps():
    x = images(200, (64, 64, 1))
    vae = linear_start(composed(shape=(64, 64, 1)), x)
    found = log_weights(vae, x[:5])
    mean, loading, deviation = factor_analysis(x.reshape(200, -1), 4)
    assert np.ptp(found, axis=0).max() < 1e-6 * np.abs(found).max()
    covariance = loading @ loading.T + np.diag(deviation**2)
    difference = x[:5].reshape(5, -1) - mean
    exact = -0.5 * (
        np.einsum("ni,ni->n", difference, np.linalg.solve(covariance, difference.T).T)
        + np.linalg.slogdet(2 * np.pi * covariance)[1]
    )
    assert np.abs(found - exact).max() < 1e-5 * np.abs(exact).max()


def test_a_logistic_begins_near_factor_analysis():
    """Of bits per dimension, where factor analysis has those of the pixels with the rounding undone, a bound."""
    x = np.round(images(600) * 255) / 255
    vae = linear_start(composed(likelihood=DiscretizedLogistic), x[:500])

    def undone(x):
        return x.reshape(len(x), -1) + (np.random.default_rng(1).random((len(x), 64)) - 0.5) / 255

    truth = FactorAnalysis(4, svd_method="lapack").fit(undone(x[:500]))
    bits = -(truth.score_samples(undone(x[500:])).mean() - 64 * np.log(255)) / 64 / np.log(2)
    found = -log_weights(vae, x[500:]).mean() / 64 / np.log(2)
    assert found < bits + 0.03


def test_a_mixture_begins_at_the_codes():
    """Which are N(0, I) in the mean of all images: the mixture is no worse on them."""
    x = images(500)
    plain = linear_start(composed(), x)
    mixture = linear_start(composed(prior=lambda size: Mixture(size, components=3, train_weights=True)), x)
    gain = (log_weights(mixture, x) - log_weights(plain, x)).mean()
    assert gain > -0.05


def test_it_goes_on_training_comes_back_and_begins_the_same(tmp_path):
    x = images()
    vae = linear_start(composed(), x, seed=3)
    again = linear_start(composed(), x, seed=3)
    assert np.array_equal(np.asarray(vae.sample(3, seed=1)), np.asarray(again.sample(3, seed=1)))
    before = log_weights(vae, x).mean()
    vae.compile(keras.optimizers.Adam(1e-4))
    vae.fit(x, epochs=2, verbose=0)
    assert log_weights(vae, x).mean() > before - 0.1
    vae.save(tmp_path / "m.keras")
    loaded = zoo.load(tmp_path / "m.keras")
    assert np.array_equal(np.asarray(vae.encode(x[:3])), np.asarray(loaded.encode(x[:3])))
    assert all(np.abs(np.asarray(w)).max() > 0 for w in vae.likelihood.decoder.decoder.trainable_weights[-2:])


def test_few_images_and_constant_ones_begin_finite():
    for x in (images(2), images(3), np.zeros([10, *SHAPE], "float32"), np.ones([10, *SHAPE], "float32")):
        for likelihood in (GaussianLikelihood, DiscretizedLogistic):
            x = np.round(x * 255) / 255
            assert np.isfinite(log_weights(linear_start(composed(likelihood=likelihood), x), x)).all()


def test_half_precision_keeps_the_linear_path_whole():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        vae = composed()
    finally:
        keras.config.set_dtype_policy("float32")
    x = images()
    vae = linear_start(vae, x)
    assert vae.likelihood.decoder.decoder.compute_dtype == "bfloat16"
    truth = FactorAnalysis(4, svd_method="lapack", max_iter=100).fit(x.reshape(len(x), -1).astype("float64"))
    # The head is one of the networks, and rounds the location.
    assert np.abs(log_weights(vae, x[:20]).mean(0) - truth.score_samples(x[:20].reshape(20, -1))).max() < 0.5


def test_the_start_at_the_mean_moves_the_bias_of_each_pixel():
    likelihood = GaussianLikelihood(LinearDecoder(conv_decoder(SHAPE, 2)), scale=0.1)
    likelihood.build((None, 2))
    mean = images().mean(0)
    likelihood.start_at(mean)
    assert np.allclose(np.asarray(likelihood.decoder.bias), mean)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: composed(likelihood=WithoutAStart), "WithoutAStart has no linear start"),
        (lambda: composed(prior=Flow), "Flow has no linear start"),
        (lambda: zoo.build("hamiltonian_vae", SHAPE, likelihood=GaussianLikelihood), "Hamiltonian has no linear start"),
        (lambda: zoo.build("autoencoder", SHAPE), "autoencoder gives images no density, which a linear start needs"),
    ],
    ids=["likelihood", "prior", "posterior", "autoencoder"],
)
def test_what_has_no_linear_start_is_refused_by_name(make, message):
    with pytest.raises(InputError, match=message):
        linear_start(make(), images())


def test_one_image_is_refused():
    with pytest.raises(InputError, match="1 image"):
        linear_start(composed(), images(1))


def bits(count=2000, factors=3):
    """Black-and-white images whose logits are of a few factors."""
    rng = np.random.default_rng(0)
    logits = 1.5 * rng.normal(size=(count, factors)) @ rng.normal(size=(factors, 64))
    return (rng.random(logits.shape) < expit(logits)).reshape(-1, *SHAPE).astype("float32")


@pytest.mark.parametrize("posterior", [Gaussian, IAF])
def test_black_and_white_images_begin_with_logits_of_factors(posterior):
    """The posterior is that of y = slope x, y = W z + a deviation beside the logistic noise of each pixel."""
    x = bits()
    vae = linear_start(composed(posterior, likelihood=Bernoulli, latent_dim=3), x)
    flat, slope = x.reshape(len(x), -1), Bernoulli.slope
    mean, loading, deviation = factor_analysis(flat, 3)
    assert np.allclose(vae.likelihood(np.zeros([1, 3])).mean(), x.mean(0), atol=1e-5), "the mean image is that of z = 0"
    kernel, noise = np.array(vae.likelihood.decoder.kernel).T, (slope * deviation) ** 2 + np.pi**2 / 3
    assert np.allclose(kernel @ kernel.T, slope**2 * loading @ loading.T, atol=1e-3)
    precision = np.eye(3) + kernel.T @ (kernel / noise[:, None])
    assert np.allclose(precision, np.diag(np.diag(precision)), atol=1e-3)
    truth = np.linalg.solve(precision, kernel.T @ (slope * (flat[:5] - mean) / noise).T).T
    z = draw(vae.infer(x[:5]), key(3), (4000,))
    assert np.allclose(np.mean(z, axis=0), truth, atol=5 / 4000**0.5)
    assert np.allclose(np.std(z, axis=0), np.diag(precision) ** -0.5, rtol=0.06)
    independent = -(xlogy(x, x.mean(0)) + xlogy(1 - x, 1 - x.mean(0))).sum((1, 2, 3)).mean()
    assert vae.log_px(x[:500], seed=0, num_samples=20).numpy().mean() > -independent + 3


@pytest.mark.parametrize("x", [np.zeros([5, *SHAPE]), np.ones([5, *SHAPE]), bits(2)], ids=["black", "white", "two"])
def test_few_and_constant_bits_begin_with_finite_figures(x):
    vae = linear_start(composed(likelihood=Bernoulli), x.astype("float32"))
    assert np.isfinite(log_weights(vae, x[:2].astype("float32"))).all()
