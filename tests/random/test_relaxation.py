"""Bits as the signs of numbers: the law of what they are the signs of, and its gradient."""

import numpy as np
import pytest
from keras import ops
from scipy.integrate import quad
from scipy.stats import kstest, logistic

from zoo.errors import InputError
from zoo.numerics.gradient import gradient
from zoo.probability import tfd
from zoo.random.relaxation import Bits, noise_of, relaxation

LOGITS = np.array([[-3.0, 0.4, 40.0]], "float32")


@pytest.fixture
def drawn():
    rng = np.random.default_rng(0)
    u, v = rng.uniform(size=(2, 20_000, 1, 3)).astype("float32") * 0.9999 + 0.00005
    bits = Bits(ops.convert_to_tensor(LOGITS))
    z = (u < 1 / (1 + np.exp(-LOGITS))).astype("float32")
    return bits, z, v, np.asarray(bits.perturbed(z, v))


def test_what_bits_are_the_signs_of_is_logistic_around_the_logits(drawn):
    _, z, _, h = drawn
    assert np.array_equal(h > 0, z > 0.5)
    for d in range(3):
        assert kstest(h[:, 0, d], logistic(loc=LOGITS[0, d]).cdf).pvalue > 0.001


def test_relaxed_bits_have_a_density_that_integrates_to_one_and_are_bits_when_cold(drawn):
    """Maddison et al.'s equation of binary Concrete, which the logistic law of h gives by a change of variable."""
    bits, z, _, h = drawn
    temperature, alpha = 0.7, np.exp(0.4)

    def density(y):
        top = temperature * alpha * y ** (-temperature - 1) * (1 - y) ** (-temperature - 1)
        return top / (alpha * y**-temperature + (1 - y) ** -temperature) ** 2

    assert quad(density, 0, 1)[0] == pytest.approx(1, abs=1e-6)
    soft = np.asarray(bits.soft(h, temperature))[:, 0, 1]
    below = [quad(density, 0, y)[0] for y in (0.1, 0.5, 0.9)]
    assert np.allclose([(soft < y).mean() for y in (0.1, 0.5, 0.9)], below, atol=4.5 * 0.5 / np.sqrt(len(soft)))
    assert abs(soft.mean() - quad(lambda y: y * density(y), 0, 1)[0]) < 4.5 * soft.std() / np.sqrt(len(soft))
    assert np.abs(np.asarray(bits.soft(h, 1e-4)) - z).mean() < 1e-3


def test_they_move_with_the_logits_as_they_should():
    """d h|z / d logits, by differences; and none of it is 1, which is what forgetting it would be."""
    z, v = np.array([[[1.0]], [[0.0]]], "float32"), np.array([[[0.3]], [[0.3]]], "float32")
    at = ops.convert_to_tensor([[0.4]])
    for sample in range(2):
        slope = float(gradient(lambda logits, n=sample: Bits(logits).perturbed(z[n], v[n]), at)[0, 0])
        up, down = (
            float(Bits(ops.convert_to_tensor([[0.4 + e]])).perturbed(z[sample], v[sample])[0, 0]) for e in (0.01, -0.01)
        )
        assert slope == pytest.approx((up - down) / 0.02, rel=1e-3)
        assert 0.1 < slope < 0.9


def test_no_logit_and_no_uniform_makes_it_infinite():
    v = np.array([2.0**-24, 0.5, 1 - 2.0**-24], "float32")
    for logit in (-1e4, -100.0, 0.0, 100.0, 1e4):
        bits = Bits(ops.full([3], logit))
        for z in (0.0, 1.0):
            h = np.asarray(bits.perturbed(ops.full([3], z), v))
            assert np.isfinite(h).all() and ((h > 0) == z).all()
            slope = gradient(lambda logits, z=z: Bits(logits).perturbed(ops.full([3], z), v), bits.logits)
            assert np.isfinite(slope).all()


def test_the_noise_is_not_what_the_bits_were_drawn_with():
    from zoo.random import draw, key

    q = tfd.Independent(tfd.Bernoulli(logits=ops.zeros([1000, 2])), 1)
    z = draw(q, key(3), (10,))
    v = np.asarray(noise_of(z, key(3)))
    assert abs(np.corrcoef(v.ravel(), np.asarray(z).ravel())[0, 1]) < 0.04


def test_other_distributions_are_refused_by_name():
    for distribution, name in (
        (tfd.Normal(0.0, 1.0), "Normal"),
        (tfd.Independent(tfd.Normal([0.0], 1.0), 1), "Normal"),
    ):
        with pytest.raises(InputError, match=f"doesn't know {name}"):
            relaxation(distribution)
