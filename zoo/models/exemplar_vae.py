"""The exemplar VAE: its prior is a mixture around training images' codes, and these images are in its file.

`start_from(images)` takes the exemplars from the training images; `zoo train` calls it, and the run's card says how
many they are. Don't hand on a model of images that nobody else may see.

Published, -log p(x) in nats, standard normal, VampPrior, exemplar prior: dynamically binarized MNIST 84.45, 82.43,
82.09 (with exemplars of all training images, where an image's own is left out in training; here they are 500, and its
own counts).

Norouzi et al. 2020, "Exemplar VAE: Linking Generative Models, Nearest Neighbor Retrieval, and Data Augmentation".
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.exemplar import Exemplar
from zoo.vae import VAE

GROUP = "priors"


def build(image_shape, latent_dim=40, components=500, units=(300, 300), likelihood=Bernoulli, objective=elbo):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) = 1/K sum_k N(z; loc(x_k), s^2 I); gated layers of 300-300 and back.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        components: how many exemplars, K.
        units: the width of each hidden layer.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2, components=5).name
        'exemplar_vae'
    """
    posterior = Gaussian(mlp_encoder(image_shape, units, gated=True), latent_dim)
    pixels = likelihood(mlp_decoder(image_shape, latent_dim, units, parameters=likelihood.parameters, gated=True))
    return VAE(
        prior=Exemplar(posterior, image_shape, components, pixels.range),
        posterior=posterior,
        likelihood=pixels,
        objective=objective,
        name="exemplar_vae",
    )
