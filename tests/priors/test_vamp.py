import keras
import numpy as np
import pytest
from scipy.stats import multivariate_normal

import zoo
from tests.linear_gaussian import SCALE, SHAPE
from zoo.errors import InputError
from zoo.likelihoods.gaussian import Gaussian as GaussianLikelihood
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.hierarchical import Hierarchical
from zoo.posteriors.iaf import IAF
from zoo.priors.vamp import Vamp
from zoo.random import draw, key
from zoo.vae import VAE


def flat():
    return keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten()])


def vamp(components=4, **kwargs):
    posterior = Gaussian(flat(), 2)
    prior = Vamp(posterior, SHAPE, components, **kwargs)
    prior.build()
    return prior


def test_two_unit_gaussians_apart_have_the_density_of_their_mixture():
    """Not the product of a mixture for each dimension, which has -3.20208 here."""
    prior = vamp(components=2)
    kernel = np.zeros((6, 4))
    kernel[0, :2] = 3
    prior.posterior.head.set_weights([kernel, np.array([0, 0, *[np.log(np.expm1(1 - 1e-4))] * 2])])
    prior.pseudo_inputs.assign(np.eye(2, 6, -1).reshape(2, *SHAPE))
    assert np.allclose(prior.posterior(prior.pseudo_inputs).mean(), [[0, 0], [3, 3]])
    assert float(prior().log_prob(np.float32([0, 3]))) == pytest.approx(-6.33788, abs=1e-4)


@pytest.mark.parametrize("components", [1, 7])
def test_equal_pseudo_inputs_make_the_posterior_of_that_image(components, rng):
    prior = vamp(components)
    u = rng.random((1, *SHAPE)).astype("float32")
    prior.pseudo_inputs.assign(np.repeat(u, components, axis=0))
    z = rng.normal(size=(5, 1, 2)).astype("float32")
    assert np.allclose(prior().log_prob(z), prior.posterior(u).log_prob(z), atol=1e-5)
    assert np.allclose(
        np.logaddexp.reduce(np.asarray(prior.log_components(z)), axis=-1), prior().log_prob(z), atol=1e-5
    )


def test_log_px_of_a_linear_gaussian_is_exact(rng):
    """p(x) is the mixture of the Gaussians that the decoder makes of each component."""
    posterior = Gaussian(flat(), 2)
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(6), keras.layers.Reshape(SHAPE)])
    vae = VAE(Vamp(posterior, SHAPE, 4), posterior, GaussianLikelihood(decoder, scale=SCALE, range=None))
    vae.build((None, *SHAPE))
    # A q that is wide enough to be sampled from.
    posterior.head.set_weights([0.3 * rng.normal(size=(6, 4)), np.array([0.0, 0.0, 1.0, 1.0])])
    decoder.layers[0].set_weights([0.5 * rng.normal(size=(2, 6)), 0.1 * rng.normal(size=6)])
    q = posterior(np.asarray(vae.prior.pseudo_inputs))
    W, b = decoder.layers[0].get_weights()
    each = [
        multivariate_normal(m @ W + b, W.T @ np.diag(s**2) @ W + SCALE**2 * np.eye(6))
        for m, s in zip(np.asarray(q.mean()), np.asarray(q.stddev()), strict=True)
    ]
    x = rng.normal(size=(5, *SHAPE)).astype("float32") * 0.7
    log_px = np.logaddexp.reduce([p.logpdf(x.reshape(5, 6)) for p in each], axis=0) - np.log(4)
    log_weight = np.asarray(vae.log_densities(x, 20000, seed=key(1)).log_weight, "float64")
    weight = np.exp(log_weight - log_px)
    assert (weight.sum(axis=0) ** 2 / np.square(weight).sum(axis=0)).min() > 200
    assert (np.abs(weight.mean(axis=0) - 1) < 4.5 * weight.std(axis=0) / np.sqrt(20000)).all()


def test_draws_are_those_of_the_mixture():
    prior = vamp(components=2, range=None)
    prior.pseudo_inputs.assign(np.stack([np.full(SHAPE, -2.0), np.full(SHAPE, 2.0)]))
    q = prior.posterior(prior.pseudo_inputs)
    mean, variance = np.asarray(q.mean()), np.square(np.asarray(q.stddev()))
    z = np.asarray(draw(prior(), key(3), (40000,)))
    assert np.allclose(z.mean(axis=0), mean.mean(axis=0), atol=4.5 * z.std(axis=0).max() / 200)
    expected = variance.mean(axis=0) + mean.var(axis=0)
    assert np.allclose(z.var(axis=0), expected, rtol=0.05)


def test_it_is_of_flows_too(rng):
    """The components are bent: each has a draw, of which one counts."""
    posterior = IAF(mlp_encoder(SHAPE, (8,)), 2, steps=1, units=(8,), context_dim=4)
    prior = Vamp(posterior, SHAPE, components=3)
    prior.build()
    prior.pseudo_inputs.assign(rng.random((3, *SHAPE)))
    axis = np.linspace(-6, 6, 121)
    z = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2).astype("float32")
    density = np.exp(np.asarray(prior().log_prob(z), "float64")) * (axis[1] - axis[0]) ** 2
    assert density.sum() == pytest.approx(1, abs=0.01)
    drawn = np.asarray(draw(prior(), key(3), (20000,)))
    assert np.allclose(drawn.mean(axis=0), density @ z, atol=4.5 * drawn.std(axis=0).max() / np.sqrt(20000) + 1e-3)


def test_what_is_no_density_is_refused():
    posterior = Hierarchical(Gaussian(flat(), 1), keras.layers.Dense(2), 1)
    prior = Vamp(posterior, SHAPE, components=3)
    prior.build()
    with pytest.raises(InputError, match="posterior gives a Chain"):
        prior()


def test_pseudo_inputs_are_clipped_to_the_images_range():
    prior = vamp()
    prior.pseudo_inputs.assign(np.full((4, *SHAPE), 5.0))
    inside = vamp()
    inside.posterior.set_weights(prior.posterior.get_weights())
    inside.pseudo_inputs.assign(np.ones((4, *SHAPE)))
    z = np.zeros([1, 2], "float32")
    assert np.allclose(prior().log_prob(z), inside().log_prob(z))
    gaussian = zoo.build("vamp_vae", image_shape=SHAPE, latent_dim=2, components=3, likelihood="gaussian", range=None)
    assert gaussian.prior.range is None


def test_what_regularizes_the_encoder_counts_for_data_alone():
    """An activity regularizer and a batch normalization see the pseudo-inputs go by, and take no notice."""

    def build():
        keras.utils.set_random_seed(1)
        layers = [keras.layers.Flatten(), keras.layers.Dense(4, activity_regularizer="l2")]
        encoder = keras.Sequential([keras.Input(SHAPE), *layers, keras.layers.BatchNormalization()])
        posterior = Gaussian(encoder, 2)
        decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(6), keras.layers.Reshape(SHAPE)])
        vae = VAE(Vamp(posterior, SHAPE, 4), posterior, GaussianLikelihood(decoder, scale=SCALE, range=None))
        vae.build((None, *SHAPE))
        vae.compile(keras.optimizers.SGD(0.0), run_eagerly=True)
        return vae

    found = []
    for value in (0.0, 1.0):
        vae = build()
        vae.prior.pseudo_inputs.assign(np.full((4, *SHAPE), value))
        history = vae.fit(np.full((8, *SHAPE), 0.5), batch_size=8, verbose=0).history
        found.append((history["loss"][0] + history["elbo"][0], vae.posterior.encoder.layers[-1].get_weights()[2:]))
    assert found[0][0] > 1e-3 and found[0][0] == pytest.approx(found[1][0], rel=1e-3)
    for a, b in zip(found[0][1], found[1][1], strict=True):
        assert np.array_equal(a, b)


@pytest.fixture
def vae():
    return zoo.build("vamp_vae", image_shape=(8, 8, 1), latent_dim=2, units=(8,), components=5)


def test_pseudo_inputs_begin_at_images_of_the_seeds_choice(vae, images):
    before = vae.get_weights()
    vae.start_from(images, seed=3)
    first = np.asarray(vae.prior.pseudo_inputs)
    rows = [int(np.flatnonzero((images == u).all(axis=(1, 2, 3)))[0]) for u in first]
    assert len(set(rows)) == 5
    vae.start_from(images, seed=4)
    assert not np.array_equal(vae.prior.pseudo_inputs, first)
    vae.start_from((255 * images).astype("uint8"), seed=3)
    assert np.array_equal(vae.prior.pseudo_inputs, first)
    moved = [not np.array_equal(a, b) for a, b in zip(before, vae.get_weights(), strict=True)]
    assert sum(moved) == 1, "nothing else begins elsewhere"


def test_what_it_can_not_start_from_is_refused(vae, images):
    with pytest.raises(InputError, match="components is 5, but there are 4 images"):
        vae.start_from(images[:4])
    with pytest.raises(InputError, match="images has shape"):
        vae.start_from(images[..., 0])
    with pytest.raises(InputError, match="images is None"):
        vae.start_from(None)


def test_pseudo_inputs_are_trained(vae, images):
    vae.start_from(0.8 * images + 0.1)
    vae.compile("adam", run_eagerly=True)
    before = np.asarray(vae.prior.pseudo_inputs)
    vae.fit(images, epochs=2, batch_size=16, verbose=0)
    assert np.abs(np.asarray(vae.prior.pseudo_inputs) - before).max() > 1e-4
