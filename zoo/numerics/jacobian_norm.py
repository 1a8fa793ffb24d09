"""The norm of a Jacobian, by projections."""

from keras import ops

from zoo.numerics.gradient import gradient


def jacobian_norm(function, at, directions):
    """1/S sum_s ||v_s J||^2 for each image, where J is the Jacobian of its own outputs by its own inputs.

    For directions with E[v v'] = I its mean is ||J||^2, the sum of J's squared entries. It can be differentiated again.

    Args:
        function: of a tensor like `at`, to `[B, ...]`, each image by itself.
        at: float32 `[B, ...]`.
        directions: v, float32 `[S, B, ...]`, like the function's outputs.

    Returns:
        float32 `[B]`.

    Example:
        >>> v = ops.convert_to_tensor([[[1.0, 0.0]], [[0.0, 1.0]]])
        >>> float(jacobian_norm(lambda x: 3.0 * x, ops.zeros([1, 2]), v)[0])
        9.0
    """
    total = 0.0
    for s in range(directions.shape[0]):
        slope = gradient(lambda at, v=directions[s]: ops.cast(function(at), "float32") * v, at)
        total = total + ops.sum(ops.square(slope), axis=tuple(range(1, len(slope.shape))))
    return total / directions.shape[0]
