"""Classes, by their numbers."""

import numpy as np
from keras import ops

from zoo.distributions.class_number import ClassNumber
from zoo.errors import InputError
from zoo.likelihoods.likelihood import Likelihood
from zoo.networks.shapes import check_sizes
from zoo.probability import tfd


class Classes(Likelihood):
    """P(x|z) = softmax(decoder(z))_x of x = 0 ... K - 1, which stands for a class.

    An encoder is shown its one-hot vector. The mean image has the most probable class.

    Args:
        decoder: a network, `[B, D]` to `[B, height, width, K * channels]`: each channel's K logits in a row.
        classes: K.

    Returns (of a call on z, `[..., D]`):
        `tfd.Independent(zoo.distributions.class_number.ClassNumber)` with batch shape `[...]` and event shape
        `[height, width, channels]`.

    Raises:
        InputError: K isn't a positive whole number.

    Example:
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = Classes(mlp_decoder((5,), latent_dim=2, parameters=3), classes=3)
        >>> likelihood.build((None, 2))
        >>> tuple(likelihood(ops.zeros([4, 2])).log_prob(ops.ones([4, 5])).shape)
        (4,)

    References:
        Nazabal et al. 2020, "Handling Incomplete Heterogeneous Data using VAEs".
    """

    range = None

    def __init__(self, decoder, classes=2, **kwargs):
        super().__init__(decoder, **kwargs)
        self.classes = self.parameters = self.num_features = self.parameters_for(classes)

    @classmethod
    def parameters_for(cls, classes=2, **arguments):
        return check_sizes("classes", (classes,))[0]

    def distribution(self, output):
        logits = ops.reshape(output, (*ops.shape(output)[:-1], output.shape[-1] // self.classes, self.classes))
        return tfd.Independent(ClassNumber(logits), self.rank)

    def features(self, x):
        one_hot = ops.one_hot(ops.cast(ops.round(x), "int32"), self.classes, dtype="float32")
        return ops.reshape(one_hot, (*ops.shape(x)[:-1], x.shape[-1] * self.classes))

    def output_for(self, mean, deviation=None):
        # A mean of numbers says nothing of classes.
        return np.zeros((*np.shape(mean)[:-1], np.shape(mean)[-1] * self.classes))

    def check(self, x, name):
        if not np.isin(x, np.arange(self.classes)).all():
            raise InputError(f"{name} has numbers of no class: give whole ones from 0 to {self.classes - 1}.")
