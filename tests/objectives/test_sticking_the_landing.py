import functools
from functools import partial

import keras
import numpy as np
import pytest

from tests.ascent import Ascent, agree
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.objectives.elbo import elbo
from zoo.objectives.iwae import iwae
from zoo.objectives.sticking_the_landing import sticking_the_landing
from zoo.posteriors.auxiliary import Auxiliary
from zoo.posteriors.iaf import IAF


def test_where_q_is_exact_each_draws_gradient_is_0():
    model = LinearGaussian()
    found = Ascent(model.vae, sticking_the_landing).step(model.x, seed=3)
    plain = Ascent(model.vae, iwae).step(model.x, seed=3)
    assert np.abs(found.encoder).max() < 1e-4
    assert np.abs(plain.encoder).max() > 0.05


@pytest.mark.parametrize("k", [1, 5])
def test_of_an_error_of_the_mean_each_draws_gradient_is_the_elbos(k):
    """It is -e / s^2, whatever was drawn, and for k > 1 too: a bias, where the bound's own is smaller."""
    model = LinearGaussian(error=0.8)
    step = Ascent(model.vae, partial(sticking_the_landing, num_samples=k)).step(model.x, seed=1)
    # The head's bias comes last: of two locations, and two scales.
    assert np.allclose(step.encoder[-4:-2], -0.8 * np.sqrt(np.diag(model.precision)), rtol=1e-3)


def test_for_one_sample_its_mean_is_the_elbos():
    model = LinearGaussian(error=0.5)
    # An error of the scale, too.
    kernel, bias = model.vae.posterior.head.get_weights()
    model.vae.posterior.head.set_weights([kernel, bias + np.array([0, 0, 0.5, -0.3])])
    x = np.repeat(model.x, 50, axis=0)
    for weight in (1.0, 0.4):
        found = Ascent(model.vae, sticking_the_landing, weight)
        plain = Ascent(model.vae, partial(iwae, num_samples=1), weight)
        assert agree(found.steps(x, 10), plain.steps(x, 10), most=0.1)
    step, other = found.step(x, seed=0), plain.step(x, seed=0)
    assert step.value == pytest.approx(other.value, rel=1e-6)
    assert np.allclose(step.model, other.model, atol=1e-5)


@keras.saving.register_keras_serializable("tests")
def along(vae, x, training=False):
    """log q(z|x) by its path alone."""
    densities = vae.log_densities(x, training=training)
    return densities.posterior_through_z()[0], densities


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
def test_a_flows_networks_are_constants_in_its_density():
    """By differences: the draws move with the weights, and the density is that of another flow, which keeps them."""
    moved, kept = (LinearGaussian(posterior=partial(IAF, units=(8,), context_dim=2)) for _ in range(2))
    posterior, x = moved.vae.posterior, moved.x
    kept.vae.set_weights(moved.vae.get_weights())
    ascent = Ascent(moved.vae, along)
    gradient = ascent.step(x, seed=2).encoder
    rng, start = np.random.default_rng(0), posterior.get_weights()
    trained = [any(w is v for v in posterior.trainable_weights) for w in posterior.weights]
    for _ in range(2):
        directions = [rng.normal(size=w.shape) * t for w, t in zip(start, trained, strict=True)]
        ends = []
        for h in (3e-3, -3e-3):
            posterior.set_weights([w + h * d for w, d in zip(start, directions, strict=True)])
            state = ascent.vae.seed_generator.state
            state.assign(keras.ops.convert_to_tensor([2, 0], state.dtype))
            z = ascent.vae.log_densities(x).z
            ends.append(np.mean(np.asarray(kept.vae.infer(x).log_prob(z))))
        flat = np.concatenate([d.ravel() for d, t in zip(directions, trained, strict=True) if t])
        assert gradient @ flat == pytest.approx((ends[0] - ends[1]) / 6e-3, rel=0.01, abs=2e-3)
    posterior.set_weights(start)


def test_a_posterior_without_a_density_is_refused():
    model = LinearGaussian(posterior=functools.partial(Auxiliary, auxiliary_dim=2, units=4))
    with pytest.raises(InputError, match="gives a AuxiliaryPair, which has no density at a given z"):
        sticking_the_landing(model.vae, model.x, training=True)


def test_its_value_is_the_bound_in_training_too():
    model = LinearGaussian(error=1.0)
    bound, densities = sticking_the_landing(model.vae, model.x, training=True, num_samples=7)
    expected = np.logaddexp.reduce(np.asarray(densities.log_weight, "float64"), axis=0) - np.log(7)
    assert np.allclose(bound, expected, atol=1e-4)
    alone, _ = sticking_the_landing(model.vae, model.x, training=True)
    assert alone.shape == elbo(model.vae, model.x)[0].shape
