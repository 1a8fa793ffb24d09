"""The last layer of a network."""

from keras import ops


def last_layer(network):
    """The last of a network's layers that has weights.

    Example:
        >>> from zoo.networks.mlp import mlp_decoder
        >>> last_layer(mlp_decoder((8, 8, 1), latent_dim=2)).units
        64
    """
    return [layer for layer in network.layers if layer.weights][-1]


def silence(network):
    """Sets a network's last layer to zero, so that it gives zeros until it is trained.

    Example:
        >>> from zoo.networks.mlp import mlp_decoder
        >>> decoder = mlp_decoder((8, 8, 1), latent_dim=2)
        >>> silence(decoder)
        >>> float(ops.max(ops.abs(decoder(ops.ones([1, 2])))))
        0.0
    """
    for weight in last_layer(network).weights:
        weight.assign(ops.zeros(weight.shape))
