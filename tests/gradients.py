"""A model's gradient, of its training step, against differences of its loss."""

import keras
import numpy as np
from keras import ops


def check_gradients(vae, x, step=0.01, rel=0.03):
    """For each trainable weight: it isn't zero, and is the slope of the loss along itself, from the same noise."""
    start = vae.get_weights()
    trained = [i for i, w in enumerate(vae.weights) if any(w is v for v in vae.trainable_weights)]

    def loss(rate, weights):
        """The loss that a step begins with, and the weights after it."""
        vae.compile(keras.optimizers.SGD(rate))
        vae.set_weights(weights)
        vae.seed_generator.state.assign(ops.convert_to_tensor([3, 0], vae.seed_generator.state.dtype))
        found, *_ = vae.train_on_batch(x)
        return float(found), vae.get_weights()

    after = loss(1.0, start)[1]
    # Another rate is no other trace: all losses below are of one compiled step.
    vae.compile(keras.optimizers.SGD(0.0))
    for i in trained:
        gradient = start[i] - after[i]
        length = np.linalg.norm(gradient)
        assert length > 1e-6, f"no gradient reaches {vae.weights[i].path}"
        ends = []
        for sign in (1, -1):
            weights = list(start)
            weights[i] = start[i] + sign * step * gradient / length
            vae.set_weights(weights)
            vae.seed_generator.state.assign(ops.convert_to_tensor([3, 0], vae.seed_generator.state.dtype))
            ends.append(float(vae.train_on_batch(x)[0]))
        slope = (ends[0] - ends[1]) / (2 * step)
        assert abs(slope - length) < rel * length + 2e-3, f"{vae.weights[i].path}: {slope} is no {length}"
    vae.set_weights(start)
