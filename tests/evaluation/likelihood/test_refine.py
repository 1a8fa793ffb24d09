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
    # With the posterior's covariance and a mean that is off, log p(x, z) - log q(z) is linear in z.
    error = np.sqrt(2 * model.error_gap / 500)
    assert np.allclose(found.before_se, error, rtol=0.15) and np.allclose(found.gain_se, error, rtol=0.2)
    assert (found.after_se < 0.2 * error).all()
    assert np.allclose(found.gain, found.after - found.before)
    assert found.summary()["gain"] == pytest.approx(model.error_gap, abs=0.1)
    mean = np.linalg.solve(model.precision, model.W.T @ (model.x.reshape(20, -1) - model.b).T / 0.7**2).T
    assert np.allclose(found.codes, mean, atol=0.1)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.vae.get_weights(), strict=True))


def test_what_can_not_be_refined_is_refused():
    with pytest.raises(InputError, match="num_samples is 1, but must be an integer of at least 2"):
        refine(LinearGaussian().vae, LinearGaussian().x, num_samples=1)
    with pytest.raises(InputError, match="gives images no density"):
        refine(zoo.build("autoencoder", image_shape=(8, 8, 1)), np.zeros([2, 8, 8, 1]))
