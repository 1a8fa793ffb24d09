"""Keys of Keras's seed generators, which layers and models have for training."""

from keras import ops

from zoo.probability import sampler_seed
from zoo.random.keys import key


def fresh_key(generator, training=True):
    """A key that is another one at each step of training, and always the same in evaluation.

    Args:
        generator: a `keras.random.SeedGenerator`.
        training: whether this is a step of training.

    Returns:
        int32 `[2]`.

    Example:
        >>> import keras
        >>> generator = keras.random.SeedGenerator(0)
        >>> one, other = fresh_key(generator), fresh_key(generator)
        >>> bool(ops.all(one == other)), bool(ops.all(fresh_key(generator, False) == fresh_key(generator, False)))
        (False, True)
    """
    return ops.cast(sampler_seed(generator), "int32") if training else key(0)
