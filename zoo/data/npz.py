"""The arrays of a `.npz` by what they are: images and their labels, in one piece or divided."""

import numpy as np

from zoo.data.source import read_npz
from zoo.data.splits import Split
from zoo.errors import InputError

IMAGES = ("x", "image", "images", "img", "imgs", "data")
LABELS = ("y", "label", "labels", "target", "targets")
PARTS = {"train": "train", "test": "test", "val": "validation", "valid": "validation", "validation": "validation"}


def read_parts(path, say=lambda line: None):
    """The images and labels of a `.npz`, told by the names of its arrays, in any case of letters:

        x, image, images, img, imgs, data          images
        y, label, labels, target, targets          their labels
        ..._train, ..._test, ..._val               of one of the parts; train_..., test_..., val_... too

    A single array is images, whatever its name. Labels are one whole number for each image, `[N]` or `[N, 1]`.

    Args:
        path: of the file.
        say: a function that is given a line about arrays that are neither.

    Returns:
        A dict of `Split`s: of `train` and `test` and perhaps `validation`; or of `all`, where they aren't divided.

    Raises:
        InputError: it can't be read, or isn't clear, or the labels are no whole numbers, or not one for each image.
    """
    arrays = read_npz(path)
    if len(arrays) == 1:
        return {"all": Split(*arrays.values())}
    names = {}
    for key in arrays:
        names.setdefault(_meaning(key), []).append(key)
    others = names.pop(None, [])
    parts = {part for _, part in names}
    divided = {"train", "test"} <= parts <= {"train", "test", "validation"}
    twice = [keys for keys in names.values() if len(keys) > 1]
    if twice or not (divided or len(parts) == 1) or any(("images", part) not in names for part in parts):
        raise InputError(
            f"{path} has the arrays {', '.join(arrays) or '(none)'}, but should have x_train and x_test (and y_train "
            "and y_test for labels, x_val and y_val for images to watch), or x (and y), or one array."
        )
    if others:
        say(f"{path} has the arrays {', '.join(others)} too: they aren't used.")
    return {
        part if divided else "all": _split(
            arrays, *(names.get((kind, part), [None])[0] for kind in ("images", "labels")), path
        )
        for part in sorted(parts)
    }


def _meaning(key):
    """(`images` or `labels`, and the part or `all`); None for an array that is neither.

    Example:
        >>> _meaning("X_train"), _meaning("val_labels"), _meaning("data"), _meaning("pca")
        (('images', 'train'), ('labels', 'validation'), ('images', 'all'), None)
    """
    words = key.lower().split("_")
    parts = [PARTS[word] for word in words if word in PARTS]
    kinds = ["images" if word in IMAGES else "labels" for word in words if word in IMAGES + LABELS]
    if len(words) == len(parts) + len(kinds) and len(kinds) == 1 and len(parts) < 2:
        return kinds[0], parts[0] if parts else "all"
    return None


def _split(arrays, images, labels, path):
    if labels is None:
        return Split(arrays[images])
    return Split(
        arrays[images], _checked(arrays[labels], len(np.atleast_1d(arrays[images])), f"{labels} of {path}", images)
    )


def _checked(labels, count, name, images):
    """Integers `[N]`."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.dtype.kind not in "iubf":
        raise InputError(
            f"{name} has dtype {labels.dtype}, but labels are whole numbers: give np.unique(y, return_inverse=True)[1]."
        )
    if labels.ndim != 1:
        raise InputError(
            f"{name} has shape {labels.shape}, but labels are one whole number for each image: give y.argmax(axis=1) "
            "where they are one-hot, or leave them out."
        )
    if len(labels) != count:
        raise InputError(f"{name} has {len(labels)} labels for the {count} images of {images}: give one for each.")
    if labels.dtype.kind == "f" and not (np.isfinite(labels) & (labels == np.round(labels))).all():
        raise InputError(f"{name} has labels that are no whole numbers: give integers, or leave them out.")
    return labels.astype("int64") if labels.dtype.kind in "fb" else labels
