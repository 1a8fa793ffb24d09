"""The named signatures of an exported model."""

import inspect

import tensorflow as tf


def signatures(model, num_samples=50):
    """The signatures of a model, by name: a function that returns a dict of named outputs, and its inputs.

    All take batches of any size. `seed` is a key: int32 `[2]`, `zoo.random.key(7)` for the integer 7.

    | signature | inputs | outputs |
    |---|---|---|
    | encode | x `[B, H, W, C]` | z `[B, D]` |
    | decode | z `[B, D]` | image `[B, H, W, C]` |
    | reconstruct | x `[B, H, W, C]` | image `[B, H, W, C]` |
    | sample | seed `[2]`, n | image `[n, H, W, C]`: codes from the prior, the likelihood's mean |
    | sample_label | seed `[2]`, label `[n]` | image `[n, H, W, C]`: of these labels; of -1 like sample |
    | classify | x `[B, H, W, C]` | probabilities `[B, K]` of the labels |
    | sample_pixels | seed `[2]`, n | image `[n, H, W, C]`: the same codes, the pixels drawn too |
    | complete | x `[B, H, W, C]`, NaN where a view is missing, seed `[2]` | image `[B, H, W, C]` |
    | log_px | x `[B, H, W, C]`, seed `[2]` | log_px `[B]`: the importance-weighted bound, nats |

    An autoencoder has the first three, with a prior sample too, and a VQ-VAE all but log_px. Only a model that has
    labels or clusters has sample_label, only one that takes labels classify, and only one of several views complete.

    Args:
        model: a VAE or an autoencoder, built.
        num_samples: how many samples log_px takes.

    Returns:
        A dict of name to (function, list of `tf.TensorSpec`).

    Example:
        >>> import zoo
        >>> list(signatures(zoo.build("autoencoder", image_shape=(8, 8, 1))))
        ['encode', 'decode', 'reconstruct']
    """
    return {
        name: (_named(each), [tf.TensorSpec(shape, dtype, key) for key, (shape, dtype) in each.inputs.items()])
        for name, each in model.signatures(num_samples).items()
    }


def _named(signature):
    """Its function, which takes its inputs by their place too: TensorFlow's signatures know no others."""

    def function(*args, **kwargs):
        return signature.function(**dict(zip(signature.inputs, args, strict=False)), **kwargs)

    function.possible = signature.possible
    function.__signature__ = inspect.Signature(
        [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in signature.inputs]
    )
    return function
