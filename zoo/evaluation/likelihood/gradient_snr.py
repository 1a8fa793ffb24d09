"""The signal-to-noise ratio of the gradient that an objective gives the encoder."""

import math
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from zoo.abilities import require
from zoo.evaluation.batched import batched
from zoo.numerics.compilation import compiled
from zoo.numerics.counts import check_count
from zoo.numerics.gradient import gradient
from zoo.random.keys import low_bits

#: How many parts the repeats are divided into, each left out in turn: the jackknife's standard error.
PARTS = 10


class GradientSNR(NamedTuple):
    """The ratio, its standard error, and what it is made of."""

    snr: float  #: sqrt(|E g|^2 / E|g - E g|^2)
    snr_se: float  #: how much it would move for other draws
    mean: np.ndarray  #: the mean gradient, `[weights]`
    std: np.ndarray  #: each weight's standard deviation, `[weights]`: |mean| / std are the ratios of each alone


def gradient_snr(vae, x, objective=None, repeats=200, seed=0, progress=None):
    """The encoder's gradient g of an objective's mean over images: its mean's length, in units of its noise.

        snr = sqrt(|E g|^2 / E|g - E g|^2)

    g varies by the draws of z alone. For one weight it is the ratio of Rainforth et al., of which this is the mean in
    the sense of squares. What chance adds to the mean's length is taken off. Of `iwae` of k draws it falls as
    1/sqrt(k): the tighter the bound, the less it says of which way q is to go. Of `dreg` it doesn't.

    Networks behave as in training; nothing of the model is changed. Where there is dropout, it is the same one each
    time.

    Args:
        vae: a model with `log_densities`.
        x: images, `[B, height, width, channels]`.
        objective: as a VAE takes it; None for its own.
        repeats: of how many gradients, at least ten.
        seed: an int.
        progress: a function called with the number of gradients done since the last call.

    Returns:
        `GradientSNR`.

    Raises:
        InputError: fewer than ten repeats, or no density, or images that the model doesn't take.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> gradient_snr(vae, np.zeros([5, 8, 8, 1]), repeats=10).snr > 0
        True

    References:
        Rainforth et al. 2018, "Tighter Variational Bounds are Not Necessarily Better"; Tucker et al. 2019, "Doubly
        Reparameterized Gradient Estimators for Monte Carlo Objectives".
    """
    require(vae, "has_density", "the gradient of a bound")
    check_count("repeats", repeats, least=PARTS)
    x = ops.concatenate([ops.convert_to_tensor(batch) for batch in batched(x, vae)])
    if objective is not None:
        shape, vae = vae.image_shape, vae.replace(objective=objective)
        vae.build((None, *shape))
    one = compiled(lambda state: encoder_gradient(vae, x, state))
    counts, sums, squares = np.zeros(PARTS), [0.0] * PARTS, [0.0] * PARTS
    for number in range(repeats):
        found = np.asarray(one(ops.convert_to_tensor(np.array([low_bits(seed), number], "uint32"))), "float64")
        part = number % PARTS
        counts[part] += 1
        sums[part], squares[part] = sums[part] + found, squares[part] + found**2
        if progress is not None:
            progress(1)
    sums, squares = np.array(sums), np.array(squares)
    mean, variance = _moments(repeats, sums.sum(0), squares.sum(0))
    others = [
        _ratio(count, *_moments(count, sums.sum(0) - sums[part], squares.sum(0) - squares[part]))
        for part, count in enumerate(repeats - counts)
    ]
    error = math.sqrt((PARTS - 1) * np.var(others))
    return GradientSNR(_ratio(repeats, mean, variance), error, mean, np.sqrt(variance))


def encoder_gradient(vae, x, state):
    """One gradient of the mean of a model's objective by its posterior's weights, as training would have it.

    Args:
        vae: a built VAE.
        x: images, `[B, height, width, channels]`.
        state: uint32 `[2]`, the state of the model's generator.

    Returns:
        float32 `[weights]`, all of them in one vector.
    """
    weights = vae.posterior.trainable_variables
    shapes = [tuple(weight.shape) for weight in weights]
    ends = np.cumsum([math.prod(shape) for shape in shapes])[:-1].tolist()
    start = ops.concatenate([ops.reshape(ops.convert_to_tensor(weight), (-1,)) for weight in weights])

    def value(flat):
        values = [ops.reshape(v, shape) for v, shape in zip(ops.split(flat, ends), shapes, strict=True)]
        # What the pass makes of the model's state, its generator's among it, is forgotten.
        mapping = [*zip(weights, values, strict=True), (vae.seed_generator.state, state)]
        with keras.StatelessScope(state_mapping=mapping):
            return ops.mean(vae.objective(vae, x, training=True)[0])

    return gradient(value, start)


def _moments(count, total, squares):
    """The mean and the variance of so many."""
    mean = total / count
    return mean, np.maximum(squares / count - mean**2, 0) * count / (count - 1)


def _ratio(count, mean, variance):
    noise = variance.sum()
    signal = max((mean**2).sum() - noise / count, 0)
    return float(np.sqrt(signal / noise)) if noise > 0 else math.inf if signal > 0 else math.nan
