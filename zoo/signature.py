"""A question that a model, and what is exported of it, can be asked."""

from collections.abc import Callable
from typing import Any, NamedTuple

#: The shapes and types of a key, of a number of images and of labels, as `Signature.inputs` has them.
SEED, COUNT, LABELS = ((2,), "int32"), ((), "int32"), ((None,), "int32")

#: How far an exported answer may be off, unless it says otherwise.
TOLERANCE = 1e-5


class Signature(NamedTuple):
    """One question: a function of named tensors to a dict of named tensors, on any backend.

    Args:
        function: takes its inputs by their names, and gives a dict.
        inputs: name to (shape, dtype), as `zoo.export` takes them; None is for the batch.
        tolerance: how far an exported answer may be off, relative to the largest value where that is above 1.
        relative: whether the tolerance is relative to each value, as for log densities.
        possible: where the outputs are drawn and have steps, a function of the same inputs to what may come out,
            `[possibilities, ...]`; None where there is one answer.
        share: of the images, how many must agree whole, where a drawn pixel changes all after it; None for all.

    Example:
        >>> Signature(lambda n: {"twice": 2 * n}, {"n": COUNT}).function(n=3)
        {'twice': 6}
    """

    function: Callable
    inputs: dict[str, tuple[tuple, str]]
    tolerance: float = TOLERANCE
    relative: bool = False
    possible: Any = None
    share: float | None = None
