"""The history of a run: what each epoch reported."""

import itertools
from typing import Annotated

import msgspec

#: As large as a float can be exact.
Whole = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]


class History(msgspec.Struct):
    """The content of a `history.json`.

    Raises:
        ValueError: an epoch lacks its number or its time, or what others reported; or they are out of order.

    Example:
        >>> History([{"epoch": 1, "seconds": 0.5, "loss": 3.0}]).epochs[0]["loss"]
        3.0
        >>> History([{"epoch": 1, "loss": 3.0}])
        Traceback (most recent call last):
        ValueError: epoch 1 of 1 has no 'seconds'
    """

    epochs: list[dict[str, Whole | float]]

    def __post_init__(self):
        wanted = {"epoch", "seconds"}.union(*self.epochs[:1])
        for number, epoch in enumerate(self.epochs, 1):
            missing = sorted(wanted - epoch.keys())
            if missing:
                raise ValueError(f"epoch {number} of {len(self.epochs)} has no {missing[0]!r}")
            if not isinstance(epoch["epoch"], int):
                raise ValueError(f"epoch {number} of {len(self.epochs)} calls itself {epoch['epoch']}")
        if any(later["epoch"] <= earlier["epoch"] for earlier, later in itertools.pairwise(self.epochs)):
            raise ValueError("its epochs are out of order")
