"""A folder of pictures, brought to one size."""

import contextlib
import os
import tempfile
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from zoo.data.fingerprint import array_digest, as_bytes, file_digest, fingerprint, row_digests
from zoo.data.folder_labels import of_file, of_subfolders
from zoo.data.picture import MISSING, check_ground, is_grey, read, read_before, read_seen, size_of
from zoo.data.splits import Splits, by_hash, divide
from zoo.errors import InputError
from zoo.files.foreign import check_file
from zoo.files.saving import read_json

#: What the names of pictures end in. What is in the files says which format they have.
SUFFIXES = (".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".pbm", ".pgm", ".ppm", ".pnm")
#: Where systems keep copies and previews of what is in a folder; names that begin with a dot are hidden too.
HIDDEN = ("__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information", "Thumbs.db", "desktop.ini")
#: What a picture that zoo has made begins with, behind a PNG's header.
MADE_BY_ZOO = b"tEXtSoftware\0vae-zoo"
SUFFIXES_BEFORE = (".png", ".jpg", ".jpeg")


def load(folder, image_size=(64, 64), channels=None, rule=by_hash, ground="white", say=lambda line: None, labels=None):
    """`Splits` of the pictures in a folder and the folders below it. The path within it says which part one belongs to.

    Each is decoded once, as `zoo.data.picture.read` does, and kept in a file on disk that goes away with the process:
    the set may be larger than memory, and training never waits for a decoder.

    Labels are those of a CSV, or without one the folders right below, where all pictures lie in two or more of them.

    Args:
        folder: its path.
        image_size: (height, width).
        channels: 1 for grey, 3 for colour; None for what the first picture is.
        rule: `zoo.data.splits.by_hash`, or what held before it.
        ground: the colour that shows through transparent pictures; `missing` where a pixel of alpha 0 is missing, NaN
            among floats; None for what held when cards had none: which files are pictures, and what becomes of their
            transparency and depth.
        say: a function that is given a line about what isn't plain: what was passed over, and what of a picture was
            left out.
        labels: the path of a CSV (`zoo.data.folder_labels.of_file`), or None; where it isn't there, that of the same
            name in the folder or beside it.

    Raises:
        InputError: the folder has no pictures, or a broken one, or the disk is full; or the CSV isn't one of them.
    """
    folder, image_size = Path(folder), tuple(image_size)
    if ground is None:
        paths, passed, decode = find_before(folder), Counter(), read_before
    elif ground == MISSING:
        (paths, passed), decode = find(folder), read_seen
    else:
        check_ground(ground)
        (paths, passed), decode = find(folder), partial(read, ground=ground)
    if not paths:
        accepted = ", ".join(SUFFIXES)
        raise InputError(f"data is the folder {folder}, which has no {accepted} files in it{_listed(passed)}.")
    for path in paths:
        check_file(folder / path)
    # Before the pictures, which take longer.
    known = of_subfolders(paths) if labels is None else of_file(_labels_at(labels, folder), paths, SUFFIXES)
    taken = channels or (1 if is_grey(folder / paths[0]) else 3)
    images, digests, grey, animated = _decoded([folder / path for path in paths], image_size, taken, decode)
    if passed:
        say(f"the folder {folder} has {len(paths)} pictures{_listed(passed)}.")
    if animated:
        say(f"the folder {folder} has {animated} pictures of several frames or pages, of which the first is taken.")
    if channels is None and 0 < grey < len(paths):
        found = f"the folder {folder} has {grey} grey pictures and {len(paths) - grey} coloured ones"
        took, other = ("grey", "3 takes them in colour") if taken == 1 else ("in colour", "1 takes them grey")
        say(f"{found}: all are taken {took}, as the first of them is. --channels {other}.")
    keys = [path.as_posix() for path in paths]
    contents = dict(zip(keys, digests, strict=True))
    if labels is not None:
        # Those of folders are in the keys.
        contents |= {"": array_digest(known.numbers) + as_bytes(known.names)}
    parts = divide(images, rule(keys, row_digests(images)), known and known.numbers)
    return Splits(*parts, fingerprint(len(paths), contents), known and known.names)


def _labels_at(path, folder):
    """Where the CSV is now."""
    path = Path(path)
    return next((place for place in (path, folder / path.name, folder.parent / path.name) if place.is_file()), path)


def common_size(folder, least, most):
    """(height, width) of the pictures in a folder and the folders below it, if all have the same; else None.

    It is read from the beginnings of the files, and from no more of them than it takes. What can't be read is for
    `load` to say.

    Args:
        folder: its path.
        least, most: how many pixels a side may have; None too where the pictures have others.
    """
    common = None
    for path in find(folder)[0]:
        try:
            size = size_of(Path(folder) / path)
        except InputError:
            return None
        if size != (common or size) or min(size) < least or max(size) > most:
            return None
        common = size
    return common


def _decoded(paths, image_size, channels, decode):
    """Of all pictures the pixels, on disk, and the files' digests; how many are grey, and how many have more frames."""
    shape, grey, animated = (len(paths), *image_size, channels), 0, 0
    try:
        dtype = "float32" if decode is read_seen else "uint8"
        images = np.memmap(tempfile.TemporaryFile(), dtype, "w+", shape=shape)  # noqa: SIM115 (the array keeps it)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for index, picture in enumerate(pool.map(lambda path: decode(path, image_size, channels), paths)):
                images[index] = picture.pixels
                grey, animated = grey + picture.grey, animated + picture.animated
            digests = list(pool.map(file_digest, paths))
    except OSError as error:
        raise InputError(f"no room for {shape} bytes of decoded images in {tempfile.gettempdir()}: {error}.") from error
    return images, digests, grey, animated


def find(folder):
    """The pictures in a folder and the folders below it.

    Links to files are followed, and links to folders too where these, or what they are in, haven't been looked through
    already: a folder is looked through once, under its own name if it is inside, and circles end. Hidden files and
    folders, the folders of runs and pictures that zoo has made are passed over, and files of other kinds.

    Args:
        folder: its path.

    Returns:
        The paths within the folder, a sorted list of `Path`s; and of what was passed over how many there are, a
        `Counter`.

    Raises:
        InputError: one of the folders can't be read.
    """
    folder = Path(folder)
    found, passed = [], Counter()
    looked_through = {_identity(path) for path in folder.resolve().parents}
    waiting, links = [Path()], deque()
    while waiting or links:
        below = waiting.pop() if waiting else links.popleft()
        identity = _identity(folder / below)
        if identity in looked_through:
            passed["links to folders that are looked through elsewhere"] += 1
            continue
        looked_through.add(identity)
        entries = _entries(folder / below)
        if _is_run(entries):
            passed["folders of runs"] += 1
            continue
        for name, entry in sorted(entries.items()):
            if name.startswith(".") or name in HIDDEN:
                passed["hidden files and folders"] += 1
            elif os.path.isdir(entry.path):
                (links if entry.is_symlink() else waiting).append(below / name)
            elif Path(name).suffix.lower() not in SUFFIXES:
                passed[f"{Path(name).suffix.lower() or 'other'} files"] += 1
            elif _made_by_zoo(entry):
                passed["pictures made by zoo"] += 1
            else:
                found.append(below / name)
    return sorted(found), passed


def find_before(folder):
    """What was taken for pictures before cards had a version, less what lies in the folders of runs: a sorted list."""
    found = sorted(
        path.relative_to(folder) for path in Path(folder).rglob("*") if path.suffix.lower() in SUFFIXES_BEFORE
    )
    runs = {path.parent.relative_to(folder) for path in Path(folder).rglob("card.json") if _is_card(path)}
    return [path for path in found if runs.isdisjoint(path.parents)]


def _identity(path):
    status = os.stat(path)
    return status.st_dev, status.st_ino


def _entries(folder):
    try:
        with os.scandir(folder) as entries:
            return {entry.name: entry for entry in entries}
    except OSError as error:
        raise InputError(
            f"the folder {folder} can't be read: {error.strerror}. Let it be read, or take it out."
        ) from error


def _is_run(entries):
    return "card.json" in entries and entries["card.json"].is_file() and _is_card(entries["card.json"].path)


def _is_card(path):
    with contextlib.suppress(InputError):
        return {"model", "arguments"} <= read_json(path).keys()
    return False


def _made_by_zoo(entry):
    # A named pipe isn't opened: whoever decodes it will say what it is.
    with contextlib.suppress(OSError):
        if entry.name.lower().endswith(".png") and entry.is_file():
            with open(entry.path, "rb") as file:
                return MADE_BY_ZOO in file.read(100)
    return False


def _listed(passed):
    """What was passed over, in words, and nothing where there was nothing.

    Example:
        >>> _listed(Counter({"folders of runs": 1, ".txt files": 2}))
        '; passed over: .txt files (2), folders of runs (1)'
    """
    most = sorted(passed.items(), key=lambda item: (-item[1], item[0]))[:8]
    rest = passed.total() - sum(count for _, count in most)
    words = [f"{what} ({count})" for what, count in [*most, ("others", rest)] if count]
    return f"; passed over: {', '.join(words)}" if words else ""
