"""Clusters that begin at the codes of a trained VAE: a mixture prior fitted to where it puts the images.

    plain.fit(images, epochs=10)                  # its prior is N(0, I)
    cluster_start(clustered, plain, images)       # of the same networks, with a mixture for its prior
    clustered.compile("adam")
    clustered.fit(images, epochs=10)

A prior's clusters that are trained along with the networks from the first step find little to part by.

References:
    Jiang et al. 2017, "Variational Deep Embedding: An Unsupervised and Generative Approach to Clustering".
"""

from zoo.errors import InputError
from zoo.fitting.ex_post import posterior_draws
from zoo.part import weight_shapes
from zoo.priors.full_mixture import FullMixture
from zoo.priors.mixture import Mixture
from zoo.priors.standard_normal import StandardNormal

#: How many images' codes are enough.
IMAGES = 10_000


def can_cluster(model, trained):
    """Whether a model is another one with clusters for its prior: of the same networks otherwise.

    Example:
        >>> import zoo
        >>> clustered, plain = (zoo.build("vade", image_shape=(8, 8, 1), clusters=k, units=(4,)) for k in (3, None))
        >>> can_cluster(clustered, plain), can_cluster(plain, clustered)
        (True, False)
    """
    ours, theirs = (type(getattr(each, "prior", None)) for each in (model, trained))
    # After training N(0, I) may have given way to what was fitted to the codes.
    if ours is not Mixture or theirs not in (StandardNormal, FullMixture):
        return False
    return all(
        weight_shapes(getattr(model, part)) == weight_shapes(getattr(trained, part))
        for part in ("posterior", "likelihood")
    )


def cluster_start(model, trained, images, seed=0):
    """Gives a model the networks of a trained one, and its prior the mixture that fits that one's codes.

    Args:
        model: a built VAE with a `Mixture` for its prior.
        trained: a VAE of the same networks whose prior is N(0, I), or was when it was trained.
        images: an array `[N, height, width, channels]`, as for fit; of more than 10000 images so many are taken.
        seed: an int; which images.

    Raises:
        InputError: the networks are others.
    """
    if not can_cluster(model, trained):
        raise InputError(f"{model.name} is no {trained.name} with a mixture for its prior: its networks are others.")
    model.posterior.set_weights(trained.posterior.get_weights())
    model.likelihood.set_weights(trained.likelihood.get_weights())
    # Draws, and not means: of a dimension that says nothing the means are all one, and no cluster is as narrow as that.
    z = posterior_draws(trained, trained.some(images, IMAGES, seed), seed=seed)
    model.prior.begin_with(z.reshape(-1, z.shape[-1]))
