"""The base of distributions of one number that TFP lacks."""

from keras import ops

from zoo.probability import tfd


class Scalar(tfd.Distribution):
    """A distribution of event shape `[]` and of the parameters that it is given, in float32.

    A subclass has `_log_prob`, `_mean`, `_sample_n` as `tfd.Distribution` asks for them, and `_parameter_properties`,
    which say what of the parameters is batch.

    Args:
        name: the distribution's.
        reparameterized: whether draws have a gradient by the parameters.
        **parameters: the arguments of the subclass, by their names; they become attributes.

    Example:
        >>> from zoo.distributions.levels import Levels
        >>> Levels(ops.zeros([3, 256])).batch_shape[0]
        3
    """

    def __init__(self, name, reparameterized=False, **parameters):
        for key, value in parameters.items():
            setattr(self, key, value)
        super().__init__(
            dtype="float32",
            reparameterization_type=tfd.FULLY_REPARAMETERIZED if reparameterized else tfd.NOT_REPARAMETERIZED,
            validate_args=False,
            allow_nan_stats=True,
            parameters=parameters,
            name=name,
        )

    def _event_shape(self):
        return ()

    def _event_shape_tensor(self):
        return ops.zeros([0], "int32")
