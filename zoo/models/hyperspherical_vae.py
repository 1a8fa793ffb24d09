"""The S-VAE, whose codes are unit vectors: a von Mises-Fisher posterior under a uniform prior.

Davidson et al. 2018, "Hyperspherical Variational Auto-Encoders", section 5.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.von_mises_fisher import VonMisesFisher
from zoo.priors.hyperspherical import Hyperspherical
from zoo.vae import VAE

GROUP = "priors"


def build(image_shape, latent_dim=10, units=(256, 128), likelihood=Bernoulli, objective=elbo):
    """q(z|x) = vMF(loc(x), kappa(x)), p(z) uniform on the unit sphere in R^m.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size m of z: the sphere has a dimension less.
        units: the widths of the encoder's hidden layers; the decoder's are the reverse.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=3).name
        'hyperspherical_vae'
    """
    decoder = mlp_decoder(image_shape, latent_dim, units[::-1], parameters=likelihood.parameters)
    return VAE(
        prior=Hyperspherical(latent_dim),
        posterior=VonMisesFisher(mlp_encoder(image_shape, units), latent_dim),
        likelihood=likelihood(decoder),
        objective=objective,
        name="hyperspherical_vae",
    )
