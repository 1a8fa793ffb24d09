"""Compilation on whichever backend runs."""

import keras


def compiled(function):
    """The function, compiled: by `tf.function` on TensorFlow, by `jax.jit` on JAX.

    It must depend on its arguments and on the model's present weights alone. On JAX the weights become constants of the
    compiled function: compile again after training on.

    Args:
        function: of tensors, to tensors.

    Example:
        >>> double = compiled(lambda x: 2 * x)
        >>> float(double(keras.ops.ones([])))
        2.0
    """
    if keras.backend.backend() == "jax":
        import jax

        return jax.jit(function)
    import tensorflow as tf

    return tf.function(function, reduce_retracing=True, autograph=False)
