"""The Poincare VAE, whose codes lie in a hyperbolic space: trees have room in it, from the centre outwards.

Mathieu et al. 2019, "Continuous Hierarchical Representations with Poincare Variational Auto-Encoders".
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.wrapped_normal import WrappedNormal
from zoo.priors.poincare import Poincare
from zoo.vae import VAE

GROUP = "priors"


def build(image_shape, latent_dim=2, curvature=1.0, units=(500,), likelihood=Bernoulli, objective=elbo):
    """q(z|x) a wrapped normal around loc(x), p(z) that around the centre, in the Poincare ball of curvature -c.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        curvature: c.
        units: the width of each hidden layer.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1)).name
        'poincare_vae'
    """
    decoder = mlp_decoder(image_shape, latent_dim, units, parameters=likelihood.parameters)
    return VAE(
        prior=Poincare(latent_dim, curvature),
        posterior=WrappedNormal(mlp_encoder(image_shape, units), latent_dim, curvature),
        likelihood=likelihood(decoder),
        objective=objective,
        name="poincare_vae",
    )
