"""The sigmoid belief network with one layer of binary latents, trained by reweighted wake-sleep.

Bornschein and Bengio 2015, "Reweighted Wake-Sleep".
"""

import math
from functools import partial

import keras

from zoo.likelihoods.bernoulli import Bernoulli as BernoulliLikelihood
from zoo.networks.reshape import Reshape
from zoo.networks.shapes import check_image_shape, check_sizes
from zoo.objectives.wake_sleep import wake_sleep
from zoo.posteriors.bernoulli import Bernoulli as BernoulliPosterior
from zoo.priors.bernoulli import Bernoulli as BernoulliPrior
from zoo.vae import VAE

GROUP = "discrete codes"


def build(image_shape, latent_dim=200, k=5, sleep=True):
    """p(z_d = 1) = sigmoid(b_d), p(x_i = 1|z) = sigmoid(W z + c)_i, q(z_d = 1|x) = sigmoid(V x + d)_d.

    Args:
        image_shape: (height, width, channels).
        latent_dim: how many bits z has.
        k: the number of samples of the wake phase.
        sleep: whether q learns from the model's dreams too.

    Example:
        >>> build((8, 8, 1), latent_dim=5).name
        'reweighted_wake_sleep'
    """
    image_shape, (k,) = check_image_shape(image_shape), check_sizes("k", (k,))
    (latent_dim,) = check_sizes("latent_dim", (latent_dim,))
    encoder = keras.Sequential([keras.Input(image_shape), Reshape((math.prod(image_shape),))], name="encoder")
    layers = [keras.Input((latent_dim,)), keras.layers.Dense(math.prod(image_shape)), Reshape(image_shape)]
    return VAE(
        prior=BernoulliPrior(latent_dim),
        posterior=BernoulliPosterior(encoder, latent_dim),
        likelihood=BernoulliLikelihood(keras.Sequential(layers, name="decoder")),
        objective=partial(wake_sleep, num_samples=k, sleep=sleep),
        name="reweighted_wake_sleep",
    )
