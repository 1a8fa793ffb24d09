"""Adam with a learning rate for each player: two optimizers in one."""

import keras

from zoo.errors import InputError
from zoo.numerics.counts import check_positive


@keras.saving.register_keras_serializable(__name__)
class PlayerAdam(keras.optimizers.Adam):
    """Adam, whose steps are `rates[name]` times as long for the weights of the network of that name.

    A model of two players has one loss, in which each term moves its own player (`zoo.networks.frozen`); a critic that
    is to keep up with what it judges has the larger steps. `compile("adam")` of such a model takes this one, with the
    rates that the model has for its own (`ImageModel.rates`).

    Args:
        learning_rate: as of Adam, a number or a schedule: that of all other networks.
        rates: a dict of a network's name to a positive factor.
        beta_1: how much of the mean gradient is kept; for two players half is usual.
        **kwargs: as of Adam.

    Raises:
        InputError: a rate that isn't positive, or a name that no network has.

    Example:
        >>> PlayerAdam(1e-3, {"critic": 2.0}).get_config()["rates"]
        {'critic': 2.0}

    References:
        Heusel et al. 2017, "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium".
    """

    def __init__(self, learning_rate=1e-3, rates=None, beta_1=0.5, **kwargs):
        super().__init__(learning_rate, beta_1=beta_1, **kwargs)
        self.rates = dict(rates or {})
        for name, rate in self.rates.items():
            check_positive(f"the rate of {name}", rate)

    def build(self, variables):
        super().build(variables)
        # In a step of TensorFlow's what is updated has no path.
        names = [variable.path.split("/") for variable in variables]
        for name in self.rates:
            if not any(name in path for path in names):
                found = sorted({each for path in names for each in path[:-1]})
                raise InputError(f"rates has {name!r}, but there is no network of that name. Give one of {found}.")
        self._factors = [next((rate for name, rate in self.rates.items() if name in path), 1.0) for path in names]

    def update_step(self, gradient, variable, learning_rate):
        factor = self._factors[self._get_variable_index(variable)]
        super().update_step(gradient, variable, learning_rate * factor)

    def get_config(self):
        return super().get_config() | {"rates": self.rates}
