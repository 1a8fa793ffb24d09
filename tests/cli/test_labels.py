"""Labels on the command line: given, in part, and given wrong."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.cli.command_line import refused, zoo

SMALL = ("--latent-dim", 2, "--set", "units=[8]", "--epochs", 1)


@pytest.fixture
def pictures(tmp_path):
    """Pictures whose first row says whether they are of the one or of the other."""
    rng = np.random.default_rng(0)
    (tmp_path / "photos").mkdir()
    for number in range(60):
        pixels = rng.integers(0, 2, (8, 8)).astype("uint8") * 255
        pixels[0] = 255 * (number % 2)
        Image.fromarray(pixels).save(tmp_path / "photos" / f"{number}.png")
    lines = [f"{number}.png,{('owl', 'ant')[number % 2]}" for number in range(60)]
    (tmp_path / "labels.csv").write_text("\n".join(["file,label", *lines]))
    return tmp_path


@pytest.mark.long
def test_labels_of_a_folder_are_trained_on_and_judged_by(pictures):
    ask = ("train", "m2", "--data", "photos", "--labels", "labels.csv", "--labelled", 10, *SMALL)
    printed = zoo(*ask, cwd=pictures).stdout
    assert "The labels are 0 ant, 1 owl." in printed
    run = pictures / "runs" / "m2-photos"
    card = json.loads((run / "card.json").read_text())
    assert (card["data"]["label_names"], card["data"]["classes"], card["labelled"]) == (["ant", "owl"], 2, 10)
    assert f"10 of {round(10 / card['arguments']['labelled_share'])} training images have a label." in printed
    assert (run / "classes.png").is_file()
    # The same goes on, whether or not the labels are named again, and others don't.
    assert "Going on with" in zoo(*ask[:-1], 2, cwd=pictures).stdout
    assert "Going on with" in zoo("train", "m2", "--data", "photos", "--epochs", 3, cwd=pictures).stdout
    assert "another run in it" in refused(*ask[:-1], 4, "--labelled", 12, cwd=pictures)
    zoo("judge", "runs/m2-photos", "classification", cwd=pictures)
    found = json.loads((run / "classification.json").read_text())
    assert found["labelled"] == 10 and found["error_se"] is not None
    zoo("evaluate", "runs/m2-photos", "--samples", 3, "--no-baselines", cwd=pictures)
    (pictures / "labels.csv").write_text("\n".join(f"{number}.png,{number % 2}" for number in range(60)))
    assert "have changed" in refused("evaluate", "runs/m2-photos", "--samples", 3, cwd=pictures)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file,label\nnone.png,1\n", "labels.csv has 'none.png' in line 2, but there is no such picture"),
        ("1.png,1\n", "labels.csv lacks 0.png and 58 more pictures"),
        ("1.png,1,2\n", "line 1 has 3 fields"),
        ("\x00\x01", "labels.csv"),
    ],
)
def test_a_file_that_is_no_labels_is_refused_in_a_line(pictures, text, message):
    (pictures / "labels.csv").write_text(text)
    ask = ("train", "m2", "--data", "photos", "--labels", "labels.csv", *SMALL)
    assert message in refused(*ask, cwd=pictures)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("m2", "--data", "photos"), "m2 takes labels, and data"),
        (("m1", "--data", "photos", "--labelled", 10), "labelled is 10, but the data have no labels"),
        (("m2", "--data", "photos", "--labels", "nowhere.csv"), "can't read nowhere.csv"),
        (("m2", "--data", "photos", "--labels", "photos"), "photos is a folder"),
        (("m2", "--data", "digits", "--labels", "labels.csv"), "labels is for folders of pictures, and data is digits"),
        (("m2", "--data", "digits", "--labelled", 3), "labelled is 3, but 1257 training images have a label"),
        (("m2", "--data", "photos", "--labels", "labels.csv", "--labelled", 1000), "labelled is 1000"),
    ],
)
def test_labels_that_there_are_not_are_refused_in_a_line(pictures, options, message):
    assert message in refused("train", *options, *SMALL, cwd=pictures)
