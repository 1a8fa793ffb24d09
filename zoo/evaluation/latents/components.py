"""The components of a mixture prior that the data use."""

import numpy as np
from keras import ops

from zoo.abilities import abilities
from zoo.evaluation.latents.codes import codes
from zoo.numerics.compilation import compiled


def has_components(vae):
    """Whether the model has a prior whose components can be told apart: one with `log_components`.

    Example:
        >>> import zoo
        >>> has_components(zoo.build("vae", image_shape=(8, 8, 1)))
        False
    """
    return abilities(vae).has_components


def responsibilities(vae, z):
    """The responsibility of each component of a mixture prior for each code, p(k | z).

    Args:
        vae: a model that `has_components`.
        z: codes, `[N, D]`.

    Returns:
        float64 `[N, K]`, of which each row sums to 1.

    Example:
        >>> import zoo
        >>> vae = zoo.build("mixture_vae", image_shape=(8, 8, 1), latent_dim=2, components=3)
        >>> responsibilities(vae, np.zeros([4, 2])).shape
        (4, 3)

    References:
        Bishop 2006, "Pattern Recognition and Machine Learning", equation 9.13.
    """
    of_some = compiled(lambda z: ops.softmax(vae.prior.log_components(z), axis=-1))
    # All at once would take N K D numbers.
    pieces = [ops.convert_to_tensor(z[start : start + 500], "float32") for start in range(0, len(z), 500)]
    return np.concatenate([np.asarray(of_some(piece), "float64") for piece in pieces])


def component_shares(vae, batches):
    """Each component's share of the images: the mean of p(k | z = encode(x)).

    Args:
        vae: any model.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.

    Returns:
        float64 `[K]`, which sum to 1; or None where the model has no components.

    Example:
        >>> import zoo
        >>> vae = zoo.build("mixture_vae", image_shape=(8, 8, 1), latent_dim=2, components=3)
        >>> round(float(sum(component_shares(vae, np.zeros([4, 8, 8, 1])))), 5)
        1.0
    """
    return responsibilities(vae, codes(vae, batches)).mean(axis=0) if has_components(vae) else None


def components_used(shares, least=0.01):
    """The number of components that have a share of at least `least`.

    Example:
        >>> components_used(np.array([0.6, 0.399, 0.001]))
        2
    """
    return int(np.sum(shares >= least))
