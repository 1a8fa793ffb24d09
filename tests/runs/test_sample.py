import json

import numpy as np

from zoo.runs.sample import shown_by


def card(folder, **data):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "card.json").write_text(json.dumps({"data": data}))


def test_black_and_white_are_what_the_card_says_wherever_in_the_run_the_model_lies(tmp_path):
    card(tmp_path / "run", range=[-1, 1], seen=None)
    images = np.zeros([2, 2, 2, 1])
    for name in ("", "model.tflite", "model.keras", "saved_model/1"):
        assert shown_by(tmp_path / "run" / name, images) == (-1, 1)
    card(tmp_path / "any", range=None, seen=[-3, 8])
    assert shown_by(tmp_path / "any" / "model.tflite", images) == (-3, 8)
    card(tmp_path / "before", name="digits")
    assert shown_by(tmp_path / "before", images) == (0, 1)


def test_without_a_card_the_images_say_it_themselves(tmp_path):
    alone = tmp_path / "a" / "b" / "c" / "d" / "alone.tflite"
    assert shown_by(alone, np.array([0.2, 0.7])) == (0, 1)
    assert shown_by(alone, np.array([-2.0, 5.0])) == (-2, 5)
