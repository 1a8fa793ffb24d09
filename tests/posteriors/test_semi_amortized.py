import numpy as np
import pytest

from tests.gradients import check_gradients
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.semi_amortized import SemiAmortized


def linear_gaussian(steps, step_size=0.1, correlated=False):
    """The model, with an encoder that is far off."""
    make = lambda encoder, size: SemiAmortized(Gaussian(encoder, size), steps, step_size)  # noqa: E731
    model = LinearGaussian(posterior=make, correlated=correlated)
    head = model.vae.posterior.initial.head
    head.set_weights([0.2 * np.random.default_rng(2).normal(size=head.kernel.shape), np.array([1.0, -1.0, 0.5, -2.0])])
    return model


def test_its_steps_are_those_of_the_exact_elbo():
    """Of a diagonal posterior N(m, 1/P): dL/dloc = P (m - loc), dL/dscale = 1/scale - P scale."""
    model = linear_gaussian(steps=3)
    precision = np.diag(model.precision)
    mean = np.linalg.solve(model.precision, model.W.T @ (model.x.reshape(20, -1) - model.b).T / 0.7**2).T
    s, lengths = np.asarray(model.vae.posterior.initial.statistics(model.x)[0], "float64"), []
    for _ in range(3):
        loc, raw = np.split(s, 2, axis=1)
        scale = np.log1p(np.exp(raw)) + 1e-4
        slope = np.concatenate([precision * (mean - loc), (1 / scale - precision * scale) / (1 + np.exp(-raw))], axis=1)
        length = np.linalg.norm(slope, axis=1, keepdims=True)
        s = s + 0.1 * slope * np.minimum(1, 5 / length)
        lengths.append(length)
    assert np.min(lengths) < 5 < np.max(lengths), "none is shortened, or all are"
    q = model.vae.infer(model.x)
    loc, raw = np.split(s, 2, axis=1)
    assert np.allclose(q.mean(), loc, atol=1e-4)
    assert np.allclose(q.stddev(), np.log1p(np.exp(raw)) + 1e-4, atol=1e-4)


def test_many_steps_lead_to_the_exact_posterior_and_the_bound_to_log_px():
    gaps = []
    for steps in (0, 5, 100):
        model = linear_gaussian(steps)
        densities = model.vae.log_densities(model.x, 200, seed=np.array([0, 1], "int32"))
        gaps.append(np.mean(model.log_px(model.x) - np.asarray(densities.log_weight)))
    assert gaps[0] > gaps[1] > 0.1
    assert gaps[2] == pytest.approx(0, abs=1e-3)


def test_training_moves_the_step_sizes_and_the_encoder_through_the_steps():
    check_gradients(linear_gaussian(steps=2, correlated=True).vae, LinearGaussian().x)


def test_what_can_not_be_is_refused():
    initial = Gaussian(mlp_encoder((8, 8, 1), (8,)), latent_dim=2)
    with pytest.raises(InputError, match="step_size is 0"):
        SemiAmortized(initial, step_size=0)
    with pytest.raises(InputError, match="most is -1"):
        SemiAmortized(initial, most=-1)
