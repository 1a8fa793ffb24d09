"""How many components of a mixture prior the data use."""

import numpy as np
from keras import ops

from zoo.compiled import compiled
from zoo.evaluation.batched import batched


def component_shares(vae, batches):
    """Each component's share of the test set: the mean over images of p(k | z = encode(x)).

    Args:
        vae: a model whose prior is a `tfd.MixtureSameFamily`.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.

    Returns:
        float64 `[K]`, which sum to 1; or None where the prior has no components.

    Example:
        >>> import zoo
        >>> vae = zoo.build("mixture_vae", image_shape=(8, 8, 1), latent_dim=2, components=3)
        >>> round(float(sum(component_shares(vae, np.zeros([4, 8, 8, 1])))), 5)
        1.0
    """
    if not hasattr(vae.prior(), "mixture_distribution"):
        return None
    responsibilities = compiled(lambda x: _responsibilities(vae, x))
    parts = [np.asarray(responsibilities(ops.convert_to_tensor(x)), "float64") for x in batched(batches)]
    return np.concatenate(parts).mean(axis=0)


def _responsibilities(vae, x):
    prior = vae.prior()
    # [B, 1, D] against K components -> [B, K]
    z = ops.expand_dims(vae.encode(x), 1)
    log_joint = prior.components_distribution.log_prob(z) + ops.log_softmax(
        prior.mixture_distribution.logits_parameter()
    )
    return ops.softmax(log_joint, axis=-1)


def components_used(shares, least=0.01):
    """How many components have a share of at least `least`.

    Example:
        >>> components_used(np.array([0.6, 0.399, 0.001]))
        2
    """
    return int(np.sum(shares >= least))
