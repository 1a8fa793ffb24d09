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


@pytest.mark.parametrize("kwargs", [{"epochs": 0}, {"epochs": 3, "start": 2.0}])
def test_impossible_schedules_are_refused(kwargs):
    with pytest.raises(InputError, match="WarmUp takes"):
        WarmUp(**kwargs)
