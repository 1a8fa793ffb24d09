"""Against averages that are summed up step by step."""

import keras
import numpy as np

import zoo
from zoo.callbacks.averages import ValidateAverages, averaged


def weights(model):
    return [np.array(weight) for weight in model.trainable_variables]


def close(a, b):
    return all(np.allclose(*pair, atol=1e-6) for pair in zip(a, b, strict=True))


def test_averages_begin_anew_at_first_and_then_go_back_over_the_steps(images):
    vae, momentum, seen, found = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=[4]), 0.5, [], []
    vae.compile(keras.optimizers.Adam(0.1, use_ema=True, ema_momentum=momentum))
    vae.optimizer.build(vae.trainable_variables)
    first = weights(vae)
    with averaged(vae):
        assert close(weights(vae), first), "no step: no average"

    def look(epoch, logs):
        seen.append(weights(vae))
        with averaged(vae):
            found.append(weights(vae))
        assert close(weights(vae), seen[-1])

    watch = keras.callbacks.LambdaCallback(on_epoch_end=look)
    fit = {"batch_size": len(images), "epochs": 9, "verbose": 0, "callbacks": [ValidateAverages(), watch]}
    vae.fit(images, validation_data=(images,), **fit)
    mean = None
    for step, own in enumerate(seen, 1):
        # Three times two steps are early.
        mean = own if step < 6 else [momentum * a + (1 - momentum) * b for a, b in zip(mean, own, strict=True)]
        assert close(found[step - 1], mean), step
    assert not close(mean, own)
