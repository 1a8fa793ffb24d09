"""Compilation on whichever backend runs."""

import contextlib
import contextvars
import functools

import keras

_FUSING = contextvars.ContextVar("fusing", default=False)


def compiled(function):
    """The function, compiled: by `tf.function` on TensorFlow, by `jax.jit` on JAX.

    It must depend on its arguments and on the model's present weights alone. On JAX the weights become constants of the
    compiled function: compile again after training on.

    On JAX products keep all of float32's digits. By default an NVIDIA GPU rounds what it multiplies to ten bits, which
    moves an image's log p(x) by up to 0.07 nats.

    Args:
        function: of tensors, to tensors.

    Example:
        >>> double = compiled(lambda x: 2 * x)
        >>> float(double(keras.ops.ones([])))
        2.0
    """
    traced = fusing()(function)
    if keras.backend.backend() == "jax":
        import jax

        return jax.jit(jax.default_matmul_precision("highest")(traced))
    import tensorflow as tf

    return tf.function(traced, reduce_retracing=True, autograph=False)


@contextlib.contextmanager
def fusing(wanted=True):
    """Inside this context each `fused` function becomes one kernel, if wanted, or if an outer `fusing` says so.

    Args:
        wanted: a bool.

    Example:
        >>> with fusing():
        ...     with fusing(False):
        ...         fuses()
        True
    """
    token = _FUSING.set(wanted or fuses())
    try:
        yield
    finally:
        _FUSING.reset(token)


def fuses():
    """Whether the code that asks is being traced inside `fusing`.

    Example:
        >>> fuses()
        False
    """
    return _FUSING.get()


def fused(function):
    """The function, as one kernel inside `fusing` and `compiled`; elsewhere as it is.

    Each of TensorFlow's operations reads from memory and writes to it, which is most of what many small ones on the
    same elements cost. XLA makes one loop of them. What is exported stays free of it: not every runtime has XLA.

    Args:
        function: of tensors, to tensors, element by element.

    Example:
        >>> add = fused(lambda x, y: x + y)
        >>> double = compiled(lambda x: add(x, x))
        >>> float(double(keras.ops.ones([]))), float(add(1.0, 1.0))
        (2.0, 2.0)
    """

    @functools.cache
    def kernel():
        import tensorflow as tf

        return tf.function(function, jit_compile=True, autograph=False)

    @functools.wraps(function)
    def call(*args):
        return kernel()(*args) if fuses() and keras.backend.backend() == "tensorflow" else function(*args)

    return call
