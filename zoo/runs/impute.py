"""What is missing of images in files, made by a model."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from zoo.abilities import require
from zoo.data.picture import read_seen
from zoo.data.pixels import UNIT, grey
from zoo.data.source import read_npy
from zoo.data.table import read_rows, write_rows
from zoo.errors import InputError
from zoo.files.saving import replacing
from zoo.loading import load
from zoo.pictures.grid import grid, save_png
from zoo.random import fold_in, stream
from zoo.runs.sample import columns_of

#: How many draws, of all images, are decoded at once.
AT_ONCE = 20_000


class Imputed(NamedTuple):
    """What was made of one file."""

    source: Path
    path: Path  #: what was written
    missing: int  #: how many pixels were
    pixels: int  #: how many there are
    images: int  #: how many there are


def impute(model, paths, num_samples=1000, seed=0, pixels=False, overwrite=False):
    """Completes images in files, and writes each beside its own: NAME-completed.png, or NAME-completed.npy.

    A picture's missing pixels are those of alpha 0; it is brought to the model's size first. A `.npy` has NaN in their
    place, and its images are written as a `.npy` of float32. For a table's model it is the empty cells of a `.csv`.

    Args:
        model: a model that takes NaN for what is missing; or a run's folder, or whatever else `zoo.load` takes.
        paths: of pictures, or of `.npy` files of `[N, height, width, channels]`, of `[N, height, width]`, or of
            vectors `[N, D]`; or of `.csv` files, where the model is a run's that was trained on a table.
        num_samples: of how many draws from q(z|x) a code is chosen, by importance weights.
        seed: an int.
        pixels: whether to draw the pixels too, instead of giving their means.
        overwrite: whether what is there already is replaced.

    Returns:
        A list of `Imputed`.

    Raises:
        InputError: the model takes images whole, or a file isn't one of images that it takes, or has nothing missing,
            or what would be written is there. Nothing has been written then.

    References:
        Mattei and Frellsen 2019, "MIWAE: Deep Generative Modelling and Imputation of Incomplete Data Sets".
    """
    columns = columns_of(model) if isinstance(model, str | Path) else None
    model = load(model) if isinstance(model, str | Path) else model
    require(model, "takes_missing", "imputation")
    paths = [Path(path) for path in paths]
    suffixes = [path.suffix if path.suffix in (".npy", ".csv") else ".png" for path in paths]
    targets = [p.with_name(f"{p.stem}-completed{suffix}") for p, suffix in zip(paths, suffixes, strict=True)]
    for number, target in enumerate(targets):
        if target in targets[:number]:
            raise InputError(f"two files would be completed as {target}: rename one of them.")
        if target.exists() and not overwrite:
            raise InputError(f"{target} is there already. Give --overwrite to replace it.")
    images = [_read(path, model, columns) for path in paths]
    done = []
    for number, (path, target, x) in enumerate(zip(paths, targets, images, strict=True)):
        made = _completed(model, x, num_samples, fold_in(stream(seed, "imputation"), number), pixels)
        _write(target, made, model, columns)
        done.append(Imputed(path, target, int(np.isnan(x).sum()), x.size, len(x)))
    return done


def _read(path, model, columns):
    """The images of a file, `[N, ...]`, as the model sees them."""
    if path.suffix == ".csv":
        if columns is None:
            raise InputError(f"{path} is a table, but the model is no run's that was trained on one: give a picture.")
        x = read_rows(path, columns)
    elif path.suffix == ".npy":
        array = read_npy(path)
        if array.ndim == 3 and len(model.image_shape) == 3 and model.image_shape[-1] == 1:
            array = array[..., None]
        x = model.admit(array, str(path))
    elif len(model.image_shape) == 3:
        *size, channels = model.image_shape
        if channels not in (1, 3):
            raise InputError(f"{path} is a picture, but the model takes {channels} channels: give a .npy.")
        low, high = model.range or UNIT
        x = low + (high - low) * read_seen(path, tuple(size), channels).pixels[None]
        model.check_values(x, str(path))
    else:
        raise InputError(f"{path} is no .npy, and the model takes vectors of {model.image_shape[0]}: give one.")
    if not np.isnan(x).any():
        how = {".npy": "NaN", ".csv": "empty cells"}.get(path.suffix, "of alpha 0")
        raise InputError(f"{path} has no missing pixels, {how}: there is nothing to complete.")
    return np.asarray(x, "float32")


def _completed(model, x, num_samples, key, pixels):
    complete = model.complete_pixels if pixels else model.complete
    size = max(1, AT_ONCE // num_samples)
    each = [
        np.asarray(complete(x[start : start + size], fold_in(key, start), num_samples))
        for start in range(0, len(x), size)
    ]
    return np.concatenate(each)


def _write(path, images, model, columns):
    if path.suffix == ".csv":
        with replacing(path) as temporary:
            write_rows(temporary, images, columns)
    elif path.suffix == ".npy":
        with replacing(path) as temporary:
            np.save(temporary, images)
    else:
        save_png(path, grid(grey(images, model.range or UNIT)), least_width=1)
