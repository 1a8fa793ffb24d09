"""The distance of two images in the features of a network."""

import keras
from keras import ops

from zoo.errors import InputError
from zoo.numerics.counts import check_positive
from zoo.part import Composed


class FeatureDistance(Composed, keras.layers.Layer):
    """weight / 2 sum_l mean (phi_l(x) - phi_l(y))^2, phi_l being a network's maps after some of its layers.

    It is no density's: of two images with the same features one may be anything. The network is the loss's own, with
    its weights in the model's file, and isn't trained; it runs as in evaluation. Both images are prepared alike.

    Args:
        network: a Keras model, images `[B, height, width, channels]` to one tensor or a list of them; `maps_of` makes
            one.
        weight: what the distance counts for.
        prepare: a registered function that makes images in [0, 1] the network's input; None for images as they are.

    Returns (of a call on x and y):
        float32 `[B]`.

    Raises:
        InputError: a weight that isn't positive.

    Example:
        >>> from zoo.networks.classifier import classifier
        >>> distance = FeatureDistance(maps_of(classifier("digits").network))
        >>> x = ops.zeros([5, 8, 8, 1])
        >>> float(distance(x, x)[0]), bool(ops.all(distance(x, x + 0.1) > 0))
        (0.0, True)

    References:
        Hou et al. 2017, "Deep Feature Consistent Variational Autoencoder".
    """

    def __init__(self, network, weight=1.0, prepare=None, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        check_positive("weight", weight)
        network.trainable = False
        self.network, self.weight, self.prepare = network, weight, prepare

    def build(self, *shapes):
        self.built = True

    def call(self, x, y):
        pairs = zip(self._maps(x), self._maps(y), strict=True)
        return 0.5 * self.weight * sum(_mean_square(a, b) for a, b in pairs)

    def _maps(self, x):
        x = x if self.prepare is None else self.prepare(x)
        found = self.network(x, training=False)
        return found if isinstance(found, list | tuple) else [found]


def _mean_square(a, b):
    off = ops.cast(a, "float32") - ops.cast(b, "float32")
    return ops.mean(ops.square(off), axis=tuple(range(1, len(off.shape))))


def maps_of(network, layers=(0, 1, 2)):
    """What a classifier has after some of its activations.

    Args:
        network: a functional Keras model.
        layers: which of its activations, from 0, the one that is next to the image.

    Returns:
        A Keras model, images to a list of maps.

    Raises:
        InputError: it has fewer.

    Example:
        >>> from zoo.networks.classifier import classifier
        >>> [tuple(each.shape) for each in maps_of(classifier("digits").network, (0, 1)).outputs]
        [(None, 8, 8, 16), (None, 4, 4, 32)]
    """
    found = [layer.output for layer in network.layers if isinstance(layer, keras.layers.Activation)]
    for layer in layers:
        if isinstance(layer, bool) or not isinstance(layer, int) or not 0 <= layer < len(found):
            raise InputError(f"layers has {layer!r}, but the network has {len(found)} activations, from 0.")
    return keras.Model(network.inputs[0], [found[layer] for layer in layers], name="maps")
