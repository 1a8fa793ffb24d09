"""Images in a `.npy` or `.npz` file."""

from zoo.data.fingerprint import array_digest, fingerprint, row_digests
from zoo.data.images import check_images
from zoo.data.npz import read_parts
from zoo.data.pixels import as_kind, kind_of
from zoo.data.source import read_npy
from zoo.data.splits import Split, Splits, at_random, by_hash, divide
from zoo.errors import InputError


def load(path, rule=by_hash, pixels=None, say=lambda line: None):
    """`Splits` of the images in a file. A row's number says which part it belongs to.

    A `.npy` holds one array, which isn't read into memory but left on disk. A `.npz` holds `x_train` and `x_test`, with
    `y_train` and `y_test` if there are labels (about a tenth of the training images is watched, if there is no
    `x_val`), or one set of images, with labels or without: `zoo.data.npz.read_parts` has the names that are taken.
    Images are `[N, height, width]` or `[N, height, width, channels]`, of numbers that mean what
    `zoo.data.pixels.kind_of` says, decided from all of the training images: the others are of the same kind and size.
    NaN among floats stands for a pixel that is missing.

    Args:
        path: of the file.
        rule: `zoo.data.splits.by_hash`, or what held before it.
        pixels: the kind that was decided before, of `zoo.data.pixels.kind_of`; None to decide it now.
        say: a function that is given a line about what wasn't used.

    Raises:
        InputError: the file can't be read, or doesn't hold images.
    """
    if path.suffix == ".npy":
        return _divided(Split(read_npy(path)), path, rule, pixels)
    parts = read_parts(path, say)
    if "all" in parts:
        return _divided(parts["all"], path, rule, pixels)
    digests = {part: row_digests(images) for part, (images, _) in parts.items()}
    read = {f"x_{part}": array_digest(images, digests[part]) for part, (images, _) in parts.items()}
    read |= {f"y_{part}": array_digest(labels) for part, (_, labels) in parts.items() if labels is not None}
    whole = fingerprint(sum(len(images) for images, _ in parts.values()), read)
    parts = _alike(parts, path, pixels)
    if "validation" in parts and rule is not at_random:
        return Splits(**parts, fingerprint=whole)
    train, test = parts["train"], parts["test"]
    divided = rule(range(len(train.images)), digests["train"], count=2)
    return Splits(*divide(train.images, divided, train.labels), test, whole)


def _alike(parts, path, pixels):
    """The parts, whose images are of the kind and the size of those to train on."""
    train = _images(parts["train"].images, f"x_train of {path}", pixels)
    alike = {}
    for part, (images, labels) in parts.items():
        images = _images(images, f"x_{part} of {path}", pixels or str(train.dtype))
        if images.shape[1:] != train.shape[1:]:
            sizes = f"{train.shape[1:]} in x_train, {images.shape[1:]} in x_{part}"
            raise InputError(f"{path} has images of shape {sizes}: bring them to one size.")
        alike[part] = Split(images, labels)
    return alike


def _divided(split, path, rule, pixels):
    images, digests = _images(split.images, str(path), pixels), row_digests(split.images)
    read = {"images": array_digest(split.images, digests)}
    if split.labels is not None:
        read["labels"] = array_digest(split.labels)
    whole = fingerprint(len(images), read)
    return Splits(*divide(images, rule(range(len(images)), digests), split.labels), whole)


def _images(array, name, pixels):
    """Images of dtype bool, uint8, uint16 or float32; those that are so already stay where they are, on disk or not."""
    array = check_images(array[..., None] if array.ndim == 3 else array, name)
    return as_kind(array, pixels or kind_of(array, name), name, None, missing=True)
