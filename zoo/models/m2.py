"""Kingma et al.'s M2: a VAE of images and labels, most of them missing, whose q(y|x) is the classifier.

Published: on MNIST 11.97, 4.94, 3.60 and 3.92 % errors of test images with 100, 600, 1000 and 3000 labels (table 1).

Kingma et al. 2014, "Semi-Supervised Learning with Deep Generative Models", sections 2.1 and 4.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.shapes import check_sizes
from zoo.numerics.counts import check_positive
from zoo.objectives.classified_elbo import classified_elbo
from zoo.part import given
from zoo.posteriors.labelled_gaussian import LabelledGaussian
from zoo.priors.labelled import Labelled
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "labels"


def build(
    image_shape,
    latent_dim=50,
    labels=10,
    units=(500,),
    likelihood=Bernoulli,
    objective=classified_elbo,
    alpha=0.1,
    labelled_share=1.0,
):
    """p(y) = 1/K, p(z) = N(0, I), q(y|x) of a network, q(z|x, y) = N(loc(x, y), scale(x, y)^2).

    Args:
        image_shape: (height, width, channels), or (D,) for vectors.
        latent_dim: the size of z, the label not counted.
        labels: how many there are, K.
        units: the width of each hidden layer, of the encoder, the classifier and the decoder.
        likelihood: the class of p(x|y, z).
        objective: what training maximizes; `classified_elbo`, or one with a `weight` of log q(y|x) too.
        alpha: all known labels together count as alpha N images do.
        labelled_share: N_labelled / N, the share of the training images whose label is known; `zoo train` counts them.

    Example:
        >>> build((8, 8, 1), latent_dim=2, labelled_share=0.01).objective.keywords
        {'weight': 10.0}
    """
    (labels,), units = check_sizes("labels", (labels,)), check_sizes("units", units)
    for name, value in (("alpha", alpha), ("labelled_share", labelled_share)):
        check_positive(name, value)
    decoder = mlp_decoder(image_shape, labels + latent_dim, units, "softplus", likelihood.parameters)
    encoder, classifier = (mlp_encoder(image_shape, units, "softplus") for _ in range(2))
    return VAE(
        prior=Labelled(StandardNormal(latent_dim), labels),
        posterior=LabelledGaussian(encoder, latent_dim, labels, units[-1], classifier),
        likelihood=likelihood(decoder),
        objective=given(objective, weight=alpha / labelled_share),
        name="m2",
    )
