"""What an exported model can be asked: its named signatures."""

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
    | sample_pixels | seed `[2]`, n | image `[n, H, W, C]`: the same codes, the pixels drawn too |
    | log_px | x `[B, H, W, C]`, seed `[2]` | log_px `[B]`: the importance-weighted bound, nats |

    An autoencoder has the first three.

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
    x = tf.TensorSpec([None, *model.image_shape], tf.float32, "x")
    z = tf.TensorSpec([None, model.latent_dim], tf.float32, "z")
    found = {
        "encode": (lambda x: {"z": model.encode(x)}, [x]),
        "decode": (lambda z: {"image": model.decode(z)}, [z]),
        "reconstruct": (lambda x: {"image": model.reconstruct(x)}, [x]),
    }
    if hasattr(model, "sample"):
        seed, n = tf.TensorSpec([2], tf.int32, "seed"), tf.TensorSpec([], tf.int32, "n")
        found |= {
            "sample": (lambda seed, n: {"image": model.sample(n, seed)}, [seed, n]),
            "sample_pixels": (lambda seed, n: {"image": model.sample_pixels(n, seed)}, [seed, n]),
            "log_px": (lambda x, seed: {"log_px": model.log_px(x, seed, num_samples)}, [x, seed]),
        }
    return found
