"""The models that come trained: which there are, how good they are, and where their files lie."""

import difflib
from pathlib import Path

from zoo.errors import InputError
from zoo.saving import mend, read_json

HERE = Path(__file__).parent
#: In an installed package they lie in it; in a clone of the repository, beside it. Links are followed.
FOLDER = (HERE / "saved_models" if (HERE / "saved_models").is_dir() else HERE.parent / "saved_models").resolve()


def pretrained():
    """The cards of the pretrained models, by name: what each was trained on, its scores and its command.

    Returns:
        A dict of name to the content of its `card.json`.

    Example:
        >>> "mnist-conv" in pretrained()
        True
    """
    return {path.parent.name: read_json(path) for path in sorted(FOLDER.glob("*/card.json"))}


def locate(path):
    """The path itself, or the folder of the pretrained model of that name where there is nothing at the path.

    What a killed process had to move there is moved first.

    Args:
        path: a path, or a pretrained model's name.

    Raises:
        InputError: there is nothing at the path, and it is nearly the name of a pretrained model.

    Example:
        >>> locate("mnist-conv").name
        'mnist-conv'
    """
    path = Path(path)
    mend(path)
    if path.exists() or len(path.parts) != 1:
        return path
    if (FOLDER / path / "card.json").is_file():
        return FOLDER / path
    near = difflib.get_close_matches(path.name, pretrained(), n=1, cutoff=0.7)
    if near:
        raise InputError(f"there is no run or pretrained model {path.name!r}. Did you mean {near[0]!r}?")
    return path
