"""Cremer et al.'s VAE: fully connected, with an encoder of any size and a Gaussian or flow posterior.

Published, statically binarized MNIST, log p(x) / approximation gap / amortization gap in nats of training images:
Gaussian -89.85 / 1.34 / 1.57, with the larger encoder (500-500) -89.09 / 1.25 / 0.78; their flow -88.82 / 1.58 / 1.02.

Cremer et al. 2018, "Inference Suboptimality in Variational Autoencoders", sections 5.2 and 5.3.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.iaf import IAF
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "posteriors"


def build(
    image_shape,
    latent_dim=50,
    encoder_units=(200, 200),
    units=(200, 200),
    steps=None,
    flow_units=(200,),
    objective=elbo,
):
    """784-200-200-50 and back with ELU; q(z|x) is a Gaussian, or one bent by autoregressive steps; p(z) = N(0, I).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        encoder_units: the width of each hidden layer of the encoder.
        units: the width of each hidden layer of the decoder, in the order of an encoder's, from the image to z.
        steps: how many autoregressive steps; None for the Gaussian. (The paper's flow is RealNVP with auxiliaries.)
        flow_units: the width of each hidden layer of each step's MADE.
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2, steps=2).name
        'cremer_vae'
    """
    encoder = mlp_encoder(image_shape, encoder_units, "elu")
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=Gaussian(encoder, latent_dim) if steps is None else IAF(encoder, latent_dim, steps, flow_units),
        likelihood=Bernoulli(mlp_decoder(image_shape, latent_dim, units, "elu")),
        objective=objective,
        name="cremer_vae",
    )
