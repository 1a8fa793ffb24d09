"""The abilities of models, and one error for an ability that a model lacks.

Each model states its own: `VAE.abilities`, `Autoencoder.abilities`. Two of a VAE's come from its parts.
"""

from typing import NamedTuple

from zoo.errors import InputError


class Abilities(NamedTuple):
    """The abilities of a model, each of which it has or lacks.

    Example:
        >>> import zoo
        >>> zoo.build("autoencoder", image_shape=(8, 8, 1)).abilities.samples
        False
    """

    encodes: bool = False  #: `encode(x)`: a code of each image
    decodes: bool = False  #: `decode(z)`: an image of each code
    samples: bool = False  #: `sample(n, seed)`: new images
    has_prior: bool = False  #: `prior()`: a distribution of codes
    has_likelihood: bool = False  #: `likelihood(z)`: a distribution of images, which `log_joint` scores
    has_posterior: bool = False  #: `infer(x)`: a distribution of each image's code
    has_density: bool = (
        False  #: `log_densities(x)`: log p(x|z), log p(z) and log q(z|x) at draws, so bounds on log p(x)
    )
    takes_prior: bool = False  #: `replace(prior=...)`: another density of codes in the place of what there is
    has_loss_per_image: bool = False  #: `loss_per_image(x)`, where there is no density
    has_components: bool = False  #: `prior.log_components(z)`: what each component of a mixture has to do with a code
    has_clusters: bool = False  #: `prior(label)`: the codes of a cluster, a component that can be asked for
    quantizes: bool = False  #: `quantizer(x)`: codes of whole numbers
    takes_labels: bool = False  #: `fit(x, y)`, and labels where images are given
    samples_labels: bool = False  #: `sample_label(label, seed)`: new images of a label, or of a cluster
    takes_missing: bool = False  #: `complete(x)`: what is missing, NaN, made of what is there
    has_views: bool = False  #: `likelihood.only(x, kept)`: several views, each of which may be missing


#: What a model lacks, in words that come after its name.
LACKS = {
    "encodes": "gives images no codes",
    "decodes": "makes no images of codes",
    "samples": "has no way to sample: no density of codes to draw from",
    "has_prior": "has no density of codes",
    "has_likelihood": "gives images no density",
    "has_posterior": "has no posterior",
    "has_density": "gives images no density",
    "takes_prior": "takes no other density of codes",
    "has_loss_per_image": "has no loss of each image by itself",
    "has_components": "has no prior of components",
    "has_clusters": "has no prior of clusters",
    "quantizes": "has no codes of whole numbers",
    "takes_labels": "takes no labels",
    "samples_labels": "has neither labels nor clusters",
    "takes_missing": "takes images whole",
    "has_views": "takes images whole: it has no views",
}


def abilities(model):
    """The `Abilities` of a model; none of anything else.

    Example:
        >>> abilities("no model").samples
        False
    """
    found = getattr(model, "abilities", None)
    return found if isinstance(found, Abilities) else Abilities()


def require(model, ability, needed_for):
    """Raises `InputError` where a model lacks an ability: what it lacks, and for what.

    Args:
        model: any.
        ability: a name of `Abilities`.
        needed_for: what needs it, in words: "log p(x)".

    Example:
        >>> import zoo
        >>> require(zoo.build("autoencoder", image_shape=(8, 8, 1)), "has_density", "importance sampling")
        Traceback (most recent call last):
        zoo.errors.InputError: autoencoder gives images no density, which importance sampling needs: ...
    """
    if not getattr(abilities(model), ability):
        name = getattr(model, "name", type(model).__name__)
        able = {"encodes": "a model of zoo", "decodes": "a model of zoo", "takes_labels": "one that takes them"}
        able |= dict.fromkeys(["samples_labels", "has_clusters"], "one that has them")
        able |= {"quantizes": "a VQVAE"}
        able["takes_missing"] = "a VAE with a likelihood of Observed pixels or of Views, missing_data_vae say"
        able["has_views"] = "a VAE with a likelihood of Views, multimodal_vae say"
        raise InputError(f"{name} {LACKS[ability]}, which {needed_for} needs: give {able.get(ability, 'a VAE')}.")


def require_same_codes(prior, posterior):
    """Raises `InputError` unless a prior and a posterior are of codes of one size, in one support.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> require_same_codes(vae.prior, vae.posterior)
    """
    if prior.latent_dim != posterior.latent_dim:
        raise InputError(
            f"prior has latent_dim {prior.latent_dim} and posterior {posterior.latent_dim}: give both the same."
        )
    if prior.support is not posterior.support:
        raise InputError(
            f"prior has codes in {prior.support.value}, and posterior in {posterior.support.value}: give both the same."
        )


def require_support(model, support, needed_for):
    """Raises `InputError` unless a model's codes live where they must.

    Args:
        model: one that `has_prior`.
        support: a `zoo.support.Support`.
        needed_for: what needs it, in words.
    """
    if model.prior.support is not support:
        raise InputError(
            f"{model.name} has codes in {model.prior.support.value}, but {needed_for} needs them in {support.value}."
        )
