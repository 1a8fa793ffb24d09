"""Variational boosting: a trained model's posterior gets one more component, and keeps those it has as they are.

    vae.fit(images, epochs=10)
    larger = boost(vae)
    larger.compile("adam")
    larger.fit(images, epochs=10)

References:
    Guo et al. 2016, "Boosting Variational Inference"; Miller et al. 2017, "Variational Boosting: Iteratively Refining
    Posterior Approximations".
"""

from zoo.abilities import require
from zoo.errors import InputError
from zoo.objectives.miselbo import miselbo
from zoo.part import weight_shapes
from zoo.posteriors.boosted import Boosted


def boost(vae, weight=0.5, objective=None):
    """A new VAE whose posterior is the old one, frozen, and a component beside it, to be trained with its weight.

    The component begins as a copy of the one that was added last, so that the bound begins where the old one's was.

    Args:
        vae: a trained VAE; its posterior stays as it is.
        weight: what the new component's share of the mixture begins at.
        objective: what training maximizes, one that sums over components; None for the VAE's own where it does, else
            `zoo.objectives.miselbo`.

    Returns:
        A `VAE`; it shares the weights of the prior and of the likelihood, which are trained on, unless they are frozen
        (`vae.likelihood.trainable = False`), and has copies of the posterior's.

    Raises:
        InputError: it is no VAE, or its posterior can't be a part of a mixture (`zoo.posteriors.boosted.Boosted`).

    Example:
        >>> import numpy as np
        >>> import zoo
        >>> vae = zoo.build("boosted_vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> larger = boost(boost(vae))
        >>> len(larger.infer(np.zeros([3, 8, 8, 1], "float32")).components)
        2
    """
    require(vae, "has_density", "boosting")
    shape = (None, *vae.image_shape)
    added = Boosted(_copy(vae.posterior, shape), _copy(_newest(vae.posterior), shape), weight)
    own = getattr(vae.objective, "func", vae.objective)
    if objective is None:
        objective = vae.objective if getattr(own, "sums_components", False) else miselbo
    return vae.replace(posterior=added, objective=objective)


def has_grown(model, trained):
    """Whether a model is what `boost` makes of another: of the same networks, and a component more.

    Example:
        >>> import zoo
        >>> one, two = (zoo.build("boosted_vae", image_shape=(8, 8, 1), components=k) for k in (1, 2))
        >>> has_grown(two, one), has_grown(one, two)
        (True, False)
    """
    if not isinstance(getattr(model, "posterior", None), Boosted):
        return False
    theirs = [getattr(trained, name, None) for name in ("prior", "posterior", "likelihood")]
    ours = [model.prior, model.posterior.previous, model.likelihood]
    return None not in theirs and [weight_shapes(part) for part in ours] == [weight_shapes(part) for part in theirs]


def grow_from(model, trained):
    """Gives a model the weights of one that it `has_grown` from; what it added begins as that one's newest component.

    Args:
        model: a built VAE with a `Boosted` posterior.
        trained: a VAE of the same networks without the component that was added.

    Raises:
        InputError: the networks are others.
    """
    if not has_grown(model, trained):
        raise InputError(f"{model.name} has not grown from a {trained.name}: its networks are others.")
    model.prior.set_weights(trained.prior.get_weights())
    model.likelihood.set_weights(trained.likelihood.get_weights())
    model.posterior.previous.set_weights(trained.posterior.get_weights())
    model.posterior.component.set_weights(_newest(trained.posterior).get_weights())


def _newest(posterior):
    return posterior.component if isinstance(posterior, Boosted) else posterior


def _copy(posterior, shape):
    config = posterior.get_config()
    del config["name"]
    copy = type(posterior).from_config(config)
    copy.build(shape)
    copy.set_weights(posterior.get_weights())
    return copy
