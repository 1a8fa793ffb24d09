"""The base of bijectors whose inverse has no closed form."""

from zoo.bijectors.step import Step
from zoo.errors import InputError


class OneWay(Step):
    """A step z' = f(z) of a flow that is drawn from, and knows the density of its own draws alone.

    TFP remembers what f was given, so the density of a draw takes no inverse. That of any other z would. A subclass has
    `_forward` and `_forward_log_det_jacobian`.

    Raises:
        InputError: the inverse is asked for, by the density of a z that was not drawn here.

    Example:
        >>> class Cubed(OneWay):
        ...     def _forward(self, z):
        ...         return z + z**3
        >>> float(Cubed().forward([2.0])[0])
        10.0
        >>> Cubed().inverse([10.0])
        Traceback (most recent call last):
        zoo.errors.InputError: a flow of Cubed steps gives the density of its own draws alone, ...
    """

    def _inverse(self, y):
        raise InputError(
            f"a flow of {type(self).__name__} steps gives the density of its own draws alone, since a step's inverse "
            "has no closed form. What asks for the density of another z (a VampPrior, the ELBO taken apart) takes a "
            "posterior with an inverse: Gaussian, FullCovariance, RealNVP or IAF, say."
        )
