import numpy as np

import zoo
from zoo.callbacks.reseed import Reseed


def states(vae, seed, epochs):
    callback, found = Reseed(seed), []
    callback.set_model(vae)
    for epoch in epochs:
        callback.on_epoch_begin(epoch)
        found.append(np.array(vae.seed_generator.state))
    return found


def test_an_epochs_noise_depends_on_seed_and_epoch_alone():
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    first = states(vae, 7, [0, 1, 2])
    vae.log_densities(np.zeros([1, 8, 8, 1]))
    assert np.array_equal(states(vae, 7, [2])[0], first[2])
    assert len({tuple(s) for s in first + states(vae, 8, [0, 1, 2])}) == 6
