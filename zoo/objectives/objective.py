"""The base of objectives with weights of their own."""

from abc import abstractmethod

import keras

from zoo.part import Composed


class Objective(Composed, keras.layers.Layer):
    """A function of a model and a batch, as all objectives are, with weights that the model's training moves.

    It computes in float32 whatever the precision of the networks. A subclass states its `bound`, and `reparameterized`
    where it is for draws without a gradient.

    Example:
        >>> from zoo.objectives.nvil import NVIL
        >>> issubclass(NVIL, Objective)
        True
    """

    def __init__(self, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})

    @abstractmethod
    def call(self, vae, x, training=False):
        """What is to be maximized, `[B]`, in nats, and the `LogDensities` that it was made of.

        Args:
            vae: a model with `log_densities`.
            x: images, `[B, height, width, channels]`.
            training: whether the networks are being trained: dropout and batch normalization go by it.
        """

    def __call__(self, vae, x, training=False):
        # Keras would take the model for a tensor.
        return self.call(vae, x, training)
