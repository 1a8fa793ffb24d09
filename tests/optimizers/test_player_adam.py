import keras
import numpy as np
import pytest

from zoo.errors import InputError
from zoo.optimizers.player_adam import PlayerAdam, pace


def two_players(rate=None, learning_rate=0.01, **kwargs):
    """A model of two factors of x, w u x, with the optimizer."""
    first, second = (keras.layers.Dense(1, use_bias=False, kernel_initializer="ones") for _ in range(2))
    model = keras.Sequential([keras.Input([1]), first, second])
    if rate:
        pace(second, rate)
    model.compile(PlayerAdam(learning_rate, **kwargs), loss="mse")
    return model


def test_the_steps_of_a_paced_network_are_so_many_times_as_long():
    """Adam's first step is the learning rate, whatever the gradient."""
    model = two_players(3.0)
    model.train_on_batch(np.ones([4, 1]), np.zeros([4, 1]))
    assert np.allclose(np.ravel(model.get_weights()), [1 - 0.01, 1 - 0.03], atol=1e-6)


def test_without_a_pace_it_is_adam(rng):
    x, y = rng.normal(size=[20, 1]), rng.normal(size=[20, 1])
    ours, theirs = two_players(beta_1=0.9), two_players(beta_1=0.9)
    theirs.compile(keras.optimizers.Adam(0.01), loss="mse")
    for model in (ours, theirs):
        model.fit(x, y, epochs=3, batch_size=5, shuffle=False, verbose=0)
    assert np.allclose(ours.get_weights(), theirs.get_weights(), atol=1e-6)


def test_a_schedule_holds_for_both():
    model = two_players(2.0, keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5))
    model.train_on_batch(np.ones([4, 1]), np.zeros([4, 1]))
    assert np.allclose(np.ravel(model.get_weights()), [0.9, 0.8], atol=1e-5)


def test_it_comes_back_from_its_configuration():
    optimizer = keras.optimizers.deserialize(keras.optimizers.serialize(PlayerAdam(0.1, beta_2=0.99)))
    assert isinstance(optimizer, PlayerAdam) and optimizer.beta_1 == 0.5 and optimizer.beta_2 == 0.99


def test_a_pace_that_is_not_positive_is_refused():
    with pytest.raises(InputError, match="rate"):
        two_players(-1.0)
