"""The base of the steps of flows."""

from zoo.probability import tfb


class Step(tfb.Bijector):
    """A bijector of vectors, of what it is made of: tensors, and functions of the model's variables.

    TFP remembers what bijectors were given and gave, and takes those of one class and of equal parameters for one and
    the same. So all that a step is made of is a parameter, by which it is told from others. None of them is batched.

    Args:
        name: the step's.
        **parameters: what it is made of.

    Example:
        >>> class Times(Step):
        ...     def __init__(self, factor):
        ...         super().__init__("times", factor=factor)
        ...         self.factor = factor
        ...     def _forward(self, z):
        ...         return self.factor * z
        >>> Times(2.0) == Times(2.0), Times(2.0) == Times(3.0)
        (True, False)
    """

    def __init__(self, name=None, **parameters):
        super().__init__(forward_min_event_ndims=1, parameters=parameters, name=name)

    @classmethod
    def _parameter_properties(cls, dtype):
        return {}
