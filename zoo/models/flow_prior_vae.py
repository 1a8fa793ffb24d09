"""A VAE whose prior is a flow that is trained along: autoregressive, or of spline couplings.

Published, -log p(x) in nats, statically binarized MNIST: 79.30 with an autoregressive flow prior alone (residual
convolutional networks, 64 latent dimensions, four steps of width 640); 79.03 with a decoder that sees pixels beside it.

Chen et al. 2017, "Variational Lossy Autoencoder", section 3.2; Durkan et al. 2019, "Neural Spline Flows", for the
splines.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.autoregressive_flow import AutoregressiveFlow
from zoo.priors.spline_flow import SplineFlow
from zoo.vae import VAE

GROUP = "priors"


def build(
    image_shape,
    latent_dim=40,
    steps=4,
    bins=None,
    units=(300, 300),
    prior_units=(320,),
    likelihood=Bernoulli,
    objective=elbo,
):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) by steps from N(0, I); gated layers of 300-300 and back.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        steps: how many steps the prior has.
        bins: how many bins the splines of coupling steps have; None for autoregressive steps, which draw in as many
            passes as there are dimensions.
        units: the width of each hidden layer.
        prior_units: the width of each hidden layer of each step's network.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'flow_prior_vae'
    """
    spline = bins is not None
    return VAE(
        prior=SplineFlow(latent_dim, steps, prior_units, bins)
        if spline
        else AutoregressiveFlow(latent_dim, steps, prior_units),
        posterior=Gaussian(mlp_encoder(image_shape, units, gated=True), latent_dim),
        likelihood=likelihood(
            mlp_decoder(image_shape, latent_dim, units, parameters=likelihood.parameters, gated=True)
        ),
        objective=objective,
        name="flow_prior_vae",
    )
