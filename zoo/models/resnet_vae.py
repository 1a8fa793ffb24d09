"""The IAF paper's ResNet VAE: a hierarchy of maps of z, and inverse autoregressive flow at each of its levels.

Published, CIFAR-10, bits per dimension: from 3.68 to 3.56 with four levels, by the kind of posterior, from 3.55 to 3.42
with eight, and 3.11 with many more and wider ones.

Kingma et al. 2016, "Improving Variational Inference with Inverse Autoregressive Flow", appendix C.2. Its weight
normalization, and the initialization by data that goes with it, are left out.
"""

import keras

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.bottom_up_resnet import bottom_up_resnet
from zoo.networks.cropping import cropping
from zoo.networks.shapes import check_image_shape
from zoo.networks.top_down_resnet import TopDownResNet
from zoo.networks.transposed_conv import TransposedConv
from zoo.objectives.elbo import elbo
from zoo.posteriors.top_down_iaf import TopDownIAF
from zoo.priors.top_down import TopDown
from zoo.vae import VAE

GROUP = "hierarchies"


def build(image_shape, levels=(2, 2), maps=8, width=32, steps=1, units=(32,), likelihood=Bernoulli, objective=elbo):
    """q(z|x) = prod_l flow_l(N(prior_l(h_l) + what x adds)), p(z_l | h_l) Gaussian, p(x|z) of the last h.

    Args:
        image_shape: (height, width, channels).
        levels: how many levels there are of each size, from the top; the lowest have half the image's.
        maps: how many of z each level has.
        width: how many feature maps the paths up and down have.
        steps: how many autoregressive steps each level has; None for diagonal Gaussians.
        units: the feature maps of each hidden layer of each step's network.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), levels=(1, 1), maps=2, width=8).latent_dim
        40
    """
    *size, channels = check_image_shape(image_shape)
    encoder = bottom_up_resnet(image_shape, levels, width)
    rows, columns = encoder.outputs[-1].shape[1:3]
    network = TopDownResNet((rows, columns), levels, maps, width)
    layers = [
        keras.Input((network.latent_dim,)),
        network,
        keras.layers.Activation("elu"),
        TransposedConv(channels * likelihood.parameters, 5, 2),
        *cropping((2 * rows, 2 * columns), size),
    ]
    return VAE(
        prior=TopDown(network),
        posterior=TopDownIAF(encoder, network, steps, units),
        likelihood=likelihood(keras.Sequential(layers)),
        objective=objective,
        name="resnet_vae",
    )
