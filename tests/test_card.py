import json

import pytest

from zoo.card import describe, read_card
from zoo.errors import InputError
from zoo.likelihoods.gaussian import Gaussian

DIGITS = {"name": "digits", "image_size": [64, 64], "channels": None}


def test_an_altered_card_is_refused(tmp_path):
    (tmp_path / "card.json").write_text('{"model": "vae"}')
    with pytest.raises(InputError, match="has no 'arguments' as it should be"):
        read_card(tmp_path / "card.json")
    card, _ = describe("vae", {}, DIGITS)
    (tmp_path / "card.json").write_text(json.dumps(card | {"epochs": 1, "scores": [1]}))
    with pytest.raises(InputError, match="has no 'scores' as it should be"):
        read_card(tmp_path / "card.json")


@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        ("vae", {"batch_size": 0}, "batch_size is 0"),
        ("vae", {"learning_rate": 0.0}, "learning_rate is 0"),
        ("vae", {"clip_norm": -1.0}, "clip_norm is -1"),
        ("vae", {"binarization": "x"}, "binarization is 'x'"),
        ("vae", {"start_from": "mnist-conv", "start_at_mean": True}, "leave one of them out"),
        ("autoencoder", {"start_at_mean": True}, "start_at_mean is for models with a likelihood"),
    ],
)
def test_what_can_not_be_is_refused(model, settings, message):
    with pytest.raises(InputError, match=message):
        describe(model, {}, DIGITS, **settings)


def test_arguments_that_are_no_json_are_refused():
    with pytest.raises(InputError, match="must be numbers, strings and lists of them"):
        describe("vae", {"likelihood": Gaussian}, DIGITS)
