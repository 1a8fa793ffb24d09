from functools import partial

import numpy as np
import pytest
from keras import ops

from tests.binary_latents import BinaryLatents
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.numerics.gradient import gradient
from zoo.objectives.score_function import score_function
from zoo.vae import LogDensities

REMEDIES = {
    "none": {},
    "samples": {"num_samples": 3},
    "baseline": {"num_samples": 2, "baseline": True},
    "closed form": {"closed_form_kl": True},
    "all": {"num_samples": 2, "baseline": True, "closed_form_kl": True},
}


@pytest.mark.parametrize("name", REMEDIES)
def test_its_gradient_is_the_elbos(name):
    """By enumeration of all codes. A baseline of all samples, its own among them, would give half of it at S = 2."""
    BinaryLatents(partial(score_function, **REMEDIES[name])).check_steps(most=0.1)


@pytest.mark.parametrize("name", REMEDIES)
def test_its_value_is_the_elbo(name):
    model = BinaryLatents()
    x = np.repeat(model.x, 5000, axis=0)
    bound, _ = score_function(model.vae, x, **REMEDIES[name])
    assert abs(np.mean(bound) - model.bound(1)) < 4.5 * np.std(bound) / np.sqrt(len(x))


def test_a_baseline_of_one_sample_has_no_others():
    model = BinaryLatents()
    with pytest.raises(InputError, match="num_samples is 1, but must be an integer of at least 2"):
        score_function(model.vae, model.x, baseline=True)


class OneBit:
    """q(z = 1) = p, f(z) = (z - 0.45)^2, all outcomes of two draws as a batch: d E[f] / dp = f(1) - f(0) = 0.1."""

    def __init__(self, p):
        self.p, self.z = p, np.array([[0, 0, 1, 1], [0, 1, 0, 1]], "float32")
        self.log_q = ops.log(self.z * p + (1 - self.z) * (1 - p))

    def log_densities(self, x, num_samples, training):
        f = ops.convert_to_tensor((self.z - 0.45) ** 2)
        return LogDensities(f, ops.stop_gradient(self.log_q), self.log_q, self.z[..., None])


@pytest.mark.parametrize("baseline", [False, True])
def test_a_baseline_scales_nothing(baseline):
    """One with the sample itself in it would give 0.05. All four outcomes count by their probability."""

    def expected(p):
        model = OneBit(p)
        bound, _ = score_function(model, None, training=True, num_samples=2, baseline=baseline)
        return ops.sum(ops.stop_gradient(ops.exp(ops.sum(model.log_q, axis=0))) * bound)

    assert float(gradient(expected, ops.convert_to_tensor(0.3))) == pytest.approx(0.1, abs=1e-5)


def test_a_posterior_whose_draws_have_a_gradient_is_refused():
    """There the score's would be 0: what it adds to the mean it takes off by the draw."""
    with pytest.raises(InputError, match="objective is score_function, whose gradient goes through the density of the"):
        LinearGaussian().vae.replace(objective=score_function)
