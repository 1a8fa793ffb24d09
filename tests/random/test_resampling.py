import numpy as np
from keras import ops

from zoo.random import key
from zoo.random.resampling import systematic


def counts(weights, num_samples, seed):
    chosen = ops.convert_to_numpy(systematic(weights.astype("float32"), num_samples, key(seed)))
    assert (np.diff(chosen, axis=0) >= 0).all()
    return (chosen[None] == np.arange(len(weights))[:, None, None]).sum(axis=1)


def test_samples_come_as_often_as_their_weights_say():
    weights = np.random.default_rng(0).dirichlet(np.ones(7) / 2, size=3).T  # [7, 3]
    many = np.repeat(weights, 20000, axis=1)
    found = counts(many, 5, seed=1).reshape(7, 3, 20000)
    assert (found.sum(axis=0) == 5).all()
    error = found.std(axis=-1) / np.sqrt(20000) + 1e-6
    assert (np.abs(found.mean(axis=-1) - 5 * weights) < 5 * error).all()
    # Never a whole time off.
    assert (np.abs(found - 5 * weights[..., None]) < 1).all()


def test_a_weight_of_zero_is_never_chosen_and_a_weight_of_one_always():
    weights = np.zeros([50, 1000])
    weights[49, :500] = 1
    weights[0, 500:] = 1
    found = counts(weights, 3, seed=2)
    assert (found == 3 * weights).all()
