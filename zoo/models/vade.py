"""Jiang et al.'s VaDE: a VAE whose prior's Gaussians are clusters, which begin at a trained VAE's codes.

Published: accuracy on MNIST, unsupervised, 94.46 %, of a model that begins at a stacked autoencoder's codes.

Jiang et al. 2017, "Variational Deep Embedding: An Unsupervised and Generative Approach to Clustering".
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.mixture import Mixture
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "labels"


def build(image_shape, latent_dim=10, clusters=10, units=(500, 500, 2000), likelihood=Bernoulli, objective=elbo):
    """p(k) = w_k, p(z|k) = N(m_k, s_k^2), p(x|z), and q(z|x) = N(loc(x), scale(x)^2); 784-500-500-2000-10 and back.

    The ELBO sums over the cluster, since p(k|z) is known: the paper's bound, whose q(k|x) is the mean of p(k|z), is
    looser.

    Clusters that are there from the first step find little to part by. So the model is trained in two stages: first
    with N(0, I) for its prior, `clusters=None`, then with clusters that begin at a mixture fitted to the first one's
    codes:

        zoo train vade --data mnist --set clusters=None --out runs/plain
        zoo train vade --data mnist --start-from runs/plain

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        clusters: how many there are, K; None for p(z) = N(0, I).
        units: the width of each hidden layer, from the image to z.
        likelihood: the class of p(x|z).
        objective: what training maximizes; `clustered_elbo` for a floor on what the cluster costs.

    Example:
        >>> build((8, 8, 1), latent_dim=2, units=(20,)).name
        'vade'
    """
    decoder = mlp_decoder(image_shape, latent_dim, units, "relu", parameters=likelihood.parameters)
    return VAE(
        prior=Mixture(latent_dim, clusters, train_weights=True) if clusters else StandardNormal(latent_dim),
        posterior=Gaussian(mlp_encoder(image_shape, units, "relu"), latent_dim),
        likelihood=likelihood(decoder),
        objective=objective,
        name="vade",
    )
