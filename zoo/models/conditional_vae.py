"""A VAE of images and their labels, which may be missing: p(y) p(z) p(x|y, z).

Published: Kingma et al. train it with a classifier for q(y|x), their M2, and give that one's errors: 11.97 % on MNIST
with 100 labels. For whole images of a given digit they show samples, without a figure.

Kingma et al. 2014, "Semi-Supervised Learning with Deep Generative Models", section 2.1 and figure 1; Sohn et al. 2015,
"Learning Structured Output Representation using Deep Conditional Generative Models", equation 4, with a prior of z that
knows nothing of y.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.shapes import check_sizes
from zoo.objectives.labelled_elbo import labelled_elbo
from zoo.posteriors.labelled_gaussian import LabelledGaussian
from zoo.priors.labelled import Labelled
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "labels"


def build(image_shape, latent_dim=20, labels=10, units=(500,), likelihood=Bernoulli, objective=labelled_elbo):
    """p(y) = 1/K, p(z) = N(0, I), q(z|x, y) = N(loc(x, y), scale(x, y)^2); where y is missing q(y|x) = 1/K.

    An image whose label is missing counts with all labels alike, and so teaches z to say what the label could. This is
    for data of which few are missing; where most are, a `LabelledGaussian` with a classifier guesses them.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z, the label not counted.
        labels: how many there are, K.
        units: the width of each hidden layer; image and label meet in one more, as wide as the last.
        likelihood: the class of p(x|y, z).
        objective: what training maximizes. Others than `labelled_elbo` draw a missing label, which is without bias
            here, and noisier.

    Example:
        >>> build((8, 8, 1), latent_dim=2).latent_dim
        12
    """
    (labels,), units = check_sizes("labels", (labels,)), check_sizes("units", units)
    decoder = mlp_decoder(image_shape, labels + latent_dim, units, parameters=likelihood.parameters)
    return VAE(
        prior=Labelled(StandardNormal(latent_dim), labels),
        posterior=LabelledGaussian(mlp_encoder(image_shape, units), latent_dim, labels, units[-1]),
        likelihood=likelihood(decoder),
        objective=objective,
        name="conditional_vae",
    )
