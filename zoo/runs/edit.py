"""The edit of a run: the vector of an attribute, kept in the run's folder, and a picture of its effect."""

import re

import msgspec
import numpy as np

from zoo.abilities import require
from zoo.data.attributes import attributes
from zoo.errors import InputError
from zoo.evaluation.latents.codes import codes
from zoo.evaluation.latents.direction import between_means, by_regression, ranked_above
from zoo.evaluation.subset import subset
from zoo.files.saving import read_json, write_json
from zoo.pictures.edits import edit_sheet
from zoo.pictures.grid import save_png
from zoo.support import Support

#: The ways to find a vector, by what the command calls them.
WAYS = {"means": between_means, "regression": by_regression}
#: The folder of the vectors, in the run's.
FOLDER = "attributes"
#: How many images the picture shows.
SHOWN = 8


class Vector(msgspec.Struct):
    """The content of a vector's file."""

    attribute: str
    by: str  #: of `WAYS`
    vector: list[float]  #: `[D]`: one step from codes without the attribute to those with
    ranked_above: float  #: of test images, as of `zoo.evaluation.latents.direction.ranked_above`
    ranked_above_se: float
    num_examples: int  #: how many training images it was found by
    epochs: int  #: of the model's training
    changed_data: bool = False


def edit_run(run, attribute, by="means", examples=5000, overwrite=False):
    """Finds an attribute's vector by training images, and writes it and a picture to the run's folder.

    Args:
        run: a `zoo.runs.run.Run`.
        attribute: a name of `zoo.data.attributes.attributes`.
        by: of `WAYS`.
        examples: how many training images, and at most as many test images to judge by.
        overwrite: whether to replace a vector that is there.

    Returns:
        The `Vector`, and the paths of its file and of the picture.

    Raises:
        InputError: the data have no such attribute, the model doesn't encode and decode codes of R^D, or there is such
            a vector already.
    """
    model = run.load_model()
    for ability in ("encodes", "decodes"):
        require(model, ability, "an edit")
    labels = _labels(model)
    found = _attribute(run, attribute)
    file = run.folder / FOLDER / f"{_file_name(attribute)}.json"
    if file.exists() and not overwrite:
        raise InputError(f"{file} is there already. Give --overwrite to replace it.")
    (of_train, has), (of_test, has_too) = (_codes(run, model, split, found[split], examples) for split in found)
    # A class stays what it is: the vector is of what is beside it.
    vector = np.concatenate([np.zeros(labels), WAYS[by](of_train[:, labels:], has)])
    above, error = ranked_above(of_test, has_too, vector)
    kept = Vector(attribute, by, vector.tolist(), above, error, len(has), run.card.epochs, run.data_changed)
    file.parent.mkdir(exist_ok=True)
    write_json(file, msgspec.to_builtins(kept))
    images = np.asarray(next(iter(run.test_batches(subset(run.splits.test.images, SHOWN)))))
    picture = file.with_suffix(".png")
    save_png(picture, edit_sheet(model, images, vector))
    return kept, file, picture


def vectors(run):
    """The vectors that were found for the run's model as it is: a list of `Vector`, by name.

    Raises:
        InputError: a file of one is damaged.
    """
    found = [read_json(path, Vector) for path in sorted((run.folder / FOLDER).glob("*.json"))]
    return [each for each in found if each.epochs == run.card.epochs]


def _labels(model):
    """How many of a code's numbers, the first, are a label's."""
    if not model.abilities.has_prior:
        return 0
    if model.prior.support not in (Support.REALS, Support.LABEL_AND_REALS):
        where = model.prior.support.value
        raise InputError(f"{model.name} has codes in {where}: a step along a vector leads out of there.")
    return model.labels or 0


def _attribute(run, attribute):
    found = attributes(run.card.data.name, run.splits)
    if attribute in found:
        return found[attribute]
    if not found:
        raise InputError(f"{run.card.data.name} has no attributes: neither labels nor factors of its images are known.")
    names = [*found][:40]
    more = f" and {len(found) - len(names)} more" if len(found) > len(names) else ""
    asked = "attribute is missing" if attribute is None else f"{run.card.data.name} has no attribute {attribute!r}"
    raise InputError(f"{asked}: give one of {', '.join(names)}{more}.")


def _codes(run, model, split, has, examples):
    """The codes of so many images of which it is known, and which have the attribute."""
    known = np.flatnonzero(has >= 0)
    chosen = known[subset(known, examples)]
    batches = getattr(run, f"{split}_batches")(chosen)
    return codes(model, batches), has[chosen] == 1


def _file_name(attribute):
    """The name of its file: what a name of a file can't have is a hyphen there."""
    return re.sub(r"[^\w=.-]", "-", attribute)
