import shutil

import keras
import numpy as np
import pytest

from zoo.errors import InputError
from zoo.loading import FOLDER
from zoo.networks import classifier as module
from zoo.networks.classifier import classifier, for_inception, inception

NAMES = sorted(path.stem for path in (FOLDER / "classifiers").glob("*.keras"))


def test_those_that_were_promised_are_there():
    assert {"digits", "mnist", "fashion_mnist"} <= set(NAMES)


def test_a_file_that_was_changed_is_refused(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"there is no classifier 'mnits'. There are .*mnist"):
        classifier("mnits")
    shutil.copytree(FOLDER / "classifiers", tmp_path / "classifiers")
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    classifier("digits")
    with open(tmp_path / "classifiers" / "digits.keras", "ab") as file:
        file.write(b"more")
    with pytest.raises(InputError, match="isn't its card's"):
        classifier("digits")


def test_images_of_any_kind_are_made_inceptions(rng):
    """299x299, three channels, from -1 to 1; a single grey value stays one."""
    prepared = np.asarray(for_inception(np.full([1, 28, 28, 1], 0.75, "float32")))
    assert prepared.shape == (1, 299, 299, 3) and np.allclose(prepared, 0.5)
    colours = np.asarray(for_inception(rng.random((1, 400, 300, 3)).astype("float32")))
    assert colours.shape == (1, 299, 299, 3) and -1 <= colours.min() < 0 < colours.max() <= 1
    with pytest.raises(InputError, match="2 channels"):
        for_inception(np.zeros([1, 28, 28, 2]))


@pytest.mark.slow
def test_other_weights_are_no_inceptions(tmp_path):
    (tmp_path / "not.h5").write_bytes(b"no weights")
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).save_weights(tmp_path / "other.weights.h5")
    for name in ("not.h5", "other.weights.h5"):
        with pytest.raises(InputError, match="isn't a file of Inception-v3's weights"):
            inception(tmp_path / name)
