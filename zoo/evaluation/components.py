"""How many components of a mixture prior the data use."""

import numpy as np
from keras import ops

from zoo.evaluation.codes import codes


def responsibilities(vae, z):
    """What each component of a mixture prior has to do with each code: p(k | z).

    Args:
        vae: a model whose prior has `log_components`.
        z: codes, `[N, D]`.

    Returns:
        float64 `[N, K]`, of which each row sums to 1; or None where the prior has no components.

    Example:
        >>> import zoo
        >>> vae = zoo.build("mixture_vae", image_shape=(8, 8, 1), latent_dim=2, components=3)
        >>> responsibilities(vae, np.zeros([4, 2])).shape
        (4, 3)

    References:
        Bishop 2006, "Pattern Recognition and Machine Learning", equation 9.13.
    """
    if not hasattr(getattr(vae, "prior", None), "log_components"):
        return None
    log_components = vae.prior.log_components(ops.convert_to_tensor(z, "float32"))
    return np.asarray(ops.softmax(log_components, axis=-1), "float64")


def component_shares(vae, batches):
    """Each component's share of the images: the mean of p(k | z = encode(x)).

    Args:
        vae: a model whose prior has `log_components`.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.

    Returns:
        float64 `[K]`, which sum to 1; or None where the prior has no components.

    Example:
        >>> import zoo
        >>> vae = zoo.build("mixture_vae", image_shape=(8, 8, 1), latent_dim=2, components=3)
        >>> round(float(sum(component_shares(vae, np.zeros([4, 8, 8, 1])))), 5)
        1.0
    """
    if not hasattr(vae.prior, "log_components"):
        return None
    return responsibilities(vae, codes(vae, batches)).mean(axis=0)


def components_used(shares, least=0.01):
    """How many components have a share of at least `least`.

    Example:
        >>> components_used(np.array([0.6, 0.399, 0.001]))
        2
    """
    return int(np.sum(shares >= least))
