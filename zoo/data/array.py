"""Images in a `.npy` or `.npz` file."""

from zoo.data.fingerprint import array_digest, fingerprint, row_digests
from zoo.data.npz import read_parts
from zoo.data.source import read_npy
from zoo.data.splits import Split, Splits, at_random, by_hash, divide
from zoo.errors import InputError
from zoo.images import check_images


def load(path, rule=by_hash, say=lambda line: None):
    """`Splits` of the images in a file. A row's number says which part it belongs to.

    A `.npy` holds one array, which isn't read into memory but left on disk. A `.npz` holds `x_train` and `x_test`, with
    `y_train` and `y_test` if there are labels (about a tenth of the training images is watched, if there is no
    `x_val`), or one set of images, with labels or without: `zoo.data.npz.read_parts` has the names that are taken.
    Images are uint8 `[N, height, width]` or `[N, height, width, channels]`, or floats.

    Args:
        path: of the file.
        rule: `zoo.data.splits.by_hash`, or what held before it.
        say: a function that is given a line about what wasn't used.

    Raises:
        InputError: the file can't be read, or doesn't hold images.
    """
    if path.suffix == ".npy":
        return _divided(Split(read_npy(path)), path, rule)
    parts = read_parts(path, say)
    if "all" in parts:
        return _divided(parts["all"], path, rule)
    read = {f"x_{part}": array_digest(images) for part, (images, _) in parts.items()}
    read |= {f"y_{part}": array_digest(labels) for part, (_, labels) in parts.items() if labels is not None}
    whole = fingerprint(sum(len(images) for images, _ in parts.values()), read)
    parts = {part: Split(_images(images, path), labels) for part, (images, labels) in parts.items()}
    if "validation" in parts and rule is not at_random:
        return Splits(**parts, fingerprint=whole)
    train, test = parts["train"], parts["test"]
    divided = rule(range(len(train.images)), row_digests(train.images), count=2)
    return Splits(*divide(train.images, divided, train.labels), test, whole)


def _divided(split, path, rule):
    images, digests = _images(split.images, path), row_digests(split.images)
    read = {"images": array_digest(split.images, digests)}
    if split.labels is not None:
        read["labels"] = array_digest(split.labels)
    whole = fingerprint(len(images), read)
    return Splits(*divide(images, rule(range(len(images)), digests), split.labels), whole)


def _images(array, path):
    if array.ndim == 3:
        array = array[..., None]
    check_images(array, str(path))
    if array.dtype.kind == "f":
        return array.astype("float32", copy=False)
    if array.dtype != "uint8":
        low, high = array.min(), array.max()
        if low < 0 or high > 255:
            raise InputError(f"{path} has whole numbers from {low} to {high}, but 8-bit pixels go from 0 to 255.")
        return array.astype("uint8")
    return array
