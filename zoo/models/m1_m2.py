"""Kingma et al.'s M1+M2: a semi-supervised VAE of labels and of the codes of a first VAE, which sees no labels.

Published: on MNIST 3.33 +- 0.14, 2.59, 2.40 and 2.18 % errors of test images with 100, 600, 1000 and 3000 labels (table
1). Both are trained at once, the second on codes that pass no gradient back, or as in the paper one after the other:

    zoo train m1 --data mnist --out runs/m1
    zoo train m1_m2 --data mnist --labelled 100 --start-from runs/m1

Kingma et al. 2014, "Semi-Supervised Learning with Deep Generative Models", sections 2.1 and 4.
"""

from functools import partial

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.gaussian import Gaussian
from zoo.models import m1, m2
from zoo.two_stage import TwoStage

GROUP = "labels"


def build(
    image_shape,
    latent_dim=50,
    labels=10,
    units=(500, 500),
    upper_units=(500,),
    likelihood=Bernoulli,
    alpha=0.1,
    labelled_share=1.0,
):
    """The first VAE, M1, on images; the second, M2, on draws of its codes and on labels.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of both codes, the label not counted.
        labels: how many there are, K.
        units: the widths of M1's hidden layers.
        upper_units: the widths of M2's.
        likelihood: the class of M1's p(x|z).
        alpha, labelled_share: of `zoo.models.m2`.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'm1_m2'
    """
    codes = partial(Gaussian, scale=None, range=None)
    codes.parameters = 2
    second = m2.build((latent_dim,), latent_dim, labels, upper_units, codes, alpha=alpha, labelled_share=labelled_share)
    return TwoStage(m1.build(image_shape, latent_dim, units, likelihood), second, name="m1_m2")
