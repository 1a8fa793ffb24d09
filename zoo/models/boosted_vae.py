"""Variational boosting of a VAE: its posterior grows a Gaussian at a time, and what was there before stays as it is.

`components=1` is trained first. `zoo.fitting.boost` makes the next model of a trained one; on the command line a run
of one component more starts from the last one's: `--set components=2 --start-from RUN`. The papers' figures are of
posteriors over parameters, not of images.

Miller et al. 2017, "Variational Boosting: Iteratively Refining Posterior Approximations".
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.shapes import check_sizes
from zoo.objectives.miselbo import miselbo
from zoo.posteriors.boosted import Boosted
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "posteriors"


def build(image_shape, latent_dim=32, units=(300, 300), components=1, likelihood=Bernoulli, objective=miselbo):
    """784-300-300-32 and back with softplus; q(z|x) is a mixture of Gaussians that has grown; p(z) = N(0, I).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        units: the width of each hidden layer of each encoder and of the decoder, from the image to z.
        components: how many Gaussians, of which the last is trained; the others are frozen, to be given weights.
        likelihood: the class of p(x|z).
        objective: what training maximizes: a function of `zoo/objectives` that draws of each component.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'boosted_vae'
    """
    (components,) = check_sizes("components", (components,))
    posterior, *others = (Gaussian(mlp_encoder(image_shape, units, "softplus"), latent_dim) for _ in range(components))
    for number, other in enumerate(others, 2):
        posterior = Boosted(posterior, other, weight=1 / number)
    decoder = mlp_decoder(image_shape, latent_dim, units, "softplus", parameters=likelihood.parameters)
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=posterior,
        likelihood=likelihood(decoder),
        objective=objective,
        name="boosted_vae",
    )
