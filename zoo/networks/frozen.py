"""A network that is used here, and not trained by it: one of two players as the other sees it."""

from keras import ops


def frozen(network):
    """The network as a function whose gradient goes through it to what it is given, and not into its weights.

    So one loss can hold what several players want, each term moving its own player alone, and one backward pass and one
    optimizer train all of them:

        loss = -log D(G(z), D frozen) - log D(x) - log(1 - D(stop_gradient(G(z))))

    What the network notes as it runs, batch normalization's averages, is left out.

    Args:
        network: a built Keras network; a part won't do, whose distribution calls its network later.

    Returns:
        A function of the same arguments.

    Example:
        >>> import keras
        >>> from zoo.numerics.gradient import gradient
        >>> network = keras.Sequential([keras.Input([1]), keras.layers.Dense(1, kernel_initializer="ones")])
        >>> float(gradient(frozen(network), ops.ones([1, 1]))[0, 0])
        1.0
    """

    def call(*args, **kwargs):
        weights = [ops.stop_gradient(ops.convert_to_tensor(each)) for each in network.trainable_variables]
        others = [ops.convert_to_tensor(each) for each in network.non_trainable_variables]
        return network.stateless_call(weights, others, *args, **kwargs)[0]

    return call
