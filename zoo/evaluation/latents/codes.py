"""The codes of a set of images."""

import numpy as np
from keras import ops

from zoo.evaluation.batched import batched
from zoo.numerics.compilation import compiled


def codes(model, batches, progress=None):
    """encode(x) for each image: the posterior's mean, or an autoencoder's code.

    Args:
        model: a VAE or an autoencoder.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.
        progress: a function called with the number of images done since the last call.

    Returns:
        float32 `[N, D]`.

    Raises:
        InputError: there are no images.

    Example:
        >>> import zoo
        >>> codes(zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2), np.zeros([4, 8, 8, 1])).shape
        (4, 2)
    """
    encode, found = compiled(model.encode), []
    for x in batched(batches, model, size=500):
        found.append(np.asarray(encode(ops.convert_to_tensor(x))))
        if progress is not None:
            progress(len(found[-1]))
    return np.concatenate(found)
