"""The VAE with a RealNVP posterior: affine couplings that see a context of the image bend a Gaussian.

Dinh et al. 2017, "Density Estimation Using Real NVP"; Rezende and Mohamed 2015, "Variational Inference with Normalizing
Flows", for flows as posteriors.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.realnvp import RealNVP
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "posteriors"


def build(
    image_shape,
    latent_dim=40,
    steps=4,
    flow_units=(200,),
    units=(300, 300),
    likelihood=Bernoulli,
    objective=elbo,
):
    """784-300-300-40 and back with ELU; q(z|x) is a Gaussian bent by affine couplings; p(z) = N(0, I).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        steps: how many couplings.
        flow_units: the width of each hidden layer of each coupling's network.
        units: the width of each hidden layer of the encoder and of the decoder, from the image to z.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'realnvp_vae'
    """
    encoder = mlp_encoder(image_shape, units, "elu")
    decoder = mlp_decoder(image_shape, latent_dim, units, "elu", parameters=likelihood.parameters)
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=RealNVP(encoder, latent_dim, steps, flow_units),
        likelihood=likelihood(decoder),
        objective=objective,
        name="realnvp_vae",
    )
