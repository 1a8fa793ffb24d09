"""Data that have changed or moved, on every command that reads them again."""

import json
import shutil

import numpy as np
import pytest

from tests.cli.command_line import refused, zoo

TRAIN = ["train", "vae", "--data", "d.npy", "--latent-dim", "2", "--set", "units=[4]", "--out", "run", "--epochs"]
AGAIN = {
    "evaluate": ["evaluate", "run", "--samples", "2"],
    "judge": ["judge", "run", "terms", "--examples", "5"],
    "plot": ["plot", "run"],
    "fit-prior": ["fit-prior", "run", "--components", "1", "--out", "fitted"],
    "export": ["export", "run", "--samples", "2"],
    "train": [*TRAIN, "2"],
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    np.save(folder / "d.npy", np.random.default_rng(0).integers(0, 256, (40, 8, 8), "uint8"))
    zoo(*TRAIN, "1", cwd=folder)
    return folder


@pytest.fixture
def place(trained, tmp_path):
    """A copy of the run and its data."""
    shutil.copytree(trained, tmp_path, dirs_exist_ok=True)
    card = tmp_path / "run/card.json"
    card.write_text(card.read_text().replace(str(trained), str(tmp_path)))
    return tmp_path


@pytest.mark.parametrize("command", AGAIN)
def test_changed_data_are_refused(place, command):
    images = np.load(place / "d.npy")
    np.save(place / "d.npy", images[:-1])
    assert "has 39 images, and had 40" in refused(*AGAIN[command], cwd=place)
    np.save(place / "d.npy", images ^ 1)
    assert "has 40 images as before, but others" in refused(*AGAIN[command], cwd=place)


@pytest.mark.long
@pytest.mark.parametrize("command", ["evaluate", "fit-prior", "train"])
def test_one_may_go_on_knowingly(place, command):
    np.save(place / "d.npy", np.load(place / "d.npy")[:-1])
    zoo(*AGAIN[command], "--changed-data", cwd=place)
    again = zoo("plot", "run", cwd=place, check=False)
    assert again.returncode == (0 if command == "train" else 2), "train records them, and nothing else does"


def test_figures_of_changed_data_are_kept_as_such(place):
    np.save(place / "d.npy", np.load(place / "d.npy")[:-1])
    for command, file in (("evaluate", "evaluation.json"), ("judge", "terms.json")):
        said = zoo(*AGAIN[command], "--changed-data", cwd=place).stdout
        assert "figures of data that the run was not trained on" in said
        assert json.loads((place / "run" / file).read_text())["changed_data"] is True
    assert json.loads((place / "run/card.json").read_text())["scores"]["changed_data"] is True


@pytest.mark.long
def test_they_are_found_from_another_folder_and_after_they_moved(place):
    (place / "elsewhere").mkdir()
    plot, elsewhere = ["plot", "../run"], place / "elsewhere"
    zoo(*plot, cwd=elsewhere)
    moved = (place / "d.npy").rename(elsewhere / "e.npy")
    for command in ("evaluate", "judge", "plot", "fit-prior", "export"):
        assert "d.npy, which isn't there: --data says where" in refused(*AGAIN[command], cwd=place)
    zoo(*plot, "--data", "e.npy", cwd=elsewhere)
    assert str(moved) in (place / "run/card.json").read_text()
    zoo("plot", "run", cwd=place)


@pytest.mark.parametrize("command", ["evaluate", "judge", "fit-prior", "export"])
def test_every_command_takes_where_they_are(place, command):
    np.save(place / "other.npy", np.load(place / "d.npy")[:-1])
    said = refused(*AGAIN[command], "--data", "other.npy", cwd=place)
    assert f"are {place / 'd.npy'}, not {place / 'other.npy'}, which has 39 images, where they had 40" in said


def test_a_data_set_by_its_name_is_nowhere_else(place):
    said = refused("evaluate", "digits-iaf-mixture", "--data", "d.npy", cwd=place)
    assert "of data digits, not" in said and "--changed-data" in said
