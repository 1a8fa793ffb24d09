"""How many components of a mixture prior the data use."""

import numpy as np
from keras import ops

from zoo.compiled import compiled
from zoo.evaluation.batched import batched


def responsibilities(vae, batches):
    """What each component of a mixture prior has to do with each image: p(k | z = encode(x)).

    Args:
        vae: a model whose prior has `log_components`.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.

    Returns:
        float64 `[N, K]`, of which each row sums to 1; or None where the prior has no components.

    Example:
        >>> import zoo
        >>> vae = zoo.build("mixture_vae", image_shape=(8, 8, 1), latent_dim=2, components=3)
        >>> responsibilities(vae, np.zeros([4, 8, 8, 1])).shape
        (4, 3)

    References:
        Bishop 2006, "Pattern Recognition and Machine Learning", equation 9.13.
    """
    if not hasattr(getattr(vae, "prior", None), "log_components"):
        return None
    of_batch = compiled(lambda x: ops.softmax(vae.prior.log_components(vae.encode(x)), axis=-1))
    return np.concatenate([np.asarray(of_batch(ops.convert_to_tensor(x)), "float64") for x in batched(batches, vae)])


def component_shares(vae, batches):
    """Each component's share of the images: the mean of its responsibilities.

    Args:
        vae, batches: as for `responsibilities`.

    Returns:
        float64 `[K]`, which sum to 1; or None where the prior has no components.

    Example:
        >>> import zoo
        >>> vae = zoo.build("mixture_vae", image_shape=(8, 8, 1), latent_dim=2, components=3)
        >>> round(float(sum(component_shares(vae, np.zeros([4, 8, 8, 1])))), 5)
        1.0
    """
    found = responsibilities(vae, batches)
    return None if found is None else found.mean(axis=0)


def components_used(shares, least=0.01):
    """How many components have a share of at least `least`.

    Example:
        >>> components_used(np.array([0.6, 0.399, 0.001]))
        2
    """
    return int(np.sum(shares >= least))
