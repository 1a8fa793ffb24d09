from functools import partial

import numpy as np
import pytest

import zoo
from tests.ascent import Ascent
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.evaluation.likelihood.gradient_snr import gradient_snr
from zoo.objectives.dreg import dreg
from zoo.objectives.iwae import iwae
from zoo.objectives.sticking_the_landing import sticking_the_landing


def test_of_one_weight_it_is_its_mean_over_its_deviation():
    """Of the ELBO by draws the slope by q's mean is -e / s^2 - noise / s of one draw, for each of B images."""
    model = LinearGaussian(error=0.5)
    found = gradient_snr(model.vae, model.x, partial(iwae, num_samples=1), repeats=1500)
    s = 1 / np.sqrt(np.diag(model.precision))
    error = 4.5 / s / np.sqrt(len(model.x) * 1500)
    assert np.allclose(found.mean[-4:-2], -0.5 / s, atol=error.max())
    assert np.allclose(found.std[-4:-2], 1 / s / np.sqrt(len(model.x)), rtol=0.1)
    expected = np.sqrt(((found.mean**2).sum() - (found.std**2).sum() / 1500) / (found.std**2).sum())
    assert found.snr == pytest.approx(expected, rel=1e-6)


def test_its_gradient_is_the_one_that_training_takes():
    model = LinearGaussian(error=0.5)
    found = gradient_snr(model.vae, model.x, dreg, repeats=10, seed=3)
    ascent = Ascent(model.vae, dreg)
    steps = [ascent.step(model.x, seed=3, counter=number).encoder for number in range(10)]
    assert np.allclose(np.mean(steps, axis=0), found.mean, atol=1e-4)


def test_iwaes_falls_as_the_root_of_k_and_dregs_does_not():
    model, ratios = LinearGaussian(error=0.5), {}
    x = np.repeat(model.x, 5, axis=0)
    for objective in (iwae, dreg):
        few, many = (gradient_snr(model.vae, x, partial(objective, num_samples=k)) for k in (8, 72))
        ratios[objective] = many.snr / few.snr
        assert few.snr_se < 0.1 * few.snr
    assert ratios[iwae] == pytest.approx(1 / 3, rel=0.35)
    assert ratios[dreg] > 1


def test_without_noise_it_is_infinite_and_without_a_signal_no_number():
    """Of `sticking_the_landing` at the exact posterior there is neither, but for rounding."""
    model = LinearGaussian()
    found = gradient_snr(model.vae, model.x, sticking_the_landing, repeats=10)
    assert np.abs(found.mean).max() < 1e-4 and found.std.max() < 1e-4


def test_the_model_is_left_as_it_was():
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,), objective="capacity")
    x = np.zeros([5, 8, 8, 1], "float32")
    before = [np.asarray(w) for w in vae.weights]
    first, again = (gradient_snr(vae, x, repeats=12, seed=s) for s in (1, 1))
    assert all(np.array_equal(a, b) for a, b in zip(before, vae.weights, strict=True))
    assert np.array_equal(first.mean, again.mean)
    assert not np.array_equal(first.mean, gradient_snr(vae, x, repeats=12, seed=2).mean)


def test_what_can_not_be_is_refused():
    with pytest.raises(InputError, match="repeats is 9, but must be an integer of at least 10"):
        gradient_snr(LinearGaussian().vae, LinearGaussian().x, repeats=9)
    with pytest.raises(InputError, match="gives images no density"):
        gradient_snr(zoo.build("autoencoder", image_shape=(8, 8, 1)), np.zeros([3, 8, 8, 1]))
