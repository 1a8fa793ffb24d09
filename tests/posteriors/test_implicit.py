import keras
import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.implicit import Implicit
from zoo.priors.standard_normal import StandardNormal
from zoo.random import center, draw, key

SHAPE = (4, 4, 1)


@pytest.fixture
def posterior():
    keras.utils.set_random_seed(0)
    made = Implicit(mlp_encoder(SHAPE, (8,)), 2, vectors=3, noise=2, units=4)
    made.build((None, *SHAPE))
    for weights in made.basis.weights:
        weights.assign(np.random.default_rng(1).normal(size=weights.shape))
    return made


def images(count=3):
    return np.random.default_rng(0).random((count, *SHAPE)).astype("float32")


def test_its_moments_are_those_of_its_draws(posterior):
    q = posterior(images())
    z = np.asarray(draw(q, key(3), (50_000,)), "float64")
    loc, scale = (np.asarray(each) for each in q.moments(key(5)))
    # By 64 pairs of draws of each vector: a tenth of a standard deviation.
    assert np.allclose(loc, z.mean(0), atol=0.2 * scale.max())
    assert np.allclose(scale, z.std(0), rtol=0.15)
    assert np.allclose(center(q), z.mean(0), atol=0.2 * scale.max())
    assert np.array_equal(center(q), center(posterior(images())))


def test_it_is_what_the_formula_says(posterior):
    """z of given noise, by NumPy: v = W elu(V e + b) + c."""
    q = posterior(images())
    v = np.asarray(q.vectors(key(2), (5, 3)))
    expected = np.asarray(q.loc) + (np.asarray(q.weights)[:, None] * v).sum(0)
    assert np.allclose(draw(q, key(2), (5,)), expected, atol=1e-6)
    kernel, bias, last, last_bias = (np.asarray(each) for each in posterior.basis.weights)
    noise = np.random.default_rng(3).normal(size=[3, 7, 2]).astype("float32")
    inner = noise @ kernel + bias
    inner = np.where(inner > 0, inner, np.expm1(inner))
    assert np.allclose(posterior.basis(noise), inner @ last + last_bias, atol=1e-5)


def test_its_vectors_are_independent_and_each_image_has_noise_of_its_own(posterior):
    v = np.asarray(posterior(images()).vectors(key(2), (20_000,)), "float64")
    correlation = np.corrcoef(v.reshape(3, 20_000, 2).transpose(0, 2, 1).reshape(6, -1))
    assert np.abs(correlation[:2, 2:]).max() < 0.03
    same = np.asarray(draw(posterior(np.repeat(images(1), 2, axis=0)), key(2)))
    assert not np.allclose(same[0], same[1])


def test_it_begins_about_as_wide_as_the_prior():
    fresh = Implicit(mlp_encoder(SHAPE, (8,)), 20)
    fresh.build((None, *SHAPE))
    _, scale = fresh(images()).moments(key(0))
    assert 0.2 < np.asarray(scale).mean() < 2


def test_a_vae_refuses_it(posterior):
    vae = zoo.build("vae", image_shape=SHAPE, latent_dim=2)
    with pytest.raises(InputError, match=r"posterior is Implicit, which has no density.*AdversarialVB"):
        zoo.vae.VAE(StandardNormal(2), posterior, vae.likelihood)
