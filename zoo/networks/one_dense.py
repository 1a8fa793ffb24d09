"""The dense layer of a network that has no other weights."""

import keras

from zoo.errors import InputError


def one_dense(network, needed_for):
    """The one dense layer of a network, which may flatten and reshape besides.

    Args:
        network: a `keras.Sequential`, or a `keras.layers.Dense` itself.
        needed_for: what needs it, in words, for the error.

    Returns:
        `keras.layers.Dense`.

    Raises:
        InputError: it has other layers with weights, or no dense one.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> one_dense(mlp_encoder((8, 8, 1), units=(3,)), "this").units
        3
    """
    found = [layer for layer in network._flatten_layers() if isinstance(layer, keras.layers.Dense)]
    if len(found) != 1 or {id(weight) for weight in network.weights} != {id(weight) for weight in found[0].weights}:
        raise InputError(
            f"encoder is {network.name}, but {needed_for} is for one dense layer and no other weights: "
            "mlp_encoder(image_shape, (units,)) is such a network."
        )
    return found[0]
