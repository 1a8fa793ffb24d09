import keras
import numpy as np
import pytest
from keras import ops

from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.numerics.f_divergence import f_divergence, jensen_shannon, kl, pearson
from zoo.objectives.f_divergence_elbo import FDivergenceELBO
from zoo.random import mean_image, normal, stream


class Unlearning(FDivergenceELBO):
    """One whose critic learns nothing."""

    def call(self, vae, x, training=False):
        return super().call(vae, x, training=False)


def of(weight=3.0, kind=FDivergenceELBO, divergence=jensen_shannon):
    keras.utils.set_random_seed(0)
    model = LinearGaussian(error=1.0, objective=kind(divergence, weight=weight, filters=(4,)))
    return model, model.vae.objective


def seeded(model):
    state = model.vae.seed_generator.state
    state.assign(ops.convert_to_tensor([3, 0], state.dtype))
    return model.vae


def step(model):
    model.vae.compile(keras.optimizers.SGD(0.1))
    seeded(model).train_on_batch(model.x)
    return [np.asarray(w) for part in (model.vae.posterior, model.vae.likelihood) for w in part.weights]


@pytest.mark.parametrize("divergence", [jensen_shannon, kl, pearson])
def test_it_is_the_elbo_less_the_critics_estimate(divergence):
    model, objective = of(weight=2.0, divergence=divergence)
    value, densities = objective(model.vae, model.x)
    codes = stream(densities.key, "codes that a critic judges")
    made = mean_image(model.vae.likelihood(normal(codes, (len(model.x), 2))), densities.key)
    apart = f_divergence(*(objective.critic(x)[:, 0] for x in (model.x, made)), divergence)
    expected = densities.log_likelihood - densities.kl - 2 * apart
    # tanh takes a little of what is near 0.
    assert np.allclose(value, expected, atol=2e-3) and np.abs(apart) > 1e-3


def test_each_player_is_moved_by_its_own():
    moved = []
    for weight in (1.0, 20.0):
        model, objective = of(weight)
        before = [np.array(w) for w in objective.critic.get_weights()]
        step(model)
        moved.append([a - b for a, b in zip(objective.critic.get_weights(), before, strict=True)])
    assert max(np.abs(each).max() for each in moved[0]) > 1e-4
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(*moved, strict=True))
    learning, still, plain = (step(of(*each)[0]) for each in ((20.0,), (20.0, Unlearning), (1e-6,)))
    assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(learning, still, strict=True))
    assert not all(np.allclose(a, b, atol=1e-4) for a, b in zip(learning, plain, strict=True))


def test_its_critic_makes_the_difference_larger():
    """Of data, and of samples of a decoder that is elsewhere and stays."""
    model, objective = of(weight=1e-6)
    model.vae.likelihood.decoder.layers[0].bias.assign(ops.convert_to_tensor(model.b + 2.0, "float32"))
    model.vae.posterior.trainable = model.vae.likelihood.trainable = False
    x = model.draw(np.random.default_rng(0), 500)
    model.vae.compile(keras.optimizers.Adam(0.01))
    model.vae.fit(x, epochs=20, batch_size=100, verbose=0)
    real = ops.convert_to_numpy(objective.critic(x))[:, 0].mean()
    made = ops.convert_to_numpy(objective.critic(model.vae.sample(500, seed=0)))[:, 0].mean()
    assert real - made > 1.0


def test_a_critic_that_is_far_out_is_finite():
    for divergence in (jensen_shannon, kl, pearson):
        model, objective = of(divergence=divergence)
        objective.critic.set_weights([1e6 * w for w in objective.critic.get_weights()])
        assert np.isfinite(objective(model.vae, model.x, training=True)[0]).all()


def test_what_can_not_be_is_refused():
    with pytest.raises(InputError, match="weight is 0"):
        FDivergenceELBO(weight=0)
