"""What the data choose, and that nothing that is given is changed."""

import msgspec
import numpy as np
import pytest
from PIL import Image

from zoo.catalogue import build
from zoo.data.splits import Split, Splits
from zoo.runs.card import describe
from zoo.runs.choices import choose, describe_what_is_given, go_on
from zoo.runs.settings import SETTINGS

RNG = np.random.default_rng(0)
SMOOTH = RNG.integers(0, 256, [1008, 8, 8, 1]).astype("uint8")


def splits(images):
    images = np.asarray(images)
    return Splits(Split(images[:-8]), Split(images[-8:-4]), Split(images[-4:]))


@pytest.mark.parametrize(
    ("images", "model", "likelihood"),
    [
        (SMOOTH > 127, "iaf_mixture_vae", "bernoulli"),
        ((SMOOTH > 127)[:-1], "conv_vae", "bernoulli"),
        ((SMOOTH > 127).astype("uint8") * 255, "iaf_mixture_vae", "bernoulli"),
        # Strokes with soft edges, and seventeen levels of grey from black to white.
        (np.where(SMOOTH > 60, 255, SMOOTH), "iaf_mixture_vae", "bernoulli"),
        ((SMOOTH // 16 * 17), "iaf_mixture_vae", "bernoulli"),
        (SMOOTH, "conv_vae", "discretized_logistic"),
        (SMOOTH // 4, "conv_vae", "discretized_logistic"),
        # Colour is no ink, however bright.
        (np.repeat(np.where(SMOOTH > 60, 255, SMOOTH), 3, -1), "conv_vae", "discretized_logistic"),
        ((SMOOTH / np.float32(255)).astype("float32"), "conv_vae", "discretized_logistic"),
        (RNG.random([1008, 8, 8, 1]).astype("float32"), "conv_vae", "gaussian"),
        (SMOOTH.astype("uint16") * 257, "conv_vae", "gaussian"),
        (np.full([1008, 8, 8, 1], 77, "uint8"), "conv_vae", "discretized_logistic"),
    ],
    ids=[
        "bool",
        "few",
        "two values",
        "ink",
        "17 levels",
        "grey",
        "dark",
        "colour",
        "levels",
        "real",
        "16 bit",
        "constant",
    ],
)
def test_the_pixels_choose_the_likelihood_and_the_likelihood_the_model(images, model, likelihood):
    found = choose(splits(images))
    assert (found.model, found.arguments["likelihood"]) == (model, likelihood)
    assert found.settings.get("linear_start", False) == (model == "conv_vae")
    assert found.settings["learning_rate"] == (5e-4 if model == "conv_vae" else 1e-3)
    assert found.settings.get("fit_prior", False) == (model == "conv_vae")
    built = build(found.model, image_shape=images.shape[1:], **found.arguments)
    built.check_values(np.asarray(images[:4] / (65535 if images.dtype == "uint16" else 255), "float32").round(), "x")


def test_what_is_given_is_never_changed():
    given = {"batch_size": 7, "learning_rate": 0.5, "patience": None, "plateau": 3, "linear_start": False}
    given["fit_prior"] = False
    arguments = {"likelihood": "gaussian", "latent_dim": 3, "filters": [4], "activation": "relu"}
    arguments["likelihood.scale"] = 0.3
    found = choose(splits(SMOOTH), "conv_vae", arguments, given, epochs=5)
    assert (found.model, found.arguments, found.settings, found.epochs) == ("conv_vae", arguments, given, 5)
    assert found.chosen == ()
    # With no model named it is chosen alone.
    assert [choice.name for choice in choose(splits(SMOOTH), None, arguments, given, 5).chosen] == ["model"]


def test_a_named_model_keeps_its_parts():
    found = choose(splits(SMOOTH), "mixture_vae")
    assert found.arguments == {"likelihood": "discretized_logistic"}
    assert not found.settings.keys() & {"linear_start", "fit_prior"}, "its prior is no N(0, I)"
    assert choose(splits(SMOOTH), "vae").settings["fit_prior"]
    assert "likelihood" not in choose(splits(SMOOTH), "autoencoder").arguments


def test_a_rate_that_falls_over_the_epochs_is_not_cut_besides():
    found = choose(splits(SMOOTH), settings={"decay": True})
    assert found.settings["decay"] == found.epochs
    assert not found.settings.keys() & {"patience", "plateau"}


@pytest.mark.parametrize(("count", "batch", "steps"), [(10, 32, 1), (2000, 64, 32), (50_000, 128, 391)])
def test_the_limit_goes_by_steps_and_patience_by_epochs_of_them(count, batch, steps):
    found = choose(splits(np.zeros([count + 8, 8, 8, 1], "uint8") + 9))
    assert found.settings["batch_size"] == batch
    assert found.arguments.get("activation") == ("elu" if count < 2000 else None)
    assert found.epochs == max(10, min(1000, -(-20_000 // steps)))
    assert found.settings["plateau"] < found.settings["patience"] < found.epochs


def many(channels, count=20_000):
    images = np.array([9, 99], "uint8")[np.arange(8) % 2]
    return splits(np.lib.stride_tricks.as_strided(images, [count + 8, 8, 8, channels], [0, 0, 1, 0]))


def test_a_large_set_is_learned_by_averages():
    assert choose(many(1)).settings["ema"] == 0.999
    assert "ema" not in choose(many(1, 19_999)).settings
    assert "ema" not in choose(many(1), settings={"decay": True}).settings
    assert choose(many(1), settings={"ema": None}).settings["ema"] is None
    assert choose(many(1)).settings["learning_rate"] == 1e-3
    binary = {"binarization": "threshold"}
    assert choose(many(1), **binary).settings["learning_rate"] == 3e-3
    assert choose(many(1), settings={"ema": None}, **binary).settings["learning_rate"] == 1e-3, "not averaged"


def test_a_large_set_in_colour_has_maps_of_z():
    found = choose(many(3))
    assert (found.model, found.arguments["levels"], found.settings["clip_norm"]) == ("resnet_vae", [2, 1], 1000)
    assert found.settings["batch_size"] == 64
    assert build(found.model, image_shape=(8, 8, 3), **found.arguments).latent_dim == 8 * (4 * 4 + 2 * 2 * 2)
    assert not found.settings.keys() & {"linear_start", "fit_prior"}
    assert choose(many(3, 19_999)).model == "conv_vae"
    assert (
        choose(many(3), arguments={"maps": 2, "likelihood.scale": 0.1, "likelihood": "gaussian"}).model == found.model
    )
    # What is given may be another model's.
    assert choose(many(3), arguments={"latent_dim": 16}).model == "conv_vae"
    assert choose(many(3), settings={"linear_start": True}).model == "conv_vae"
    assert choose(many(3), settings={"fit_prior": True}).model == "conv_vae"


def test_a_run_of_large_images_has_fewer_steps():
    """So that it ends within minutes."""
    images = np.lib.stride_tricks.as_strided(np.array([9], "uint8"), [6408, 64, 64, 3], [0, 0, 0, 0])
    assert choose(splits(images)).epochs == 4_000_000_000 // (6400 * 64 * 64 * 3) + 1
    colour = np.lib.stride_tricks.as_strided(np.array([9], "uint8"), [25_008, 32, 32, 3], [0, 0, 0, 0])
    assert choose(splits(colour)).epochs == 2_000_000_000 // (25_000 * 32 * 32 * 3) + 1


def test_what_is_given_by_binarization_or_range_is_of_one_likelihood():
    assert choose(splits(SMOOTH), binarization="threshold").arguments["likelihood"] == "bernoulli"
    real = splits(RNG.normal(size=[40, 8, 8, 1]).astype("float32"))
    assert choose(real, arguments={"range": None}).arguments["likelihood"] == "gaussian"


def test_a_run_that_was_begun_keeps_all_that_is_not_given():
    card, _ = describe("vae", {"latent_dim": 3, "units": [4]}, {"name": "digits"}, learning_rate=0.5, seed=3)
    card = msgspec.structs.replace(card, limit=30)
    found = go_on(card)
    assert (found.model, found.epochs, found.chosen) == ("vae", 30, ())
    assert (found.arguments["units"], found.settings) == ([4], card.settings)
    assert set(found.settings) == set(SETTINGS)
    found = go_on(card, "iwae", {"latent_dim": 4}, {"seed": 5}, epochs=40)
    assert (found.model, found.arguments["latent_dim"], found.settings["seed"], found.epochs) == ("iwae", 4, 5, 40)


def test_a_decay_falls_over_the_epochs_that_a_run_is_given():
    card, _ = describe("vae", {"latent_dim": 3, "units": [4]}, {"name": "digits"}, decay=7)
    assert go_on(card, epochs=9).settings["decay"] == 9, "which is refused: it can't be given more"


@pytest.mark.parametrize(
    ("sizes", "given", "expected"),
    [
        ([(16, 12)], {}, (16, 12)),
        ([(16, 12)], {"image_size": [9, 9]}, (9, 9)),
        ([(16, 12), (12, 16)], {}, (64, 64)),
        ([(65, 64)], {}, (64, 64)),
        ([(4, 16)], {}, (64, 64)),
    ],
    ids=["own", "given", "two", "large", "small"],
)
def test_pictures_of_one_small_size_stay_as_they_are(tmp_path, sizes, given, expected):
    (tmp_path / "photos").mkdir()
    for number in range(12):
        height, width = sizes[number % len(sizes)]
        pixels = np.random.default_rng(number).integers(0, 256, [height, width, 3]).astype("uint8")
        Image.fromarray(pixels).save(tmp_path / f"photos/{number}.png")
    source = {"name": str(tmp_path / "photos"), **given}
    found = describe_what_is_given(source, "autoencoder", out=tmp_path / "run")
    assert tuple(found.card.data.image_size) == found.splits.image_shape[:2] == expected
    assert ("image_size" in [choice.name for choice in found.chosen]) == (expected == (16, 12))


@pytest.mark.parametrize(("likelihood", "starts"), [("laplace", True), ("beta", False), ("categorical", False)])
def test_a_likelihood_without_a_linear_start_begins_at_random(likelihood, starts):
    found = choose(splits(SMOOTH), None, {"likelihood": likelihood})
    assert (found.model, found.settings.get("linear_start", False)) == ("conv_vae", starts)


def test_where_bernoulli_is_named_for_grey_pixels_it_is_said_that_it_has_no_density_of_them(tmp_path):
    from zoo.catalogue import _named
    from zoo.runs.choices import OF_GREY

    assert not any(_named("likelihood", name).binary for name in OF_GREY)
    for name, images, likelihood, said in (
        ("grey", SMOOTH, "bernoulli", True),
        ("grey", SMOOTH, "continuous_bernoulli", False),
        ("grey", SMOOTH, None, False),
        ("bits", SMOOTH > 127, "bernoulli", False),
    ):
        np.save(tmp_path / f"{name}.npy", images[:60])
        lines, arguments = [], {"units": [4]} | ({"likelihood": likelihood} if likelihood else {})
        source = {"name": str(tmp_path / f"{name}.npy")}
        describe_what_is_given(source, "vae", arguments, out=tmp_path / "run", say=lines.append)
        of_grey = [line for line in lines if "are no density of grey values: discretized_logistic, " in line]
        assert len(of_grey) == said
