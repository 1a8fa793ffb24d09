"""A distribution over classes, by their numbers."""

from keras import ops

from zoo.distributions.whole_number import WholeNumber
from zoo.random import mean_image


class ClassNumber(WholeNumber):
    """P(x = k) = softmax(logits)_k, where k stands for a class: there is none between two, and no mean of them.

    In a mean image the most probable class stands for it, the first of those that are.

    Args:
        logits: float tensor `[..., K]`.

    Example:
        >>> from zoo.random import key
        >>> float(mean_image(ClassNumber(ops.convert_to_tensor([0.0, 2.0, 2.0])), key(7)))
        1.0
    """


@mean_image.register(ClassNumber)
def _(distribution, key):
    # TFLite has no argmax of its own: the first of the largest is where their count is 1.
    logits = distribution.logits
    largest = ops.cast(logits >= ops.max(logits, axis=-1, keepdims=True), "float32")
    first = largest * ops.cast(ops.cumsum(largest, axis=-1) < 1.5, "float32")
    return ops.sum(first * ops.arange(logits.shape[-1], dtype="float32"), axis=-1)
