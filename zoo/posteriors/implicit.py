"""The implicit posterior: a network of x and of noise, which can be drawn from and has no known density."""

import keras
import numpy as np
from keras import ops

from zoo.distributions.learned_noise import LearnedNoise
from zoo.networks.noise_basis import NoiseBasis
from zoo.networks.shapes import check_sizes
from zoo.part import build_once
from zoo.posteriors.posterior import Posterior


class Implicit(Posterior):
    """z = loc(x) + sum_m a_m(x) v_m(e_m), e_m ~ N(0, I): vectors of learned noise, mixed by what the encoder says of x.

    Each v_m is a small network's (`NoiseBasis`), so that q(z|x) may have several modes and bend. Its density can't be
    computed, and no objective of a VAE's can be made of it: `zoo.adversarial_vb.AdversarialVB` trains it by a rival
    that learns what the density is.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        vectors: how many v_m there are, M.
        noise: of how many numbers each e_m is.
        units: the width of the hidden layer of each v_m.

    Returns (of a call on x):
        A `zoo.distributions.learned_noise.LearnedNoise`, of batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.random import draw, key
        >>> posterior = Implicit(mlp_encoder((8, 8, 1)), latent_dim=2)
        >>> tuple(draw(posterior(ops.zeros([3, 8, 8, 1])), key(7)).shape)
        (3, 2)

    References:
        Mescheder et al. 2017, "Adversarial Variational Bayes: Unifying Variational Autoencoders and Generative
        Adversarial Networks".
    """

    implicit = True

    def __init__(self, encoder, latent_dim, vectors=8, noise=8, units=32, **kwargs):
        super().__init__(**kwargs)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))
        self.encoder, self.basis = encoder, NoiseBasis(vectors, latent_dim, noise, units, name="noise_basis")
        self.head = keras.layers.Dense((self.basis.count + 1) * self.latent_dim, name="loc_and_weights")

    def build(self, input_shape):
        build_once(self.encoder, input_shape)
        self.head.build(self.encoder.compute_output_shape(input_shape))
        build_once(self.basis)
        # It begins about as wide as N(0, I).
        bias = np.zeros(self.head.units, "float32")
        bias[self.latent_dim :] = self.basis.count**-0.5
        self.head.bias.assign(bias)
        self.built = True

    def statistics(self, x, training=None):
        return (self.head(self.encoder(x, training=training)),)

    def given(self, statistics, log_joint=None):
        rows = ops.reshape(ops.cast(statistics[0], "float32"), (-1, self.basis.count + 1, self.latent_dim))
        numbers = ops.transpose(rows, (1, 0, 2))  # [1 + M, B, D]
        return LearnedNoise(numbers[0], numbers[1:], self.basis)
