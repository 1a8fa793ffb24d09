"""Adam with a learning rate for each of two players: two optimizers in one."""

import keras

from zoo.numerics.counts import check_positive


def pace(network, rate):
    """Says how many times as long as others' a network's steps are to be: `PlayerAdam` goes by it.

    Args:
        network: a built layer.
        rate: a positive number.

    Raises:
        InputError: the rate isn't positive.

    Example:
        >>> critic = keras.Sequential([keras.Input([1]), keras.layers.Dense(1)])
        >>> pace(critic, 2.0)
        >>> [each.pace for each in critic.trainable_variables]
        [2.0, 2.0]
    """
    check_positive("rate", rate)
    for each in network.variables:
        each.pace = rate


@keras.saving.register_keras_serializable(__name__)
class PlayerAdam(keras.optimizers.Adam):
    """Adam, whose steps are as many times as long for a network's weights as `pace` has said of it, and 1 elsewhere.

    A model of two players has one loss, in which each term moves its own player (`zoo.networks.frozen`). A critic that
    is to keep up with what it judges has the longer steps. A model sets the pace of its critic as it is built, and its
    `compile("adam")` takes this optimizer.

    Args:
        learning_rate: as of Adam, a number or a schedule.
        beta_1: how much of the mean gradient is kept; for two players half is usual.
        **kwargs: as of Adam.

    Example:
        >>> PlayerAdam(1e-3).get_config()["beta_1"]
        0.5

    References:
        Heusel et al. 2017, "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium".
    """

    def __init__(self, learning_rate=1e-3, beta_1=0.5, **kwargs):
        super().__init__(learning_rate, beta_1=beta_1, **kwargs)

    def build(self, variables):
        super().build(variables)
        # What a step of TensorFlow's is given isn't the network's variable itself.
        self._paces = [getattr(variable, "pace", 1.0) for variable in variables]

    def update_step(self, gradient, variable, learning_rate):
        super().update_step(gradient, variable, learning_rate * self._paces[self._get_variable_index(variable)])
