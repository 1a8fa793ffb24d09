"""The posterior of a hierarchy of levels, from the top down, along the prior's own way."""

import keras
from keras import ops

from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.distributions.top_down import top_down
from zoo.networks.fold import fold
from zoo.networks.shapes import check_sizes
from zoo.part import build_once
from zoo.posteriors.posterior import Posterior


class TopDown(Posterior):
    """q(z|x) = prod_l q(z_l | z_1 .. z_(l-1), x), each level's parameters the prior's and what x adds to them.

        [loc, raw] = prior_l(h_l) + R_l elu(U_l h_l + d_l(x)) + r_l,  d_l(x) = D_l encoder(x) + e_l

    h_l is what the prior, too, has gathered of the levels above. Where x adds nothing, a level's posterior is its prior
    and costs no nats.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        network: the `zoo.networks.top_down.TopDown` that the prior and the decoder have.
        units: the width of each level's hidden layer; None for that of h.

    Returns (of a call on x):
        `zoo.distributions.chain.Chain`.

    Raises:
        InputError: `units` isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.networks.top_down import TopDown as Network
        >>> TopDown(mlp_encoder((8, 8, 1)), Network(sizes=(2, 4))).latent_dim
        6

    References:
        Sonderby et al. 2016, "Ladder Variational Autoencoders", section 2.2; Child 2021, "Very Deep VAEs", section 3.2;
        Vahdat and Kautz 2020, "NVAE: A Deep Hierarchical Variational Autoencoder", section 3.2, for what x adds.
    """

    reads_prior = True

    def __init__(self, encoder, network, units=None, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.network, self.latent_dim = encoder, network, network.latent_dim
        (self.units,) = check_sizes("units", (units or network.width,))
        levels, small = range(len(network.sizes)), keras.initializers.RandomNormal(0.0, 1e-2)
        self.of_x = [keras.layers.Dense(self.units, name=f"of_x_{level}") for level in levels]
        self.of_h = [keras.layers.Dense(self.units, use_bias=False, name=f"of_h_{level}") for level in levels]
        self.added = [
            keras.layers.Dense(2 * size, kernel_initializer=small.clone(), name=f"added_{level}")
            for level, size in enumerate(network.sizes)
        ]

    def build(self, input_shape):
        for network, shape in ((self.encoder, input_shape), (self.network, None)):
            build_once(network, shape)
        features = self.encoder.compute_output_shape(input_shape)
        for of_x, of_h, added in zip(self.of_x, self.of_h, self.added, strict=True):
            of_x.build(features)
            of_h.build((None, self.network.width))
            added.build((None, self.units))
        self.built = True

    def statistics(self, x, training=None):
        features = self.encoder(x, training=training)
        return tuple(layer(features) for layer in self.of_x)

    def given(self, statistics, log_joint=None):
        def given(level, h):
            hidden = ops.elu(fold(self.of_h[level], h) + ops.cast(statistics[level], "float32"))
            return diagonal_normal(self.network.parameters(level, h) + fold(self.added[level], hidden))

        return top_down(self.network, given)
