"""The deep feature consistent VAE: an image is compared with its reconstruction in the features of a classifier.

Sharper than pixels' likelihood leaves it, and without a density of images: it is an autoencoder whose codes are drawn,
and there is no log p(x) to judge it by. `zoo judge RUN quality` has figures for it.

Published, mean accuracy on CelebA's attributes from the codes: 86.95 %, of VGG's first layers, and 88.73 % of later
ones.

Hou et al. 2017, "Deep Feature Consistent Variational Autoencoder", section 3.
"""

from pathlib import Path

from zoo.errors import InputError
from zoo.models.ms_ssim_vae import build as ms_ssim_vae
from zoo.networks.classifier import classifier, inception
from zoo.networks.feature_distance import FeatureDistance, maps_of

GROUP = "autoencoders"

#: The classifier that is taken unless another is asked for, by the image's shape.
CLASSIFIERS = {(8, 8, 1): "digits", (28, 28, 1): "mnist"}


def build(image_shape, latent_dim=20, features=None, layers=(0, 1, 2), weight=1000.0, filters=(32, 64)):
    """q(z|x) = N(loc(x), scale(x)^2), z -> y, KL(q(z|x) || N(0, I)) + weight / 2 sum_l mean (phi_l(x) - phi_l(y))^2.

    Args:
        image_shape: (height, width, channels); pixels in [0, 1].
        latent_dim: the size of z.
        features: a data set's name, for the classifier that was trained on it (`saved_models/classifiers`), or the path
            of a file of Inception-v3's weights; None for the classifier of MNIST or of the digits, by the shape.
        layers: after which of the classifier's activations features are compared, from 0, next to the image.
        weight: what the distance counts for. The paper's is 1, of VGG's features, which are far larger.
        filters: the feature maps of each convolution, from the image to z.

    Example:
        >>> build((8, 8, 1), latent_dim=2).abilities.has_density
        False
    """
    features = CLASSIFIERS.get(tuple(image_shape)) if features is None else features
    if features is None:
        raise InputError(
            f"there is no classifier of images of shape {tuple(image_shape)}: give features=, the path of "
            "Inception-v3's weights."
        )
    network = inception(features) if Path(features).is_file() else classifier(features)
    if None not in network.image_shape and network.image_shape != tuple(image_shape):
        raise InputError(f"features is of {network.name}, which takes {network.image_shape}, not {tuple(image_shape)}.")
    prepare = network.prepare if network.is_inception else None
    distance = FeatureDistance(maps_of(network.network, layers), weight, prepare)
    return ms_ssim_vae(image_shape, latent_dim, filters=filters).replace(loss=distance, name="dfc_vae")
