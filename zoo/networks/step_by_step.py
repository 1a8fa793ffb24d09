"""A decoder of several steps, each of which goes on from the image that the last one made."""

import keras
from keras import ops

from zoo.errors import InputError
from zoo.networks.last_layer import last_layer
from zoo.networks.shapes import check_sizes
from zoo.part import Composed, build_once


class StepByStep(Composed, keras.layers.Layer):
    """y_0 = 0, y_t = y_(t-1) + f_t(z_t, y_(t-1)): z has a part for each step, side by side. It gives the last y.

    Args:
        decoders: f_t, each a network of the numbers of z_t and of y_(t-1) in a row, `[B, D + P]`, to
            `[B, height, width, channels * parameters]`, P numbers.
        latent_dim: the size D of each z_t.

    Returns (of a call on z, `[B, T * D]`):
        float32 `[B, height, width, channels * parameters]`.

    Raises:
        InputError: there is no decoder, or a size that isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_decoder
        >>> decoder = StepByStep([mlp_decoder((8, 8, 1), 2 + 64) for _ in range(3)], latent_dim=2)
        >>> tuple(decoder(ops.zeros([5, 6])).shape), tuple(decoder.steps(ops.zeros([5, 6])).shape)
        ((5, 8, 8, 1), (5, 3, 8, 8, 1))

    References:
        Zhao et al. 2017, "Towards Deeper Understanding of Variational Autoencoding Models", for a VAE of such steps.
    """

    def __init__(self, decoders, latent_dim, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))
        if not decoders:
            raise InputError("decoders has none: give one for each step.")
        self.decoders = list(decoders)

    def build(self, input_shape=None):
        for decoder in self.decoders:
            build_once(decoder)
        self.built = True

    @property
    def bias(self):
        """The first step's last one: what images begin at."""
        return last_layer(self.decoders[0]).bias

    def call(self, z, training=None):
        return self._made(z, training)[-1]

    def steps(self, z, training=None, apart=False):
        """What each step makes, `[B, T, height, width, channels * parameters]`.

        Args:
            z: `[B, T * D]`.
            training: whether the networks are being trained.
            apart: whether a step takes what the last one made for a constant, so that a step's gradient is its own.
        """
        return ops.stack(self._made(z, training, apart), axis=1)

    def _made(self, z, training, apart=False):
        made = [ops.zeros((1, *self.decoders[0].output_shape[1:]))]
        for step, decoder in enumerate(self.decoders):
            before = ops.stop_gradient(made[-1]) if apart else made[-1]
            own = z[:, step * self.latent_dim : (step + 1) * self.latent_dim]
            row = ops.reshape(before, (-1, decoder.input_shape[-1] - self.latent_dim))
            # The first image is one for all.
            row = ops.zeros_like(own[:, :1]) + row if step == 0 else row
            made.append(before + ops.cast(decoder(ops.concatenate([own, row], axis=-1), training=training), "float32"))
        return made[1:]

    def compute_output_shape(self, input_shape):
        return (input_shape[0], *self.decoders[-1].output_shape[1:])
