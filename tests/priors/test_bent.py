"""What holds for every flow, whatever its steps are."""

import keras
import numpy as np
import pytest
from scipy import stats

import zoo
from zoo.fitting.ex_post import with_prior
from zoo.numerics.compilation import compiled
from zoo.priors.autoregressive_flow import AutoregressiveFlow
from zoo.priors.flow import Flow
from zoo.priors.spline_flow import SplineFlow
from zoo.random import draw, draw_and_log_prob, key

FLOWS = [Flow, AutoregressiveFlow, SplineFlow]


def bent(flow, latent_dim, **kwargs):
    """A flow far from the standard normal, where it starts."""
    prior = flow(latent_dim, **{"steps": 4, "units": (8,)} | kwargs)
    prior.build()
    rng = np.random.default_rng(2)
    prior.set_weights([0.4 * rng.normal(size=w.shape) for w in prior.get_weights()])
    return prior


def log_prob(prior, z):
    return np.asarray(compiled(lambda z: prior().log_prob(z))(z), "float64")


def forward(prior, u):
    return np.asarray(compiled(lambda u: prior().bijector.forward(u))(u))


@pytest.mark.parametrize("latent_dim", [2, 5])
@pytest.mark.parametrize("flow", FLOWS)
def test_it_starts_as_the_standard_normal(flow, latent_dim, rng):
    z = rng.normal(size=(4, 3, latent_dim)).astype("float32")
    expected = stats.multivariate_normal(np.zeros(latent_dim)).logpdf(z)
    assert np.allclose(log_prob(flow(latent_dim), z), expected, atol=1e-4)


@pytest.mark.parametrize("latent_dim", [2, 5])
@pytest.mark.parametrize("flow", FLOWS)
def test_log_p_of_a_draw_is_the_bases_less_the_jacobians_slogdet(flow, latent_dim, rng):
    prior = bent(flow, latent_dim)
    # A spline's second derivative jumps, which a larger h would see.
    u, h, eye = rng.normal(size=latent_dim), 3e-3, np.eye(latent_dim)
    points = np.concatenate([u[None], u + h * eye, u - h * eye]).astype("float32")
    z, above, below = np.split(np.asarray(forward(prior, points), "float64"), [1, 1 + latent_dim])
    _, log_det = np.linalg.slogdet((above - below) / (2 * h))
    z = z.astype("float32")
    assert log_prob(prior, z)[0] == pytest.approx(stats.norm.logpdf(u).sum() - log_det, abs=1e-2)
    assert np.allclose(compiled(lambda z: prior().bijector.inverse(z))(z), u, atol=1e-4)


@pytest.mark.parametrize("flow", FLOWS)
def test_the_density_integrates_to_1_and_is_that_of_the_draws(flow):
    prior, step = bent(flow, 2), 0.1
    if flow is SplineFlow:
        # As they are its peaks are narrower than the grid.
        prior.set_weights([w / 3 for w in prior.get_weights()])
    axis = np.arange(-25, 25, step)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    log_p = log_prob(prior, grid.astype("float32"))
    mass = np.exp(log_p) * step**2
    assert mass.sum() == pytest.approx(1, abs=1e-3)
    mean, entropy = mass @ grid, -mass @ log_p
    deviation = np.sqrt(mass @ (grid - mean) ** 2)
    z, found = compiled(lambda seed: draw_and_log_prob(prior(), seed, (20_000,)))(key(4))
    assert (np.abs(np.asarray(z).mean(axis=0) - mean) < 4.5 * deviation / np.sqrt(20_000)).all()
    assert abs(np.mean(found) + entropy) < 4.5 * np.std(found) / np.sqrt(20_000)


@pytest.mark.parametrize("flow", FLOWS)
def test_draws_start_the_same_however_many(flow):
    prior = bent(flow, 3)
    short, long = (np.asarray(compiled(lambda seed, n=n: draw(prior(), seed, (n,)))(key(1))) for n in (3, 8))
    assert np.allclose(short, long[:3], atol=1e-6)


@pytest.mark.parametrize("flow", FLOWS)
def test_every_weight_gets_a_gradient_and_comes_back(flow, tmp_path):
    keras.utils.set_random_seed(0)
    vae = with_prior(zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3), bent(flow, 3))
    before = [np.array(w) for w in vae.prior.trainable_weights]
    x = (np.random.default_rng(0).random((32, 8, 8, 1)) < 0.3).astype("float32")
    vae.compile("adam")
    vae.fit(x, batch_size=16, epochs=1, verbose=0)
    assert not any(np.array_equal(a, b) for a, b in zip(before, vae.prior.trainable_weights, strict=True))
    vae.save(tmp_path / "flow.keras")
    assert np.array_equal(zoo.load(tmp_path / "flow.keras").sample(4, seed=7), vae.sample(4, seed=7))
