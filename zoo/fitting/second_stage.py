"""A second stage begun at a trained first one, which stays as it is.

    first.fit(images, epochs=10)
    second_stage(model, first)                    # a two-stage model, whose first stage has the same networks
    model.compile("adam")
    model.fit(images, epochs=10)

Trained at once, the second stage follows codes that still move.

References:
    Kingma et al. 2014, "Semi-Supervised Learning with Deep Generative Models", section 4; Dai and Wipf
    2019, "Diagnosing and Enhancing VAE Models", section 3.
"""

from zoo.errors import InputError
from zoo.part import weight_shapes
from zoo.two_stage import TwoStage


def is_first_stage(model, trained):
    """Whether a trained model has the networks of the first of a model's two stages.

    Example:
        >>> import zoo
        >>> m1, m1_m2 = (zoo.build(name, image_shape=(8, 8, 1), latent_dim=2) for name in ("m1", "m1_m2"))
        >>> is_first_stage(m1_m2, m1), is_first_stage(m1, m1_m2)
        (True, False)
    """
    if not isinstance(model, TwoStage) or type(model.first) is not type(trained):
        return False
    return all(weight_shapes(ours) == weight_shapes(theirs) for ours, theirs in _networks(model.first, trained))


def second_stage(model, trained):
    """Gives the first of a model's two stages the networks of a trained model, and freezes it.

    The prior of the trained model is left out: codes are the posterior's alone, and the second stage learns these.

    Args:
        model: a built `TwoStage`.
        trained: a model with the networks of its first stage.

    Raises:
        InputError: its networks are others.
    """
    if not is_first_stage(model, trained):
        raise InputError(f"{trained.name} isn't the first of the two stages of {model.name}: its networks are others.")
    for ours, theirs in _networks(model.first, trained):
        ours.set_weights(theirs.get_weights())
    model.first.trainable = False


def _networks(first, trained):
    """What encodes and what decodes, of each of the two."""
    return [(getattr(first, name), getattr(trained, name)) for name in first.PARTS.values()]
