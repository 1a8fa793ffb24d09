import keras
import numpy as np
import pytest
from keras import ops

from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.objectives.factor_elbo import FactorELBO
from zoo.random import key
from zoo.vae import LogDensities

CORRELATED = np.random.default_rng(0).multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 4000).astype("float32")
#: -1/2 log(1 - 0.8^2)
TRUTH = 0.5108


class Codes:
    """In place of a VAE: what it is given are the codes, which cost nothing and tell nothing."""

    def log_densities(self, x, num_samples=1, training=False):
        nothing = ops.zeros_like(x)[None, :, 0]
        return LogDensities(nothing, nothing, nothing, ops.convert_to_tensor(x)[None], ops.zeros_like(x), key=key(1))


class Exact(keras.Model):
    """The log of the ratio of the correlated normal to the product of its marginals, as a critic."""

    def call(self, z):
        a, b = z[:, 0], z[:, 1]
        joint = (a * a - 1.6 * a * b + b * b) / (1 - 0.64)
        return (-0.5 * np.log(1 - 0.64) - 0.5 * joint + 0.5 * (a * a + b * b))[:, None]


class Judged(keras.Model):
    """A model whose loss is an objective's."""

    def __init__(self, objective):
        super().__init__()
        self.objective = objective

    def build(self, input_shape):
        self.built = True

    def call(self, x, training=None):
        return self.objective(Codes(), x, training=True)[0]

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return -ops.mean(y_pred)


def test_with_the_exact_critic_it_is_the_total_correlation():
    objective = FactorELBO(latent_dim=2, gamma=3.0)
    object.__setattr__(objective, "critic", Exact())
    objective.critic(CORRELATED[:2])
    value = np.asarray(objective(Codes(), CORRELATED)[0])
    error = value.std() / np.sqrt(len(value))
    assert value.mean() == pytest.approx(-3 * TRUTH, abs=4 * error) and error < 0.06


def test_its_own_critic_comes_to_it():
    keras.utils.set_random_seed(0)
    objective = FactorELBO(latent_dim=2, gamma=1.0, units=(32, 32))
    model = Judged(objective)
    model.compile(keras.optimizers.Adam(3e-3))
    model.fit(CORRELATED, epochs=15, batch_size=200, verbose=0)
    assert -float(np.mean(objective(Codes(), CORRELATED)[0])) == pytest.approx(TRUTH, abs=0.12)


class Unlearning(FactorELBO):
    """One whose critic learns nothing."""

    def call(self, vae, x, training=False):
        return super().call(vae, x, training=False)


def of(gamma, kind=FactorELBO):
    keras.utils.set_random_seed(0)
    objective = kind(latent_dim=2, gamma=gamma, units=(8,))
    before = [np.array(w) for w in objective.critic.get_weights()]
    model = LinearGaussian(error=1.0, objective=objective)
    return model, objective, before


def step(model):
    model.vae.compile(keras.optimizers.SGD(0.1))
    state = model.vae.seed_generator.state
    state.assign(ops.convert_to_tensor([3, 0], state.dtype))
    model.vae.train_on_batch(model.x)
    return [np.asarray(w) for part in (model.vae.posterior, model.vae.likelihood) for w in part.weights]


def test_the_total_correlation_moves_the_encoder_and_not_the_critic():
    moved = []
    for gamma in (1.0, 50.0):
        model, objective, before = of(gamma)
        step(model)
        moved.append([after - w for after, w in zip(objective.critic.get_weights(), before, strict=True)])
    assert max(np.abs(each).max() for each in moved[0]) > 1e-4
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(*moved, strict=True))


def test_what_the_critic_learns_moves_the_critic_alone():
    learning, still, plain = (step(of(*each)[0]) for each in ((5.0,), (5.0, Unlearning), (1e-6,)))
    assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(learning, still, strict=True))
    assert not all(np.allclose(a, b, atol=1e-4) for a, b in zip(learning, plain, strict=True))


def test_the_value_is_without_what_the_critic_learns():
    model, objective, _ = of(gamma=5.0)
    values = []
    for training in (False, True):
        model.vae.seed_generator.state.assign(ops.convert_to_tensor([3, 0], model.vae.seed_generator.state.dtype))
        values.append(np.asarray(objective(model.vae, model.x, training=training)[0]))
    assert np.allclose(*values, atol=1e-5)


def test_one_image_and_several_draws_are_finite():
    model = LinearGaussian(objective=FactorELBO(latent_dim=2, units=(8,), num_samples=3))
    assert np.isfinite(model.vae.objective(model.vae, model.x[:1], training=True)[0]).all()


def test_what_can_not_be_is_refused():
    with pytest.raises(InputError, match=r"give FactorELBO\(latent_dim=2\)"):
        LinearGaussian(objective=FactorELBO(latent_dim=3)).vae.objective(LinearGaussian().vae, LinearGaussian().x)
    with pytest.raises(InputError, match="gamma is 0"):
        FactorELBO(gamma=0)
