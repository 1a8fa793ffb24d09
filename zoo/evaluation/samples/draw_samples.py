"""Samples of a model, many of them."""

import numpy as np

from zoo.evaluation.batched import batch_key
from zoo.numerics.compilation import compiled

_BATCH = 200


def draw_samples(vae, n, seed, pixels=False):
    """n samples of a model, a batch at a time from one compiled function.

    Args:
        vae: a model with `sample` and `sample_pixels`.
        n: how many.
        seed: an int; each batch has a key of its own.
        pixels: whether to draw the pixels too, instead of giving their means.

    Yields:
        float32 `[B, height, width, channels]`, in the model's range.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> [batch.shape for batch in draw_samples(vae, 250, seed=0)]
        [(200, 8, 8, 1), (50, 8, 8, 1)]
    """
    sample = vae.sample_pixels if pixels else vae.sample
    draw = compiled(lambda key: sample(_BATCH, key))
    for number, start in enumerate(range(0, n, _BATCH)):
        yield np.asarray(draw(batch_key(seed, number)))[: n - start]
