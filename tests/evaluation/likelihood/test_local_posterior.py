import keras
import numpy as np
import pytest
from scipy.stats import norm

import zoo
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError, NonFiniteLossError
from zoo.evaluation.likelihood.local_posterior import LocalPosterior, _coupling
from zoo.posteriors.iaf import IAF
from zoo.random import draw_and_log_prob, key

DIMENSIONS = [(2, (2, 3, 1)), (50, (8, 8, 1))]


@pytest.mark.parametrize(("latent_dim", "shape"), DIMENSIONS)
def test_a_gaussian_begins_at_the_amortized_posterior_and_ends_at_the_best(latent_dim, shape):
    model = LinearGaussian(latent_dim, error=0.5, shape=shape, correlated=True)
    x, exact = model.x[:5], model.log_px(model.x[:5])
    q = LocalPosterior(model.vae, x, couplings=0)
    before = (exact - q.elbo(num_samples=4000)).mean()
    assert before == pytest.approx(model.family_gap + model.error_gap, rel=0.1)
    q.optimize(learning_rate=0.05, steps=400)
    after = (exact - q.elbo(num_samples=4000)).mean()
    assert after == pytest.approx(model.family_gap, rel=0.05, abs=0.02)
    exact_mean = np.linalg.solve(model.precision, model.W.T @ (x.reshape(5, -1) - model.b).T / 0.7**2)
    assert np.allclose(q().mean(), exact_mean.T, atol=0.15)


@pytest.mark.long
def test_a_flow_finds_the_correlated_posterior():
    """Couplings that are linear in z_a can turn a diagonal Gaussian into any: nothing is left of the gap."""
    model = LinearGaussian(2, error=0.5, correlated=True)
    assert model.family_gap > 0.15
    q = LocalPosterior(model.vae, model.x[:5], couplings=2)
    q.optimize(learning_rate=0.02, steps=1000)
    assert np.mean(model.log_px(model.x[:5]) - q.elbo(num_samples=4000)) == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("couplings", [None, 1, 2, 3])
def test_a_flow_begins_at_the_amortized_flow(images, couplings):
    """Its own base and steps, and couplings that do nothing yet: the same bound, draw for draw."""
    vae = zoo.build("iaf_mixture_vae", image_shape=(8, 8, 1), latent_dim=4, units=(16,), filters=(4,))
    assert isinstance(vae.posterior, IAF)
    q = LocalPosterior(vae, images[:3], couplings=couplings)
    z, log_q = draw_and_log_prob(q(), key(5), (7,))
    amortized_z, amortized_log_q = draw_and_log_prob(vae.posterior(images[:3]), key(5), (7,))
    assert np.allclose(z, amortized_z, atol=1e-5)
    assert np.allclose(log_q, amortized_log_q, atol=1e-4)


def test_the_own_kind_moves_what_the_encoder_gives_and_nothing_else(images):
    vae = zoo.build("iaf_vae", image_shape=(8, 8, 1), latent_dim=4, units=(16,), filters=(4,), dense_units=8)
    before = vae.get_weights()
    q = LocalPosterior(vae, images[:3])
    assert [tuple(weight.shape) for weight in q.trainable_variables] == [(3, 8), (3, 64)]
    start = [np.array(weight) for weight in q.trainable_variables]
    bound = q.elbo(num_samples=2000)
    q.optimize(steps=50)
    assert (q.elbo(num_samples=2000) > bound + 0.1).all()
    assert all((np.abs(a - b).max(axis=1) > 1e-3).all() for a, b in zip(start, q.trainable_variables, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(before, vae.get_weights(), strict=True))


def test_the_couplings_density_is_that_of_the_change_of_variables(images):
    """Against the slogdet of a numeric Jacobian, with couplings that do something."""
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3, units=(8,))
    q = LocalPosterior(vae, images[:2], couplings=3)
    rng = np.random.default_rng(0)
    for weight in q.trainable_variables:
        weight.assign(0.3 * rng.normal(size=weight.shape))
    bijector, z = q().bijector, rng.normal(size=(1, 2, 3)).astype("float32")
    steps = [(z + 1e-2 * np.eye(3)[d], z - 1e-2 * np.eye(3)[d]) for d in range(3)]
    columns = [
        (np.asarray(bijector.forward(a)) - np.asarray(bijector.forward(b))) / 2e-2 for a, b in map(np.float32, steps)
    ]
    jacobian = np.stack(columns, axis=-1)
    found = np.asarray(bijector.forward_log_det_jacobian(z, event_ndims=1))
    assert np.allclose(found, np.linalg.slogdet(jacobian)[1], atol=1e-2)
    _, log_q = draw_and_log_prob(q(), key(1))
    base, base_log_q = draw_and_log_prob(q().distribution, key(1))
    loc, scale = np.asarray(q.loc), np.exp(np.asarray(q.log_scale))
    assert np.allclose(base_log_q, norm.logpdf(base, loc, scale).sum(axis=-1), atol=1e-4)
    assert np.allclose(log_q, base_log_q - bijector.forward_log_det_jacobian(base, event_ndims=1), atol=1e-4)


def test_a_couplings_scale_is_the_docstrings(rng):
    """s = 2 tanh(r / 2), of [m, r] = V tanh(W z + a) + c, for each example its own."""
    W, a, V, c = (rng.normal(size=size).astype("float32") for size in ((3, 2, 5), (3, 5), (3, 5, 4), (3, 4)))
    z = rng.normal(size=(7, 3, 2)).astype("float32")
    shift, log_scale = _coupling(W, a, V, c)(keras.ops.convert_to_tensor(z))
    both = np.einsum("snu,nuk->snk", np.tanh(np.einsum("snd,ndu->snu", z, W) + a), V) + c
    assert np.allclose(shift, both[..., :2], atol=1e-4)
    assert np.allclose(log_scale, 2 * np.tanh(both[..., 2:] / 2), atol=1e-4)


def test_each_example_has_one_network_for_all_its_draws_and_no_others(images, rng):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=4, units=(8,))
    q = LocalPosterior(vae, images[:3], couplings=2, units=5)
    for weight in q.trainable_variables[2:]:
        weight.assign(rng.normal(size=weight.shape))
    z = rng.normal(size=(5, 3, 4)).astype("float32")
    together = np.asarray(q().log_prob(z))
    assert np.allclose(together, [q().log_prob(each) for each in z], atol=1e-4)
    for weight in q.trainable_variables[2:]:
        changed = np.array(weight)
        changed[1] += 1
        weight.assign(changed)
    moved = np.abs(np.asarray(q().log_prob(z)) - together).min(axis=0)
    assert np.array_equal(moved > 1e-3, [False, True, False])


def test_steps_that_are_too_large_are_said_to_be(images):
    q = LocalPosterior(zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(8,)), images[:2], couplings=0)
    with pytest.raises(NonFiniteLossError, match="learning_rate is 10000"):
        q.optimize(learning_rate=1e4, steps=50)


def test_the_model_is_left_as_it_was(images):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(8,))
    before = [np.array(w) for w in vae.get_weights()]
    q = LocalPosterior(vae, images[:4], couplings=0)
    assert [w.name for w in q.trainable_variables] == ["loc", "log_scale"]
    q.optimize(steps=10)
    assert all(np.array_equal(a, b) for a, b in zip(before, vae.get_weights(), strict=True))


def test_one_dimension_and_one_example(images):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=1, units=(8,))
    q = LocalPosterior(vae, images[:1], couplings=2)
    q.optimize(steps=5)
    assert np.isfinite(q.elbo(num_samples=10)).all()


def test_progress_counts_the_steps(images):
    vae, seen = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(8,)), []
    LocalPosterior(vae, images[:2]).optimize(steps=3, progress=seen.append)
    assert sum(seen) == 3


def test_what_cannot_be_is_refused(images):
    with pytest.raises(InputError, match="couplings is -1"):
        LocalPosterior(zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2), images[:2], couplings=-1)
