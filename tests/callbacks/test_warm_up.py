import warnings

import keras
import numpy as np
import pytest

import zoo
from zoo.callbacks.warm_up import WarmUp
from zoo.errors import InputError


def test_the_weight_of_the_kl_rises_to_1_and_stays(images):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    vae.compile("sgd")
    seen = []

    class Watch(WarmUp):
        def on_epoch_begin(self, epoch, logs=None):
            super().on_epoch_begin(epoch, logs)
            seen.append(float(np.asarray(self.model.kl_weight)))

    history = vae.fit(images, epochs=4, batch_size=64, verbose=0, callbacks=[Watch(epochs=2, start=0.5)]).history
    assert seen == [0.5, 0.75, 1.0, 1.0]
    loss, log_likelihood, kl = (np.array(history[name]) for name in ("loss", "log_likelihood", "kl"))
    assert np.allclose(loss, np.array(seen) * kl - log_likelihood, rtol=1e-4)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"epochs": 0}, "epochs is 0"),
        ({"epochs": True}, "epochs is True"),
        ({"epochs": 2.5}, "epochs is 2.5"),
        ({"epochs": 3, "start": 2.0}, "start is 2.0"),
        ({"epochs": 3, "start": True}, "start is True"),
        ({"epochs": 3, "start": "0"}, "start is '0'"),
        ({"epochs": 3, "start": float("nan")}, "start is nan"),
    ],
)
def test_impossible_schedules_are_refused(kwargs, message):
    with pytest.raises(InputError, match=message):
        WarmUp(**kwargs)


@pytest.mark.long
def test_one_that_is_longer_than_the_training_says_so_before_it(images):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,))
    vae.compile("sgd")
    with pytest.warns(UserWarning, match=r"ends after epoch 2.*counted for 0\.25 at most"):
        vae.fit(images, epochs=2, verbose=0, callbacks=[WarmUp(epochs=4)])
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        vae.fit(images, epochs=6, initial_epoch=4, verbose=0, callbacks=[WarmUp(epochs=4)])


class Worse(keras.callbacks.Callback):
    """Makes the model worse after each epoch, so that the first one is the best."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch:
            head = self.model.likelihood.decoder.layers[-2]
            head.bias.assign(np.asarray(head.bias) + 3.0)


@pytest.mark.long
def test_stopping_during_a_warm_up_brings_back_the_best_weights_and_no_weight_below_1(images, tmp_path):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,))
    vae.compile(keras.optimizers.SGD(1e-6))
    before = vae.likelihood.decoder.get_weights()[-1]
    stop = keras.callbacks.EarlyStopping(patience=1, restore_best_weights=True)
    keep = keras.callbacks.ModelCheckpoint(tmp_path / "best.keras", save_best_only=True)
    options = {"validation_data": images, "epochs": 4, "verbose": 0}
    # After it, and before it: it sets the weight as epochs begin, and they put weights back at the end.
    history = vae.fit(images, callbacks=[Worse(), stop, WarmUp(epochs=3, start=0.1), keep], **options).history
    assert len(history["loss"]) == 2
    assert float(np.asarray(vae.kl_weight)) == 1
    for best in (vae, zoo.load(tmp_path / "best.keras")):
        assert np.allclose(best.likelihood.decoder.get_weights()[-1], before, atol=0.1)
        assert float(np.asarray(best.kl_weight)) == 1


def test_the_validation_loss_has_the_whole_kl_term_in_every_epoch(images):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,))
    vae.compile("sgd")
    history = vae.fit(images, validation_data=images, epochs=2, verbose=0, callbacks=[WarmUp(epochs=2)]).history
    assert np.allclose(history["val_loss"], -np.array(history["val_elbo"]), rtol=1e-5)
    assert history["loss"][0] == pytest.approx(-history["log_likelihood"][0], rel=1e-5)
