"""The means of several quantities in one metric."""

import keras
from keras import ops


class MeanTerms(keras.metrics.Metric):
    """Running means of several quantities that come together, as `keras.metrics.Mean` is of one.

    One metric takes two small variables, where a `Mean` for each takes two each: on a small model's step that shows.

    Args:
        names: of the quantities.

    Example:
        >>> metric = MeanTerms(["a", "b"])
        >>> metric.update_state([ops.array([1.0, 3.0]), ops.array([10.0, 30.0])], sample_weight=[3.0, 1.0])
        >>> {name: float(value) for name, value in metric.result().items()}
        {'a': 1.5, 'b': 15.0}
    """

    def __init__(self, names, name="mean_terms"):
        super().__init__(name=name, dtype="float32")
        self.names = tuple(names)
        self.total = self.add_variable((len(self.names),), "zeros", name="total")
        self.count = self.add_variable((), "zeros", name="count")

    def update_state(self, values, sample_weight=None):
        """Adds a batch: one float tensor `[B]` for each name, and weights `[B]` or None."""
        stacked = ops.stack(values)  # [T, B]
        if sample_weight is None:
            self.count.assign_add(ops.cast(ops.shape(stacked)[1], "float32"))
        else:
            weight = ops.reshape(ops.cast(sample_weight, "float32"), (-1,))
            stacked = stacked * weight
            self.count.assign_add(ops.sum(weight))
        self.total.assign_add(ops.sum(stacked, axis=1))

    def result(self):
        """A dict of name to mean; 0 where nothing has been seen."""
        means = ops.divide_no_nan(self.total, self.count)
        return {name: means[index] for index, name in enumerate(self.names)}
