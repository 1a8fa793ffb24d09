"""Van den Berg et al.'s Sylvester flow: steps that push z along many orthonormal directions at once.

Published, statically binarized MNIST, 64 latent dimensions, gated convolutions, -ELBO / -log p(x) in nats: diagonal
Gaussian 86.55 / 82.14, planar 86.06 / 81.91, IAF 84.20 / 80.79, orthogonal Sylvester 83.32 / 80.22.

van den Berg et al. 2018, "Sylvester Normalizing Flows for Variational Inference".
"""

from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.householder_sylvester import HouseholderSylvester
from zoo.posteriors.orthogonal_sylvester import OrthogonalSylvester
from zoo.posteriors.triangular_sylvester import TriangularSylvester
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "posteriors"


def build(
    image_shape,
    latent_dim=40,
    steps=4,
    columns=16,
    reflections=None,
    units=(300, 300),
    likelihood=Bernoulli,
    objective=elbo,
):
    """784-300-300-40 and back with ELU; q(z|x) is a Gaussian bent by Sylvester steps; p(z) = N(0, I).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        steps: how many Sylvester steps.
        columns: how many directions a step has, any orthonormal ones; None for as many as z has dimensions, which are
            the axes, or the axes after reflections.
        reflections: how many reflections turn the axes; None for none.
        units: the width of each hidden layer of the encoder and of the decoder, from the image to z.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Raises:
        InputError: there are columns and reflections, too.

    Example:
        >>> build((8, 8, 1), latent_dim=2, columns=2).name
        'sylvester_vae'
    """
    encoder = mlp_encoder(image_shape, units, "elu")
    decoder = mlp_decoder(image_shape, latent_dim, units, "elu", parameters=likelihood.parameters)
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=_posterior(encoder, latent_dim, steps, columns, reflections),
        likelihood=likelihood(decoder),
        objective=objective,
        name="sylvester_vae",
    )


def _posterior(encoder, latent_dim, steps, columns, reflections):
    if columns is not None and reflections is not None:
        raise InputError(
            f"columns is {columns} and reflections is {reflections}: of two kinds give one, and None for the other."
        )
    if columns is not None:
        return OrthogonalSylvester(encoder, latent_dim, steps, columns)
    if reflections is not None:
        return HouseholderSylvester(encoder, latent_dim, steps, reflections)
    return TriangularSylvester(encoder, latent_dim, steps)
