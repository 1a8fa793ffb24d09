import keras
import numpy as np
import pytest

from zoo.errors import InputError
from zoo.optimizers.player_adam import PlayerAdam


def two_players(rates, learning_rate=0.01, **kwargs):
    """A model of two factors of x, w u x, with the optimizer."""
    ones = {"use_bias": False, "kernel_initializer": "ones"}
    layers = [keras.layers.Dense(1, name="encoder", **ones), keras.layers.Dense(1, name="critic", **ones)]
    model = keras.Sequential([keras.Input([1]), *layers])
    model.compile(PlayerAdam(learning_rate, rates, **kwargs), loss="mse")
    return model


def test_the_steps_of_a_named_network_are_so_many_times_as_long():
    """Adam's first step is the learning rate, whatever the gradient."""
    model = two_players({"critic": 3.0})
    model.train_on_batch(np.ones([4, 1]), np.zeros([4, 1]))
    encoder, critic = (float(weights[0, 0]) for weights in model.get_weights())
    assert encoder == pytest.approx(1 - 0.01, abs=1e-6)
    assert critic == pytest.approx(1 - 0.03, abs=1e-6)


def test_without_rates_it_is_adam(rng):
    x, y = rng.normal(size=[20, 1]), rng.normal(size=[20, 1])
    ours, theirs = two_players({}, beta_1=0.9), two_players({}, beta_1=0.9)
    theirs.compile(keras.optimizers.Adam(0.01), loss="mse")
    for model in (ours, theirs):
        model.fit(x, y, epochs=3, batch_size=5, shuffle=False, verbose=0)
    assert np.allclose(ours.get_weights(), theirs.get_weights(), atol=1e-6)


def test_a_schedule_holds_for_both():
    model = two_players({"critic": 2.0}, keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5))
    model.train_on_batch(np.ones([4, 1]), np.zeros([4, 1]))
    assert np.allclose(np.ravel(model.get_weights()), [0.9, 0.8], atol=1e-5)


def test_it_comes_back_from_its_configuration():
    optimizer = keras.optimizers.deserialize(keras.optimizers.serialize(PlayerAdam(0.1, {"critic": 2.0}, beta_2=0.99)))
    assert optimizer.rates == {"critic": 2.0} and optimizer.beta_1 == 0.5 and optimizer.beta_2 == 0.99


def test_a_name_that_no_network_has_is_refused():
    with pytest.raises(InputError, match="no network of that name"):
        two_players({"discriminator": 2.0}).train_on_batch(np.ones([4, 1]), np.zeros([4, 1]))
    with pytest.raises(InputError, match="the rate of critic"):
        PlayerAdam(rates={"critic": 0.0})
