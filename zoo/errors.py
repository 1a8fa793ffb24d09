"""The errors that zoo raises: of what it is given, and of training that breaks down."""


class InputError(ValueError):
    """An argument, a file or a data set that zoo can't work with.

    The message names the argument, says what was given and what is accepted, and what to do about it. The command line
    prints it on one line and exits with code 2.
    """


class NonFiniteLossError(ArithmeticError):
    """The loss became NaN or infinite: `fit` stopped there, and the model holds its last good weights."""
