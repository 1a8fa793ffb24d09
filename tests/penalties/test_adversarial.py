import keras
import numpy as np
import pytest
from keras import ops

import zoo
from zoo.errors import InputError
from zoo.numerics.gradient import gradient
from zoo.penalties.adversarial import Adversarial

SHAPE = (4, 4, 1)


@keras.saving.register_keras_serializable(__name__)
class Linear(keras.layers.Layer):
    """D(z) = sum_d a z_d, of one weight a."""

    def __init__(self, start=0.0, size=2, **kwargs):
        super().__init__(**kwargs)
        self.start, self.size = start, size

    def build(self, input_shape):
        self.a = self.add_weight((), keras.initializers.Constant(self.start))
        self.built = True

    @property
    def input_shape(self):
        return (None, self.size)

    def call(self, z, training=None):
        return self.a * ops.sum(z, axis=-1, keepdims=True)


def autoencoder(**kwargs):
    keras.utils.set_random_seed(0)
    return zoo.build("adversarial_autoencoder", image_shape=SHAPE, latent_dim=2, filters=(4,), **kwargs)


def penalty(weight=1.0, start=0.0):
    made = Adversarial(Linear(start), weight)
    made.build((None, *SHAPE))
    return made


def test_where_nobody_can_tell_it_is_log_2_for_each_term():
    z = ops.convert_to_tensor(np.random.default_rng(0).normal(size=[6, 2]), "float32")
    assert np.allclose(penalty(5.0)(autoencoder(), None, z), 7 * np.log(2), atol=1e-5)


def test_it_is_the_formula():
    """At D(z) = z_1 + z_2: codes at 3, and draws of N(0, I), whose D is N(0, 2)."""
    z = ops.full([50_000, 2], 1.5)
    found = float(ops.mean(penalty(4.0, start=1.0)(autoencoder(), None, z)))
    draws = np.random.default_rng(0).normal(0, np.sqrt(2), 200_000)
    expected = 4 * np.logaddexp(0, -3) + np.logaddexp(0, 3) + np.logaddexp(0, -draws).mean()
    assert found == pytest.approx(expected, abs=0.02)


def test_codes_move_to_where_the_critic_sees_the_prior_and_by_the_weight_alone():
    """d/dz weight softplus(-a z) = -weight a sigmoid(-a z): the critic's own terms don't reach the codes."""
    z = ops.convert_to_tensor([[0.5, -1.0]])
    made, model = penalty(4.0, start=2.0), autoencoder()
    slope = gradient(lambda z: made(model, None, z), z)
    assert np.allclose(slope, -4 * 2 / (1 + np.exp(2 * -0.5)), atol=1e-5)


@pytest.mark.parametrize("weight", [1.0, 50.0])
def test_the_critic_learns_that_draws_of_the_prior_are_real(weight):
    """Codes are all at 2, draws about 0: a step of gradient descent on its own loss makes a negative.

    At a = 0 the slope is (E[z] - E[z']) / 2 = 2, whatever the encoder's term counts for.
    """
    made = Adversarial(Linear(), weight)
    model = autoencoder().replace(penalty=made)
    model.encoder.layers[-1].set_weights([np.zeros_like(each) for each in model.encoder.layers[-1].get_weights()])
    model.encoder.layers[-1].bias.assign([2.0, 2.0])
    model.compile(keras.optimizers.SGD(0.1))
    model.train_on_batch(np.zeros([5000, *SHAPE]))
    assert float(made.critic.a.value) == pytest.approx(-0.1 * 2, abs=0.01)


@pytest.mark.long
def test_codes_come_to_have_the_priors_moments(rng):
    """Without it the codes of an autoencoder are anywhere."""
    keras.utils.set_random_seed(1)
    x = (rng.random((1000, *SHAPE)) < 0.5).astype("float32")
    model = autoencoder(critic_units=(32, 32), weight=3.0)
    model.compile(zoo.optimizers.PlayerAdam(2e-3))
    model.fit(x, epochs=80, batch_size=50, verbose=0)
    z = np.asarray(model.encode(x))
    assert np.abs(z.mean(0)).max() < 0.35
    assert np.abs(np.cov(z.T) - np.eye(2)).max() < 0.5


def test_the_model_says_that_two_players_learn():
    model = autoencoder()
    assert model.adversarial and not zoo.build("autoencoder", image_shape=SHAPE, latent_dim=2).adversarial
    model.compile("adam")
    assert isinstance(model.optimizer, zoo.optimizers.PlayerAdam)
    assert {each.pace for each in model.penalty.critic.variables} == {2.0}


def test_it_needs_a_prior():
    with pytest.raises(InputError, match="has no prior"):
        penalty()(autoencoder().replace(prior=None), None, ops.zeros([3, 2]))
    with pytest.raises(InputError, match="weight"):
        Adversarial(Linear(), -1.0)
