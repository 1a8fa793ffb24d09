import keras
import numpy as np
import pytest

import zoo
from zoo.callbacks.stop_on_non_finite import StopOnNonFinite
from zoo.errors import NonFiniteLossError


class Break(keras.callbacks.Callback):
    """Puts a NaN into a weight before a given step."""

    def __init__(self, epoch, step):
        super().__init__()
        self.at, self.epoch = (epoch, step), None

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_begin(self, batch, logs=None):
        if (self.epoch, batch) == self.at:
            self.good = self.model.get_weights()
            weight = self.model.trainable_weights[-1]
            weight.assign(np.full(weight.shape, np.nan))


@pytest.mark.parametrize("steps_per_execution", [1, 2])
def test_it_stops_at_the_step_says_which_term_and_restores_the_weights(images, steps_per_execution):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    vae.compile("adam", steps_per_execution=steps_per_execution)
    broken = Break(1, 2)
    with pytest.raises(NonFiniteLossError, match=r"epoch 2, step [34]; not finite: .*log_likelihood.*learning rate"):
        vae.fit(images, batch_size=16, epochs=3, verbose=0, callbacks=[broken])
    assert all(np.isfinite(weight).all() for weight in vae.get_weights())
    assert vae.stop_training


def test_the_weights_are_the_last_copy(images):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    vae.compile("adam")
    broken, guard = Break(0, 3), StopOnNonFinite(keep_every=1)
    callbacks = keras.callbacks.CallbackList([broken, guard], model=vae, epochs=1, steps=4)
    with pytest.raises(NonFiniteLossError):
        vae.fit(images, batch_size=16, verbose=0, callbacks=callbacks)
    for kept, good in zip(vae.get_weights(), broken.good, strict=True):
        if kept.dtype.kind == "f":
            assert np.array_equal(kept, good)


def test_a_learning_rate_out_of_all_bounds_ends_in_the_error(images):
    vae = zoo.build("conv_vae", image_shape=(8, 8, 1), latent_dim=2)
    vae.compile(keras.optimizers.SGD(1e30))
    with pytest.raises(NonFiniteLossError, match="smaller learning rate"):
        vae.fit(images, batch_size=16, epochs=5, verbose=0)
    assert all(np.isfinite(weight).all() for weight in vae.get_weights())
