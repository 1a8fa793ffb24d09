"""The models that come trained: which there are, how good they are, and where their files lie."""

from pathlib import Path

from zoo.saving import read_json

HERE = Path(__file__).parent
#: In an installed package they lie in it; in a clone of the repository, beside it.
FOLDER = HERE / "saved_models" if (HERE / "saved_models").is_dir() else HERE.parent / "saved_models"


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

    Args:
        path: a path, or a pretrained model's name.

    Example:
        >>> locate("mnist-conv").name
        'mnist-conv'
    """
    path = Path(path)
    if not path.exists() and len(path.parts) == 1 and (FOLDER / path / "card.json").is_file():
        return FOLDER / path
    return path
