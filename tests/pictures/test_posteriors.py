import numpy as np
from PIL import Image
from scipy.stats import multivariate_normal

import zoo
from tests.linear_gaussian import LinearGaussian
from zoo.pictures.posteriors import levels, save_posteriors, true_posterior, window


def test_the_true_posterior_is_the_exact_one():
    model = LinearGaussian(error=1.0, correlated=True)
    x = model.x[0]
    mean = np.linalg.solve(model.precision, model.W.T @ (x.reshape(-1) - model.b)) / 0.7**2
    across, up = np.linspace(-4, 4, 90) + mean[0], np.linspace(-3, 3, 70) + mean[1]
    mass = true_posterior(model.vae, x, across, up)
    z = np.stack(np.meshgrid(across, up), axis=-1)
    expected = multivariate_normal(mean, np.linalg.inv(model.precision)).pdf(z)
    assert np.allclose(mass, expected / expected.sum(), atol=2e-5)
    assert expected[20, 60] != expected[60, 20], "an axis for the other would show"


def test_a_contour_holds_its_share():
    axis = np.linspace(-4, 4, 201)
    across, up = np.meshgrid(axis, axis)
    mass = np.exp(-(across**2 + up**2) / 2)
    mass /= mass.sum()
    outer, inner = levels(mass)
    assert abs(mass[mass >= outer].sum() - 0.95) < 0.01 and abs(mass[mass >= inner].sum() - 0.5) < 0.01


def test_each_image_has_a_row_and_each_q_a_column(tmp_path, rng):
    vae, x = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2), np.zeros([3, 8, 8, 1], "float32")
    draws = {"a": rng.normal(size=(50, 3, 2)), "b": rng.normal(size=(50, 3, 2))}
    save_posteriors(tmp_path / "posteriors.png", vae, x, draws)
    with Image.open(tmp_path / "posteriors.png") as picture:
        assert np.allclose(picture.size, np.array([2.6 * 4, 2.7 * 3]) * 110, atol=2)
        assert np.asarray(picture.convert("L")).std() > 5


def test_a_window_has_most_draws_in_it_and_is_no_point(rng):
    z = rng.normal(size=(1000, 2)) * [1.0, 5.0]
    across, up = window(z)
    assert np.mean((z[:, 0] > across[0]) & (z[:, 0] < across[-1])) > 0.97 and up[-1] > 3 * across[-1]
    across, up = window(np.zeros([10, 2]))
    assert across[-1] > across[0] and np.isfinite(up).all()
