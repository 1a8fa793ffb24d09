import keras
import numpy as np
import pytest

from tests.binary_latents import BinaryLatents
from zoo.errors import InputError
from zoo.objectives.rebar import REBAR
from zoo.objectives.relax import RELAX


def of_any_network(**kwargs):
    """One whose network is far from zero."""
    model = BinaryLatents(RELAX(latent_dim=2, units=(5,), **kwargs))
    rng = np.random.default_rng(2)
    objective = model.vae.objective
    objective.head.set_weights([3 * rng.normal(size=w.shape) for w in objective.head.weights])
    return model


@pytest.mark.parametrize(("temperature", "scale"), [(0.3, 1.0), (2.0, -0.5)])
def test_its_gradient_is_the_elbos(temperature, scale):
    """By enumeration of all codes, whatever the network says, which reaches the model by nothing else."""
    of_any_network(temperature=temperature, scale=scale).check_steps(most=0.05)


def test_without_its_network_it_is_rebar():
    steps = [
        BinaryLatents(each).steps(count=1, copies=10)
        for each in (REBAR(temperature=0.7), RELAX(latent_dim=2, temperature=0.7))
    ]
    assert np.allclose(*steps, atol=1e-5)


@pytest.mark.long
def test_what_it_learns_takes_variance_away():
    model = BinaryLatents(RELAX(latent_dim=2, units=(20,), temperature=0.5))
    of_encoder = ~model.of_decoder

    def variance():
        return model.steps(count=8, copies=200).var(axis=0)[of_encoder].sum()

    before, vae = variance(), model.vae
    vae.posterior.trainable = vae.prior.trainable = vae.likelihood.trainable = False
    vae.compile(keras.optimizers.Adam(0.02))
    vae.fit(np.repeat(model.x, 50_000, axis=0), batch_size=250, verbose=0)
    vae.posterior.trainable = vae.prior.trainable = vae.likelihood.trainable = True
    assert variance() < 0.5 * before


def test_its_value_is_the_elbo():
    model = of_any_network(num_samples=2)
    x = np.repeat(model.x, 5000, axis=0)
    for training in (False, True):
        bound, densities = model.vae.objective(model.vae, x, training=training)
        assert np.allclose(bound, np.mean(densities.log_weight, axis=0), atol=1e-5)
    assert abs(np.mean(bound) - model.bound(1)) < 4.5 * np.std(bound) / np.sqrt(len(x))


def test_it_comes_back_with_what_it_has_learned(tmp_path):
    import zoo

    model = of_any_network()
    model.vae.compile("adam")
    model.vae.fit(np.repeat(model.x, 10, axis=0), verbose=0)
    model.vae.save(tmp_path / "model.keras")
    again = zoo.load(tmp_path / "model.keras")
    for a, b in zip(model.vae.objective.weights, again.objective.weights, strict=True):
        assert np.array_equal(a, b)


def test_codes_of_another_size_are_refused():
    model = BinaryLatents()
    with pytest.raises(InputError, match=r"the model's codes have 2 bits: give RELAX\(latent_dim=2\)"):
        RELAX()(model.vae, model.x, training=True)
