"""What semi-amortized and iterative posteriors have in common: the gradients that their steps follow."""

import numpy as np
import pytest
from keras import ops

from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.numerics.gradient import gradient
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.iaf import IAF
from zoo.posteriors.iterative import Iterative
from zoo.posteriors.refined import bounded
from zoo.posteriors.semi_amortized import SemiAmortized

KINDS = pytest.mark.parametrize("kind", [SemiAmortized, Iterative])


def gaussian():
    return Gaussian(mlp_encoder((8, 8, 1), (8,)), latent_dim=2)


def quartic(z):
    """Far from a Gaussian's."""
    return -ops.sum(z**4, axis=-1) / 4 - (z[..., 0] * z[..., 1]) ** 2


def test_the_steps_follow_the_gradient_of_the_bound_at_two_points(rng):
    posterior = SemiAmortized(gaussian(), steps=3)
    signs = np.asarray(posterior._signs(), "float64")
    assert np.array_equal(np.abs(signs), np.ones([3, 2]))

    def bound(s, e):
        loc, scale = s[:2], np.log1p(np.exp(s[2:])) + 1e-4
        joint = [-(z**4).sum() / 4 - (z[0] * z[1]) ** 2 for z in (loc + e * scale, loc - e * scale)]
        return np.mean(joint) + np.log(scale).sum()

    s, e = rng.normal(size=4), signs[1]
    slope = [(bound(s + d, e) - bound(s - d, e)) / 2e-5 for d in 1e-5 * np.eye(4)]
    e = ops.convert_to_tensor(e, "float32")
    found = gradient(lambda s: posterior._bound(s, e, quartic), ops.convert_to_tensor(s[None], "float32"))
    assert np.allclose(found, [slope], atol=1e-4)


def test_a_long_gradient_is_shortened_and_a_short_one_is_not():
    slope = np.array([[3e4, 4e4], [0.3, -0.4], [0.0, 0.0]], "float32")
    assert np.allclose(bounded(ops.convert_to_tensor(slope), 5.0), [[3, 4], [0.3, -0.4], [0, 0]], atol=1e-6)


@KINDS
def test_with_no_steps_it_is_the_gaussian(images, kind):
    posterior = kind(gaussian(), steps=0)
    q, other = posterior(images), posterior.initial(images)
    assert np.array_equal(q.mean(), other.mean()) and np.array_equal(q.stddev(), other.stddev())
    assert len(posterior.trainable_weights) == len(posterior.initial.trainable_weights)


@KINDS
def test_an_images_posterior_is_its_own_whatever_else_is_in_the_batch(images, kind):
    posterior = kind(gaussian(), steps=3)
    q, alone = posterior(images, log_joint=quartic), posterior(images[7:8], log_joint=quartic)
    assert np.allclose(q.mean()[7], alone.mean()[0], atol=1e-6)
    assert np.allclose(q.stddev()[7], alone.stddev()[0], atol=1e-6)


@KINDS
def test_it_asks_for_what_it_follows(images, kind):
    with pytest.raises(InputError, match="call it with log_joint"):
        kind(gaussian())(images)
    with pytest.raises(InputError, match="steps is -1, but must be an integer of at least 0"):
        kind(gaussian(), steps=-1)
    with pytest.raises(InputError, match="initial is a IAF, but must be a Gaussian posterior"):
        kind(IAF(mlp_encoder((8, 8, 1), (8,)), latent_dim=2))
