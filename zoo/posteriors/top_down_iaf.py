"""The posterior of a hierarchy of maps, from the top down, each level bent by inverse autoregressive flow."""

import keras
from keras import ops

from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.distributions.top_down import top_down
from zoo.networks.conv_made import ConvMADE
from zoo.networks.fold import fold
from zoo.networks.shapes import check_sizes
from zoo.part import build_once
from zoo.posteriors.iaf import bent
from zoo.posteriors.posterior import Posterior


class TopDownIAF(Posterior):
    """q(z|x) = prod_l q(z_l | z_1 .. z_(l-1), x): the prior's Gaussian and what x adds to it, bent.

        [a, c] = X_l * features_l(x) + H_l * elu(h_l)
        u ~ N(loc, diag(scale^2)),   [loc, raw] = prior_l(h_l) + a
        z_l = flow_l(u; elu(c))

    h_l is what the prior, too, has gathered of the levels above; a `*` is a 3x3 convolution; the flow is that of
    `zoo.posteriors.iaf`, whose networks are convolutions, too.

    Args:
        encoder: a network, `[B, ...]` to a list of each level's features, `[B, height, width, filters]`, from the top:
            `zoo.networks.bottom_up_resnet`.
        network: the `zoo.networks.top_down_resnet.TopDownResNet` that the prior and the decoder have.
        steps: how many autoregressive steps each level has; None for Gaussians.
        units: the feature maps of each hidden layer of each step's network.
        context_dim: the maps of c.
        gate_bias: what each step's gates begin with.

    Returns (of a call on x):
        `zoo.distributions.chain.Chain`. Drawing is one pass; the density of a z that was not drawn from it takes as
        many passes for each step as the largest level has numbers.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> from zoo.networks.bottom_up_resnet import bottom_up_resnet
        >>> from zoo.networks.top_down_resnet import TopDownResNet
        >>> network = TopDownResNet(shape=(4, 4), levels=(1, 1), maps=2, filters=8)
        >>> TopDownIAF(bottom_up_resnet((8, 8, 1), levels=(1, 1), filters=8), network).latent_dim
        40

    References:
        Kingma et al. 2016, "Improving Variational Inference with Inverse Autoregressive Flow", appendix C.2; Vahdat and
        Kautz 2020, "NVAE: A Deep Hierarchical Variational Autoencoder", section 3.2, for what x adds.
    """

    reads_prior = True

    def __init__(self, encoder, network, steps=1, units=(32,), context_dim=32, gate_bias=2.0, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.network, self.latent_dim = encoder, network, network.latent_dim
        (self.context_dim,), self.gate_bias = check_sizes("context_dim", (context_dim,)), gate_bias
        self.steps = check_sizes("steps", (steps,))[0] if steps is not None else 0
        outputs = 2 * network.maps + (self.context_dim if self.steps else 0)
        small = keras.initializers.RandomNormal(0.0, 1e-2)
        layout = {"padding": "same", "data_format": "channels_last"}
        self.of_x, self.of_h = (
            [
                keras.layers.Conv2D(outputs, 3, kernel_initializer=small.clone(), name=f"{name}_{level}", **layout)
                for level in range(len(network.shapes))
            ]
            for name in ("of_x", "of_h")
        )
        self.made = [
            [ConvMADE((*shape, network.maps), units, name=f"made_{level}_{step}") for step in range(self.steps)]
            for level, shape in enumerate(network.shapes)
        ]

    def build(self, input_shape):
        for network, shape in ((self.encoder, input_shape), (self.network, None)):
            build_once(network, shape)
        # Of a single level Keras makes no list.
        features = keras.tree.flatten(self.encoder.compute_output_spec(keras.KerasTensor(input_shape)))
        for level, shape in enumerate(self.network.shapes):
            self.of_x[level].build(features[level].shape)
            self.of_h[level].build((None, *shape, self.network.filters))
            for made in self.made[level]:
                made.build((None, self.network.sizes[level]), (None, *shape, self.context_dim))
        self.built = True

    def statistics(self, x, training=None):
        features = keras.tree.flatten(self.encoder(x, training=training))
        return tuple(layer(each) for layer, each in zip(self.of_x, features, strict=True))

    def given(self, statistics, log_joint=None):
        maps = self.network.maps

        def given(level, h):
            added = ops.cast(statistics[level], "float32") + fold(self.of_h[level], ops.elu(h), axes=3)
            own = self.network.as_parameters(added[..., : 2 * maps])
            gaussian = diagonal_normal(self.network.parameters(level, h) + own)
            if not self.steps:
                return gaussian
            return bent(gaussian, self.made[level], ops.elu(added[..., 2 * maps :]), self.gate_bias)

        return top_down(self.network, given)
