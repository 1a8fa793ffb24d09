"""Which latent dimensions show in the image."""

import numpy as np


def by_effect(model, codes):
    """The latent dimensions, from the one that changes the image most.

    Each goes from the codes' 2nd percentile to their 98th, where all others are at their means. How much a code varies
    says less: a layer far from the image may vary as it likes without any effect on decode(z).

    Args:
        model: one that decodes.
        codes: of images, `[N, D]`.

    Returns:
        Integers `[D]`.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3)
        >>> sorted(by_effect(vae, np.random.default_rng(0).normal(size=(10, 3))).tolist())
        [0, 1, 2]
    """
    each = np.arange(codes.shape[1])
    changes = np.zeros(len(each))
    # Few at once: images are large.
    for some in np.array_split(each, -(-len(each) // 50)):
        low, high = (np.tile(codes.mean(axis=0), (len(some), 1)).astype("float32") for _ in range(2))
        for z, level in ((low, 0.02), (high, 0.98)):
            z[np.arange(len(some)), some] = np.quantile(codes[:, some], level, axis=0)
        images = [np.asarray(model.decode(z)) for z in (low, high)]
        changes[some] = np.square(images[1] - images[0]).reshape(len(some), -1).mean(axis=1)
    return np.argsort(-changes, kind="stable")
