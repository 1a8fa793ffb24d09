"""Gradients inside a model, on whichever backend runs."""

import keras
from keras import ops


def gradient(function, at):
    """The gradient of a function's sum, d sum(function(at)) / d at. It can be differentiated again.

    In a graph of TensorFlow's, what is exported among them, two axes of unknown size that meet in a sum, a product, a
    choice or the like count as equal, as those of a batch are. TensorFlow would find out as it runs, by
    BroadcastGradientArgs, which TFLite doesn't have. They have to be equal then: z of one image beside many images x,
    say, isn't for this. Nor does TFLite have TensorFlow's gradients of slices and of ELU, which are pads and products
    here.

    Args:
        function: of a tensor like `at`, to a tensor.
        at: a float tensor of any shape.

    Returns:
        A tensor of `at`'s shape.

    Example:
        >>> float(gradient(lambda x: x**3, ops.convert_to_tensor(2.0)))
        12.0
    """
    if keras.backend.backend() == "jax":
        import jax

        return jax.grad(lambda at: ops.sum(function(at)))(at)
    import tensorflow as tf

    if tf.executing_eagerly():
        # A tensor of its own: TFP remembers what its bijectors have made of others, and no tape has seen that.
        at = tf.identity(at)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(at)
            value = function(at)
        return tape.gradient(value, at, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    # Under a name of its own, so that nothing before `at` is followed.
    at, graph = tf.identity(at), tf.compat.v1.get_default_graph()
    before = len(graph.get_operations())
    value = function(at)
    for operation in graph.get_operations()[before:]:
        if operation.type in _SLOPES:
            # What TensorFlow itself does for the calls of functions. It is no part of what is saved.
            operation._gradient_function = _gradient_of_equals
        elif operation.type == "Elu":
            operation._gradient_function = _gradient_of_elu
        elif operation.type == "StridedSlice" and _of_last_axis(operation):
            operation._gradient_function = _gradient_of_slice
    (found,) = tf.gradients(value, at, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return found


#: The gradients of x and of y, before they are summed over what was broadcast, by TensorFlow's operation.
_SLOPES = {
    "AddV2": lambda upstream, x, y: (upstream, upstream),
    "Sub": lambda upstream, x, y: (upstream, -upstream),
    "Mul": lambda upstream, x, y: (upstream * y, upstream * x),
    "RealDiv": lambda upstream, x, y: (upstream / y, -upstream * x / (y * y)),
    "SquaredDifference": lambda upstream, x, y: (2.0 * upstream * (x - y), 2.0 * upstream * (y - x)),
    "SelectV2": lambda upstream, x, y, chosen: (_where(chosen, upstream, 0.0), _where(chosen, 0.0, upstream)),
}


def _where(chosen, x, y):
    import tensorflow as tf

    return tf.where(chosen, x, y)


def _gradient_of_equals(operation, upstream):
    """The gradients of an operation's x and y, where axes of unknown size are taken for equal."""
    *chosen, x, y = operation.inputs
    slopes = _SLOPES[operation.type](upstream, x, y, *chosen)
    return (*(None for _ in chosen), *(_summed(slope, like) for slope, like in zip(slopes, (x, y), strict=True)))


def _gradient_of_elu(operation, upstream):
    import tensorflow as tf

    (value,) = operation.outputs
    return upstream * (1 + tf.minimum(value, 0.0))


def _of_last_axis(operation):
    """Whether it is x[..., start:stop], with an axis of known size."""
    import tensorflow as tf

    source, *bounds = operation.inputs
    if source.shape.rank is None or source.shape[-1] is None:
        return False
    masks = [operation.get_attr(f"{name}_mask") for name in ("ellipsis", "new_axis", "shrink_axis")]
    values = [tf.get_static_value(each) for each in bounds]
    known = all(value is not None and len(value) == 2 for value in values)
    return masks == [1, 0, 0] and known and values[2][1] == 1


def _gradient_of_slice(operation, upstream):
    """What was cut off has no gradient."""
    import tensorflow as tf

    source, *bounds = operation.inputs
    begin, end, _ = (int(tf.get_static_value(each)[1]) for each in bounds)
    begin = None if operation.get_attr("begin_mask") & 2 else begin
    end = None if operation.get_attr("end_mask") & 2 else end
    start, stop, _ = slice(begin, end).indices(source.shape[-1])
    around = [[0, 0]] * (source.shape.rank - 1) + [[start, source.shape[-1] - stop]]
    return tf.pad(upstream, around), None, None, None


def _summed(slope, like):
    """The slope, summed over the axes along which `like` was broadcast."""
    import tensorflow as tf

    new = slope.shape.rank - like.shape.rank
    axes = [*range(new), *(new + n for n, size in enumerate(like.shape) if size == 1 and slope.shape[new + n] != 1)]
    return tf.reshape(tf.reduce_sum(slope, axes), tf.shape(like)) if axes else slope
