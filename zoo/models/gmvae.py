"""Dilokthanakul et al.'s Gaussian mixture VAE: clusters without labels, each shaped by a second code.

Published: accuracy on MNIST, unsupervised, the best and the mean of several runs, where a cluster is given the label of
its most probable test image: 10 clusters 87.7 and 74.5 % with one sample, 93.7 and 86.9 % with ten; 16 clusters and ten
samples 97.5 and 90.2 %.

Dilokthanakul et al. 2016, "Deep Unsupervised Clustering with Gaussian Mixture Variational Autoencoders", equation 1.
"""

import keras

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.networks.take import Take
from zoo.objectives.clustered_elbo import clustered_elbo
from zoo.part import given
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.clustered import Clustered
from zoo.vae import VAE

GROUP = "labels"


def build(
    image_shape,
    latent_dim=20,
    second_dim=10,
    clusters=10,
    filters=(32, 64),
    second_units=120,
    nats=None,
    likelihood=Bernoulli,
    objective=clustered_elbo,
):
    """p(k) = 1/K, p(w) = N(0, I), p(z|w, k) = N(m_k(w), s_k(w)^2), p(x|z); q(z|x) q(w|x) share the encoder.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z, which the decoder sees.
        second_dim: the size of w, which is what varies within a cluster.
        clusters: how many there are, K.
        filters: the feature maps of each convolution, from the image to z.
        second_units: the width of the hidden layer between w and the clusters.
        nats: what the cluster may cost for nothing, the minimum information constraint; None for the objective's own.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2, second_dim=1).latent_dim
        3
    """
    decoder = conv_decoder(image_shape, latent_dim, filters, parameters=likelihood.parameters)
    size = latent_dim + second_dim
    return VAE(
        prior=Clustered(latent_dim, second_dim, clusters, second_units),
        posterior=Gaussian(conv_encoder(image_shape, filters), size),
        likelihood=likelihood(keras.Sequential([keras.Input((size,)), Take(0, latent_dim), *decoder.layers])),
        objective=given(objective, nats=nats),
        name="gmvae",
    )
