"""The attributes of a set's images, which each has or hasn't: a class against the rest, or a known factor."""

import numpy as np

from zoo.data.sets.shapes import FACTORS, with_factors
from zoo.data.splits import at_random

#: Factors whose values have no order: no half of them is the upper one.
UNORDERED = ("shape",)


def attributes(name, splits):
    """The attributes of a data set, by name: which images have each.

    Of labels each is one, `label=3`, against all others. Of `shapes` each value of a factor is one, `scale=3`, and a
    factor whose values have an order is one too, `scale`: its upper half against the lower.

    Args:
        name: the set's.
        splits: its `zoo.data.splits.Splits`.

    Returns:
        A dict of name to a dict of `train` and `test`, int8 `[N]` each: 1 for an image that has it, 0 for one that
        hasn't, -1 where nobody knows. It is empty for a set of which nothing is known.

    Example:
        >>> from zoo.data.named import load
        >>> found = attributes("shapes", load("shapes"))
        >>> list(found)[:4], round(float(found["x"]["train"].mean()), 1)
        (['shape=0', 'shape=1', 'shape=2', 'scale=0'], 0.5)
    """
    parts = {"train": splits.train, "test": splits.test}
    if name == "shapes":
        factors = with_factors()[1]
        chosen = at_random(range(len(factors)))
        return _of_factors({"train": factors[chosen[0]], "test": factors[chosen[2]]})
    if any(part.labels is None for part in parts.values()):
        return {}
    labels = {key: np.asarray(part.labels) for key, part in parts.items()}
    known = [value for value in np.unique(labels["train"]).tolist() if value >= 0]
    return {f"label={value}": {key: _is(each, value) for key, each in labels.items()} for value in known}


def _is(labels, value):
    return np.where(labels < 0, -1, labels == value).astype("int8")


def _of_factors(factors):
    found = {}
    for column, (factor, count) in enumerate(FACTORS.items()):
        values = {key: each[:, column] for key, each in factors.items()}
        for value in range(count):
            found[f"{factor}={value}"] = {key: _is(each, value) for key, each in values.items()}
        if factor not in UNORDERED:
            found[factor] = {key: (2 * each >= count).astype("int8") for key, each in values.items()}
    return found
