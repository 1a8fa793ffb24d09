"""TensorFlow Probability for the backend that Keras runs on.

    from zoo.probability import tfd, tfb

`tfd` and `tfb` are `tfp.distributions` and `tfp.bijectors` on TensorFlow, and their JAX substrates on JAX.
"""

import keras

from zoo.errors import InputError

if keras.backend.backend() == "tensorflow":
    import tensorflow_probability as tfp
elif keras.backend.backend() == "jax":
    import jax
    import jax._src.core

    # TFP 0.25 looks this table up where older releases of JAX kept it.
    jax.interpreters.xla.pytype_aval_mappings = jax._src.core.pytype_aval_mappings
    from tensorflow_probability.substrates import jax as tfp
else:
    raise InputError(
        f"KERAS_BACKEND is {keras.backend.backend()!r}, but zoo runs on 'tensorflow' or 'jax': "
        "set KERAS_BACKEND=tensorflow (or leave it unset) and start again."
    )

tfd = tfp.distributions
tfb = tfp.bijectors


def sampler_seed(generator):
    """The next seed of a Keras `SeedGenerator`, in the form that TFP's samplers take on this backend.

    Under `tf.distribute` each replica gets noise of its own: the generator's state is the same on all of them, so the
    replica's number is folded in.

    Args:
        generator: a `keras.random.SeedGenerator`.

    Returns:
        int32 `[2]` on TensorFlow, a raw uint32 `[2]` key on JAX.

    Example:
        >>> sampler_seed(keras.random.SeedGenerator(7)).shape[0]
        2
    """
    seed = generator.next()
    if keras.backend.backend() == "jax":
        return seed
    import tensorflow as tf

    seed = tf.cast(seed, tf.int32)
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return seed
    # An odd multiplier keeps replica r's stream away from the seeds r steps later, which count up by one.
    return seed + tf.stack([tf.cast(context.replica_id_in_sync_group, tf.int32) * 0x61C88647, 0])


def stateless_seed(key):
    """A key of `zoo.random`, int32 `[2]`, in the form that TFP's samplers take on this backend.

    Example:
        >>> stateless_seed(keras.ops.zeros([2], "int32")).shape[0]
        2
    """
    return key if keras.backend.backend() == "tensorflow" else keras.ops.cast(key, "uint32")
