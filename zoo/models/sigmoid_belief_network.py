"""The sigmoid belief network with one layer of binary latents, trained by NVIL, VIMCO or another estimator.

Published, binarized MNIST, the best bound in training, in nats: 200 latents trained by NVIL -112.5 (Grathwohl et al.
2018, "Backpropagation through the Void").

Mnih and Gregor 2014, "Neural Variational Inference and Learning in Belief Networks", section 2.5; Mnih and Rezende
2016, "Variational Inference for Monte Carlo Objectives", for more than one sample.
"""

import math
from functools import partial

import keras

from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli as BernoulliLikelihood
from zoo.networks.reshape import Reshape
from zoo.networks.shapes import check_image_shape, check_sizes
from zoo.objectives.nvil import NVIL
from zoo.objectives.vimco import vimco
from zoo.posteriors.bernoulli import Bernoulli as BernoulliPosterior
from zoo.priors.bernoulli import Bernoulli as BernoulliPrior
from zoo.vae import VAE

GROUP = "discrete codes"


def build(image_shape, latent_dim=200, k=1, baseline_units=(100,), objective=NVIL):
    """p(z_d = 1) = sigmoid(b_d), p(x_i = 1|z) = sigmoid(W z + c)_i, q(z_d = 1|x) = sigmoid(V x + d)_d.

    Args:
        image_shape: (height, width, channels).
        latent_dim: how many bits z has.
        k: the number of samples in the bound: one for NVIL, more for VIMCO, whose samples are each other's baselines.
        baseline_units: the width of each hidden layer of NVIL's learned baseline.
        objective: what training maximizes, of `zoo/objectives`; one that is given has its own number of samples.

    Example:
        >>> build((8, 8, 1), latent_dim=5).name
        'sigmoid_belief_network'
    """
    image_shape, (k,) = check_image_shape(image_shape), check_sizes("k", (k,))
    (latent_dim,) = check_sizes("latent_dim", (latent_dim,))
    if objective is NVIL:
        objective = NVIL(baseline_units) if k == 1 else partial(vimco, num_samples=k)
    elif k != 1:
        raise InputError(f"k is {k}, but the objective that is given has its own: give objective.num_samples={k}.")
    size = math.prod(image_shape)
    encoder = keras.Sequential([keras.Input(image_shape), Reshape((size,))], name="encoder")
    layers = [keras.Input((latent_dim,)), keras.layers.Dense(size), Reshape(image_shape)]
    return VAE(
        prior=BernoulliPrior(latent_dim),
        posterior=BernoulliPosterior(encoder, latent_dim),
        likelihood=BernoulliLikelihood(keras.Sequential(layers, name="decoder")),
        objective=objective,
        name="sigmoid_belief_network",
    )
