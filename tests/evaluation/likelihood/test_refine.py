import numpy as np
import pytest

import zoo
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.evaluation.likelihood.refine import refine


def test_it_takes_away_what_the_encoder_misses_and_finds_the_exact_mean():
    model = LinearGaussian(error=1.0)
    before = model.vae.get_weights()
    found = zoo.refine(model.vae, model.x, steps=300, learning_rate=0.05, num_samples=500)
    truth = model.log_px(model.x)
    assert (np.abs(found.before - (truth - model.error_gap)) < 4.5 * found.before_se).all()
    assert (np.abs(found.after - truth) < 4.5 * found.after_se + 0.02).all()
    assert np.allclose(found.gain, found.after - found.before)
    assert found.summary()["gain"] == pytest.approx(model.error_gap, abs=0.1)
    mean = np.linalg.solve(model.precision, model.W.T @ (model.x.reshape(20, -1) - model.b).T / 0.7**2).T
    assert np.allclose(found.codes, mean, atol=0.1)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.vae.get_weights(), strict=True))


def test_its_standard_errors_are_those_of_other_seeds():
    """Of a bound that is 1 step from the start, over 30 seeds."""
    model = LinearGaussian(error=1.0)
    found = [refine(model.vae, model.x[:3], steps=1, num_samples=50, seed=seed) for seed in range(30)]
    for name in ("before", "after"):
        spread = np.std([getattr(each, name) for each in found], axis=0, ddof=1)
        said = np.mean([getattr(each, f"{name}_se") for each in found], axis=0)
        assert (np.abs(np.log(spread / said)) < 0.5).all()
    assert (np.mean([each.gain_se for each in found], axis=0) < 0.2 * said).all(), "common noise"


def test_what_can_not_be_refined_is_refused():
    with pytest.raises(InputError, match="num_samples is 1, but must be an integer of at least 2"):
        refine(LinearGaussian().vae, LinearGaussian().x, num_samples=1)
    with pytest.raises(InputError, match="gives images no density"):
        refine(zoo.build("autoencoder", image_shape=(8, 8, 1)), np.zeros([2, 8, 8, 1]))
