import json

import msgspec
import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from zoo.errors import InputError
from zoo.likelihoods.gaussian import Gaussian
from zoo.loading import pretrained
from zoo.runs.card import BEFORE, Card, Data, describe, read_card, write_card
from zoo.runs.run import Run
from zoo.runs.settings import SETTINGS, VERSION

DIGITS = {"name": "digits"}


@pytest.fixture(scope="module")
def card():
    return describe("vae", {}, DIGITS)[0]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "card.json"


def test_a_card_is_read_as_it_was_written(card, path):
    assert write_card(path, **msgspec.structs.asdict(card)) == card == read_card(path)
    assert card.version == VERSION and card.data.fingerprint.images == 1797


@pytest.mark.parametrize("key", [field.name for field in msgspec.structs.fields(Card) if field.required])
def test_a_missing_key_is_an_error_that_names_it(card, path, key):
    content = msgspec.to_builtins(card)
    del content[key]
    if key == "version":
        # Then it is one of before, which had fewer: but this one.
        key = "model"
        del content[key]
    path.write_text(json.dumps(content))
    with pytest.raises(InputError, match=f"card.json isn't the card of a run: .*`{key}`"):
        read_card(path)


@pytest.mark.parametrize("key", [field.name for field in msgspec.structs.fields(Data) if field.required])
def test_a_key_that_is_missing_in_the_data_is_one_too(card, path, key):
    content = msgspec.to_builtins(card)
    del content["data"][key]
    path.write_text(json.dumps(content))
    with pytest.raises(InputError, match=rf"card.json isn't the card of a run: .*`{key}` - at `\$.data`"):
        read_card(path)


@pytest.mark.parametrize("version", range(1, VERSION + 1))
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("epochs", "three"),
        ("epochs", -1),
        ("batch_size", 0),
        ("batch_size", 1.5),
        ("learning_rate", 0),
        ("arguments", []),
        ("data", None),
        ("data", "digits"),
        ("precision", "float16"),
        ("jit", 1),
        ("scores", [1]),
        ("seed", None),
    ],
)
def test_a_value_of_another_kind_is_an_error_that_names_the_key(card, path, key, value, version):
    content = msgspec.to_builtins(card) | {key: value}
    if version == 1:
        del content["version"]
    else:
        content["version"] = version
    path.write_text(json.dumps(content))
    named = key if key != "data" else ""
    with pytest.raises(InputError, match=rf"card.json isn't the card of a run: .*{named}") as error:
        read_card(path)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize("version", [VERSION + 1, 0, "2", None, [1]])
def test_a_newer_card_is_refused(card, path, version):
    path.write_text(json.dumps(msgspec.to_builtins(card) | {"version": version}))
    with pytest.raises(InputError, match=f"reads those up to {VERSION}"):
        read_card(path)


def test_a_card_of_before_is_read_with_what_held_then(card, path):
    later = BEFORE.keys() | {setting.name for setting in SETTINGS.values() if setting.since > 1}
    content = {key: value for key, value in msgspec.to_builtins(card).items() if key not in later}
    content["data"].pop("fingerprint")
    path.write_text(json.dumps(content))
    found = read_card(path)
    assert (found.version, found.decay, found.clip_norm, found.start_from) == (1, None, None, None)
    assert found.data.fingerprint is None and found.scores is None
    content.pop("seed")
    path.write_text(json.dumps(content))
    with pytest.raises(InputError, match="missing required field `seed`"):
        read_card(path)


def test_what_else_is_in_a_card_stays(card, path):
    write_card(path, **msgspec.structs.asdict(card))
    path.write_text(json.dumps(json.loads(path.read_text()) | {"notes": "mine"}))
    assert write_card(path, epochs=3).epochs == 3
    assert json.loads(path.read_text())["notes"] == "mine"


@pytest.mark.parametrize("name", pretrained())
def test_the_cards_of_pretrained_models_are_read_whatever_their_version(name):
    before = name in ("digits-iaf-mixture", "frey-2d", "mnist-conv", "mnist-iaf-mixture")
    version = Run.open(name).card.version
    assert version == 1 if before else 1 <= version <= VERSION


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


def test_a_card_says_how_many_test_images_are_trained_on(tmp_path, rng):
    images, said = rng.integers(0, 256, (60, 8, 8), "uint8"), []
    images[10] = images[11]
    np.savez(tmp_path / "a.npz", x_train=images[:40], x_val=images[40:50], x_test=images[35:])
    card, _ = describe("vae", {}, {"name": tmp_path / "a.npz"}, say=said.append)
    assert card.test_in_train == 5
    assert said == ["5 of the 25 test images are among the training images."]
    np.save(tmp_path / "a.npy", images)
    card, _ = describe("vae", {}, {"name": tmp_path / "a.npy"}, say=said.append)
    assert card.test_in_train == 0 and len(said) == 1


def test_a_card_says_how_many_training_images_are_in_the_model(path):
    said = []
    card, _ = describe("exemplar_vae", {"components": 7, "latent_dim": 2, "units": [4]}, DIGITS, say=said.append)
    assert card.training_images == 7
    assert said == ["7 training images will be in the model's files as they are, for anybody to look at."]
    write_card(path, **msgspec.structs.asdict(card))
    assert json.loads(path.read_text())["training_images"] == read_card(path).training_images == 7
    card, _ = describe("vae", {}, DIGITS, say=said.append)
    assert card.training_images == 0 and len(said) == 1


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "float32"])
@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian", "discretized_logistic"])
def test_black_and_white_images_are_trained_on_as_such_in_every_type(tmp_path, monkeypatch, dtype, likelihood):
    monkeypatch.chdir(tmp_path)
    x = load_digits().images[:200, ..., None] > 8
    np.save("bw.npy", x.astype(dtype))
    card, splits = describe("vae", {"likelihood": likelihood}, {"name": "bw.npy"})
    assert card.data.pixels == ("float32" if dtype == "float32" else "bool")
    assert card.data.binarization == "none"
    shown = np.concatenate([np.asarray(split.images) for split in splits])
    assert np.array_equal(np.unique(shown), [0, 1])
    assert shown.mean() == pytest.approx(x.mean())
    data, again = card.data.load()
    again = np.concatenate([np.asarray(split.images) for split in data.in_range(again)])
    assert np.array_equal(again, shown)


X = (load_digits().images[:60] * 15.9).astype("uint8")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x_train": X[:40], "x_test": X[40:, :6]}, r"\(8, 8, 1\) in x_train, \(6, 8, 1\) in x_test"),
        ({"x_train": X[:40] / 255, "x_test": X[40:] * 1.0}, r"data .*\(test\) has float32 pixels from 0 to 25"),
        ({"x_train": X[:40] > 9, "x_test": X[40:]}, "x_test of .* has uint8 pixels from 0 to 25.*1 for white"),
        ({"x_train": X[:40], "x_test": X[40:].astype("uint16") * 257}, "x_test .*those before had 255 for white"),
        ({"x_train": X[:40], "x_test": X[40:] - 300.0}, r"\(test\) has float32 pixels from -300"),
        ({"x_train": X[:40] * 1.0, "x_test": X[40:] * 1.0}, r"\(train\) has float32 pixels from 0 to 25"),
        ({"x_train": X[:40] * np.nan, "x_test": X[40:]}, "x_train of .* has no pixels but NaN"),
    ],
)
def test_all_of_an_npz_is_looked_at_before_any_work(tmp_path, arrays, message):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(InputError, match=message):
        describe("vae", {}, {"name": str(tmp_path / "a.npz")})


def test_real_values_have_their_range_and_what_was_seen_in_the_card(tmp_path):
    np.save(tmp_path / "a.npy", np.linspace(-3, 5, 60 * 64).reshape(60, 8, 8))
    source = {"name": str(tmp_path / "a.npy")}
    with pytest.raises(InputError, match="floats must lie in"):
        describe("conv_vae", {"likelihood": "gaussian"}, source)
    card, splits = describe("conv_vae", {"likelihood": "gaussian", "range": None}, source)
    train = np.asarray(splits.train.images)
    assert (card.data.range, card.data.seen) == (None, (train.min(), train.max()))
    card, _ = describe("conv_vae", {"likelihood": "gaussian", "range": (-4, 6)}, source)
    assert (card.data.range, card.data.seen) == ((-4, 6), None)


def test_16_bit_pixels_have_no_256_levels(tmp_path):
    np.save(tmp_path / "a.npy", (X.astype("uint16") * 256 + 77))
    source = {"name": str(tmp_path / "a.npy")}
    with pytest.raises(InputError, match="between the 256 values"):
        describe("vae", {"likelihood": "discretized_logistic"}, source)


def test_a_folders_pictures_lie_on_white_unless_the_run_is_of_before(tmp_path):
    for number in range(6):
        Image.new("RGBA", (8, 8), (0, 0, number, 0)).save(tmp_path / f"{number}.png")
    data = {"name": tmp_path, "image_size": [8, 8]}
    card, splits = describe("vae", {}, data)
    assert card.data.ground == "white" and np.min(np.asarray(splits.train.images[:])) == 1
    card, splits = describe("vae", {}, data, version=1)
    assert card.data.ground is None and np.max(np.asarray(splits.train.images[:])) < 6 / 255
    with pytest.raises(InputError, match="ground is given, but the run was begun before"):
        describe("vae", {}, data | {"ground": "black"}, version=1)


@pytest.mark.parametrize("given", [{"image_size": [64, 64]}, {"channels": 1}, {"ground": "white"}])
def test_what_is_for_folders_is_refused_for_other_data(given):
    with pytest.raises(InputError, match=f"{next(iter(given))} is for folders of pictures, and data is digits"):
        describe("vae", {}, DIGITS | given)
