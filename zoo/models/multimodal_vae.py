"""Two views of one thing, any of which may be missing: each has an encoder and a decoder, and all share one z.

Published: Wu and Goodman give log p(x) of MNIST with its labels as a second view, Shi et al. that of MNIST with SVHN,
and Sutter et al. how coherent what they generate is. None has figures of the halves of images.

Wu and Goodman 2018, "Multimodal Generative Models for Scalable Weakly-Supervised Learning"; Shi et al. 2019,
"Variational Mixture-of-Experts Autoencoders for Multi-Modal Deep Generative Models"; Sutter et al. 2021, "Generalized
Multimodal ELBO".
"""

from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.views import Views
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.shapes import check_sizes
from zoo.objectives.elbo_of_views import elbo_of_views
from zoo.objectives.miselbo import miselbo
from zoo.posteriors.product_of_experts import ProductOfExperts
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "views"


def build(
    image_shape,
    latent_dim=20,
    units=(500,),
    sizes=None,
    posterior=ProductOfExperts,
    likelihood=Bernoulli,
    objective=None,
):
    """p(z) = N(0, I), p(x|z) = prod_v p(x_v|z), and q(z|x) made of the experts of the views that are there.

    A view is missing where its pixels are NaN. Views lie side by side in an image, left to right, or in a vector: for
    images of D pixels with one of 10 labels, `image_shape=(D + 10,)`, `sizes=(D, 10)`, `likelihood=(Bernoulli, OneHot)`
    and `fit(np.concatenate([x.reshape(len(x), -1), np.eye(10)[y]], axis=1))`. For an image and a vector of any numbers
    the second likelihood is a Gaussian, `partial(Gaussian, range=None)`.

    Args:
        image_shape: (height, width, channels), or (D,) for vectors.
        latent_dim: the size of z.
        units: the width of each hidden layer of each view's encoder and decoder, from the image to z.
        sizes: how many columns, or numbers of a vector, each view takes; None for halves.
        posterior: the class of q(z|x): ProductOfExperts, MixtureOfExperts or MixtureOfProducts.
        likelihood: the class of p(x_v|z), or one for each view.
        objective: what training maximizes; None for that of the posterior's paper: `elbo_of_views` of a product, and
            `miselbo`, which draws of each component, of a mixture.

    Raises:
        InputError: sizes that aren't those of the image's views, or likelihoods of more or fewer.

    Example:
        >>> build((8, 8, 1), latent_dim=2).likelihood.sizes
        (4, 4)
    """
    axis = -1 if len(image_shape) == 1 else -2
    length = image_shape[axis]
    sizes = (length // 2, length - length // 2) if sizes is None else check_sizes("sizes", sizes)
    kinds = tuple(likelihood) if isinstance(likelihood, list | tuple) else (likelihood,) * len(sizes)
    if sum(sizes) != length or min(sizes) < 1 or len(sizes) < 2:
        raise InputError(f"sizes is {sizes}, but the views are two at least, and take {length} together.")
    if len(kinds) != len(sizes):
        raise InputError(f"likelihood has {len(kinds)} of them, but there are {len(sizes)} views: give one, or each's.")
    shapes = [(size,) if axis == -1 else (image_shape[0], size, image_shape[2]) for size in sizes]
    encoders = [mlp_encoder(shape, units, "relu") for shape in shapes]
    each = [
        kind(mlp_decoder(shape, latent_dim, units, "relu", parameters=kind.parameters))
        for kind, shape in zip(kinds, shapes, strict=True)
    ]
    if objective is None:
        objective = elbo_of_views if posterior is ProductOfExperts else miselbo
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=posterior(encoders, latent_dim, sizes, axis),
        likelihood=Views(each, sizes, axis),
        objective=objective,
        name="multimodal_vae",
    )
