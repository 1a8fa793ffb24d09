import itertools
from functools import partial

import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import softmax

from tests.ascent import Ascent
from tests.binary_latents import CODES, BinaryLatents
from tests.linear_gaussian import LinearGaussian
from zoo.objectives.iwae import iwae
from zoo.objectives.wake_sleep import wake_sleep


class Truth(BinaryLatents):
    """What the gradients are, by enumeration. The weights are the prior's, the posterior's and the decoder's."""

    @property
    def of_q(self):
        start = self.shapes[0][0]
        return slice(start, start + sum(int(np.prod(shape)) for shape in self.shapes[1:3]))

    def scores(self, x):
        """grad log q(z|x) by the posterior's weights, `[4, weights]`."""
        _, _, bias, *_ = np.split(self.weights, np.cumsum([int(np.prod(s)) for s in self.shapes])[:-1])
        kernel = self.weights[self.of_q][: 4 * 2].reshape(4, 2)
        left = CODES - 1 / (1 + np.exp(-(x @ kernel + bias)))
        return np.concatenate([(x[:, None] * left[:, None]).reshape(4, -1), left], axis=1)

    def awake(self, k):
        """E[sum_i W_i grad log q(z_i|x)] over all 4^k draws; None for the gradient that it is to estimate."""
        log_joint, log_q = self.densities(self.weights)
        scores = self.scores(self.x.reshape(-1))
        if k is None:
            return softmax(log_joint) @ scores
        draws = np.array(list(itertools.product(range(4), repeat=k)))
        shares = softmax((log_joint - log_q)[draws], axis=1)
        return np.einsum("n,nk,nkw->w", np.exp(log_q[draws].sum(1)), shares, scores[draws])

    def asleep(self):
        """E[grad log q(z|x)] over all codes and images that the model draws."""
        prior, _, _, W, c = np.split(self.weights, np.cumsum([int(np.prod(s)) for s in self.shapes])[:-1])
        total = 0.0
        for x in itertools.product([0.0, 1.0], repeat=4):
            x = np.array(x)
            logits = CODES @ W.reshape(2, 4) + c
            log_joint = np.sum(CODES * prior - np.logaddexp(0, prior), -1)
            log_joint = log_joint + np.sum(x * logits - np.logaddexp(0, logits), -1)
            total = total + np.exp(log_joint) @ self.scores(x)
        return total


@pytest.mark.parametrize("k", [1, 3])
def test_the_gradients_are_those_of_two_aims(k):
    model = Truth(partial(wake_sleep, num_samples=k))
    expected = model.gradient(k)
    expected[model.of_q] = model.awake(k)
    found = model.steps()
    error = found.std(axis=0, ddof=1) / np.sqrt(len(found)) + 1e-5
    assert (np.abs(found.mean(axis=0) - expected) < 4.5 * error).all()
    assert error.max() < 0.02
    assert np.linalg.norm(expected) > 0.1


def test_the_bias_of_the_ratio_falls_as_1_over_k():
    """One draw knows nothing, and many know KL(p(z|x) || q(z|x))."""
    model = Truth()
    bias = {k: np.linalg.norm(model.awake(k) - model.awake(None)) for k in (1, 4, 8)}
    assert np.allclose(model.awake(1), 0, atol=1e-12)
    assert bias[8] < 0.65 * bias[4] < 0.35 * bias[1]


def test_dreams_add_a_gradient_of_qs_alone():
    model = Truth(partial(wake_sleep, num_samples=2, sleep=True))
    expected = model.gradient(2)
    expected[model.of_q] = model.awake(2) + model.asleep()
    found = model.steps()
    error = found.std(axis=0, ddof=1) / np.sqrt(len(found)) + 1e-5
    assert (np.abs(found.mean(axis=0) - expected) < 4.5 * error).all()
    assert np.linalg.norm(model.asleep()) > 0.1


def test_a_gaussian_will_do_as_well():
    """There q's gradient by its mean is (z_i - mean) / s^2, and the weights are known to NumPy."""
    model, d, k = LinearGaussian(error=0.8), 0.8, 5
    noise = np.random.default_rng(5).normal(size=(400_000, k, 2))
    shares = softmax(-d * noise.sum(-1), axis=1)
    expected = np.einsum("nk,nkd->d", shares, noise) / len(noise) * np.sqrt(np.diag(model.precision))
    x = np.repeat(model.x, 50, axis=0)
    found, plain = Ascent(model.vae, wake_sleep), Ascent(model.vae, iwae)
    by_loc = found.steps(x, 6)[:, -4:-2]
    error = by_loc.std(axis=0, ddof=1) / np.sqrt(len(by_loc))
    assert np.allclose(by_loc.mean(axis=0), expected, atol=4.5 * error.max() + 0.005)
    step, other = found.step(x, seed=0), plain.step(x, seed=0)
    assert step.value == pytest.approx(other.value, rel=1e-6)
    assert np.allclose(step.model, other.model, atol=1e-5)


@keras.saving.register_keras_serializable("tests")
def mean_score(vae, x, training=False, num_samples=5):
    """The plain mean of log q(z|x) at constant draws."""
    densities = vae.log_densities(x, num_samples, training=training)
    return ops.mean(densities.posterior_at_z(), axis=0), densities


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
@pytest.mark.parametrize("k", [1, 5])
def test_equal_weights_are_a_plain_mean(k):
    """Where q is exact. Made to sum to one and averaged again, they would give a gradient of 1/k the size."""
    model = LinearGaussian()
    found, plain = (Ascent(model.vae, partial(f, num_samples=k)).step(model.x, 1) for f in (wake_sleep, mean_score))
    assert np.allclose(found.encoder, plain.encoder, atol=1e-4)
    assert np.abs(plain.encoder).max() > 0.05
