"""An autoencoder of given weights, and the Jacobian of a network by differences."""

import keras
import numpy as np

from zoo.autoencoder import Autoencoder
from zoo.networks.mlp import mlp_decoder, mlp_encoder


def autoencoder(shape=(2, 3, 1), units=(4, 2), activation="tanh", seed=0, **kwargs):
    """One whose weights are so large that its slopes differ from image to image."""
    keras.utils.set_random_seed(seed)
    encoder, decoder = mlp_encoder(shape, units, activation), mlp_decoder(shape, units[-1], (4,), activation)
    model = Autoencoder(encoder, decoder, range=None, **kwargs)
    model.build((None, *shape))
    rng = np.random.default_rng(seed)
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model


def jacobian(network, at, step=1e-2):
    """d outputs / d inputs of one example by central differences, `[outputs, inputs]`."""
    at = np.asarray(at, "float32")
    columns = []
    for i in range(at.size):
        ends = []
        for sign in (-1, 1):
            moved = at.copy().reshape(-1)
            moved[i] += sign * step
            ends.append(np.asarray(network(moved.reshape(1, *at.shape)), "float64").reshape(-1))
        columns.append((ends[1] - ends[0]) / (2 * step))
    return np.stack(columns, axis=-1)
