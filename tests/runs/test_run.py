import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import keras
import msgspec
import numpy as np
import pytest

from zoo.data.pipeline import training_batches
from zoo.errors import InputError
from zoo.runs.card import BEFORE, BEFORE_DATA, describe, format_of
from zoo.runs.run import Run, mean_image
from zoo.runs.settings import SETTINGS

GIVEN = {"batch_size": 100, "learning_rate": 1e-3, "seed": 3, "precision": "float32", "jit": False}


DIGITS = {"name": "digits"}


def begin(folder, epochs, arguments=None, callbacks=(), **settings):
    arguments = {"latent_dim": 2, "units": [16]} if arguments is None else arguments
    card, splits = describe("vae", arguments, DIGITS, **GIVEN | settings, version=format_of(folder))
    run = Run.begin(folder, card, splits)
    return run, run.train(epochs, callbacks)[0]


def as_before(folder):
    """Makes a run one of before there were versions: commit ebf4b3e wrote no more than this."""
    card = json.loads((folder / "card.json").read_text())
    card["data"] = {name: card["data"][name] for name in card["data"] if name not in BEFORE_DATA}
    later = BEFORE.keys() | {setting.name for setting in SETTINGS.values() if setting.since > 1}
    (folder / "card.json").write_text(json.dumps({name: card[name] for name in card if name not in later}))
    (folder / "state.keras").unlink()
    history = json.loads((folder / "history.json").read_text())["epochs"]
    rows = [{name: value for name, value in row.items() if name != "iterations"} for row in history]
    (folder / "history.json").write_text(json.dumps({"epochs": rows}))


def weights(model):
    return [np.asarray(v) for v in model.trainable_variables + model.optimizer.variables]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Three epochs without interruption."""
    return begin(tmp_path_factory.mktemp("whole") / "run", 3)


def test_the_same_run_gives_the_same_weights(whole, tmp_path):
    _, again = begin(tmp_path / "again", 3)
    assert all(np.array_equal(a, b) for a, b in zip(weights(whole[1]), weights(again), strict=True))


@pytest.mark.long
def test_a_seed_may_have_64_bits(tmp_path):
    _, one = begin(tmp_path / "one", 1, seed=2**40 + 3)
    _, other = begin(tmp_path / "other", 1, seed=2**41 + 3)
    assert not np.array_equal(weights(one)[0], weights(other)[0])


def test_another_seed_gives_others(whole, tmp_path):
    _, other = begin(tmp_path / "other", 3, seed=4)
    assert not np.array_equal(weights(whole[1])[0], weights(other)[0])


@pytest.mark.long
def test_one_epoch_at_a_time_is_the_same_run(whole, tmp_path):
    for epochs in (1, 2, 3):
        run, model = begin(tmp_path / "run", epochs)
    assert all(np.array_equal(a, b) for a, b in zip(weights(whole[1]), weights(model), strict=True))
    strip = lambda history: [{k: v for k, v in row.items() if k != "seconds"} for row in history]  # noqa: E731
    assert strip(run.history) == strip(whole[0].history)


def test_a_run_that_is_done_is_left_alone(whole):
    before = (whole[0].folder / "model.keras").read_bytes()
    _, count = whole[0].train(3)
    assert count == 0
    assert (whole[0].folder / "model.keras").read_bytes() == before


KILLED = """
import sys
from tests.runs.test_run import begin
begin(sys.argv[1], 3)
"""


@pytest.mark.long
@pytest.mark.parametrize("wait", [0.0, 0.05, 0.2])
def test_a_killed_run_goes_on_and_ends_with_the_same_weights(whole, tmp_path, wait):
    """SIGKILL somewhere in the second epoch, or while the first one's model is being written."""
    folder = tmp_path / "run"
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(folder)])
    deadline = time.time() + 120
    while not (folder / "history.json").exists() and process.poll() is None and time.time() < deadline:
        time.sleep(0.002)
    time.sleep(wait)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    run, model = begin(folder, 3)
    assert [row["epoch"] for row in run.history] == [1, 2, 3]
    assert all(np.array_equal(a, b) for a, b in zip(weights(whole[1]), weights(model), strict=True))


def test_a_checkpoint_half_written_does_no_harm(whole, tmp_path):
    """What a process that dies while it writes leaves behind: a temporary folder, and the old files as they were."""
    run, _ = begin(tmp_path / "run", 1)
    leftover = run.folder / ".writing-abc"
    leftover.mkdir()
    (leftover / "model.keras").write_bytes((run.folder / "model.keras").read_bytes()[:1000])
    _, model = begin(tmp_path / "run", 3)
    assert all(np.array_equal(a, b) for a, b in zip(weights(whole[1]), weights(model), strict=True))


def test_a_folder_that_is_trained_in_is_not_trained_in_by_another(whole, tmp_path):
    folder, refused = tmp_path / "run", []

    def second(epoch, logs):
        with pytest.raises(InputError, match="another process is writing in") as error:
            begin(folder, 3)
        refused.append(error)

    begin(folder, 1, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=second)])
    assert len(refused) == 1
    _, model = begin(folder, 3)
    assert all(np.array_equal(a, b) for a, b in zip(weights(whole[1]), weights(model), strict=True))


def test_a_run_that_another_has_begun_anew_is_not_trained(tmp_path):
    """Neither before its first epoch, nor during it."""
    first = describe("vae", {"latent_dim": 2}, DIGITS, **GIVEN)[0]
    other = describe("vae", {"latent_dim": 3}, DIGITS, **GIVEN)[0]
    run = Run.begin(tmp_path / "run", first)
    Run.begin(tmp_path / "run", other)
    with pytest.raises(InputError, match=r"has another run in it, with arguments .*3.* not .*2"):
        run.train(1)
    run = Run.begin(tmp_path / "run", first)

    def second(batch, logs):
        with pytest.raises(InputError, match="another process is writing in"):
            Run.begin(tmp_path / "run", other)

    run.train(1, [keras.callbacks.LambdaCallback(on_train_batch_end=second)])
    assert Run.open(tmp_path / "run").card.arguments == first.arguments


@pytest.mark.long
def test_what_others_write_to_the_card_meanwhile_stays(tmp_path):
    def evaluate(epoch, logs):
        Run.open(tmp_path / "run").write_card(scores={"log_px": -3.0, "epochs": 0})

    begin(tmp_path / "run", 1, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=evaluate)])
    kept = Run.open(tmp_path / "run")
    assert (kept.card.epochs, kept.card.scores["log_px"]) == (1, -3.0)
    assert kept.stale() == ["evaluation.json"]


def test_what_a_killed_process_left_is_swept_when_it_is_old(tmp_path):
    """Before there was a card, or after. What is new may be an export that is being written."""
    for name in (".writing-abc", ".writing-def"):
        (tmp_path / "run" / name).mkdir(parents=True)
        (tmp_path / "run" / name / "card.json").write_text('{"model"')
    long_ago = time.time() - 4000
    os.utime(tmp_path / "run" / ".writing-abc", (long_ago, long_ago))
    run, _ = begin(tmp_path / "run", 1)
    assert run.card.epochs == 1
    assert [path.name for path in run.folder.glob(".writing-*") if path.is_dir()] == [".writing-def"]


@pytest.mark.long
def test_a_tuple_among_the_arguments_is_the_same_run_again(tmp_path):
    for epochs in (1, 2):
        run, _ = begin(tmp_path / "run", epochs, {"latent_dim": 2, "units": (16,)}, learning_rate=1)
    assert [row["epoch"] for row in run.history] == [1, 2]


def test_another_run_in_the_folder_is_refused_and_kept(whole):
    before = (whole[0].folder / "model.keras").read_bytes()
    with pytest.raises(InputError, match=r"has another run in it, with learning_rate 0.001, not 0.01.*--out"):
        begin(whole[0].folder, 3, learning_rate=0.01)
    assert (whole[0].folder / "model.keras").read_bytes() == before


def test_a_folder_with_something_else_in_it_is_refused(tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(InputError, match="isn't a run"):
        begin(tmp_path, 1)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch_size": 0}, "batch_size is 0"),
        ({"learning_rate": 0.0}, "learning_rate is 0"),
        ({"binarization": "x"}, "binarization is 'x'"),
    ],
)
def test_impossible_settings_are_refused_and_nothing_is_written(tmp_path, settings, message):
    with pytest.raises(InputError, match=message):
        begin(tmp_path / "run", 1, **settings)
    assert not (tmp_path / "run").exists()


def test_the_card_says_what_it_was(whole):
    card = Run.open(whole[0].folder).card
    assert card.model == "vae"
    assert card.arguments == {"latent_dim": 2, "units": [16], "image_shape": [8, 8, 1]}
    assert card.data.binarization == "dynamic"
    assert card.epochs == 3
    assert card.versions["keras"] == keras.__version__


def test_the_pictures_are_there_and_show_something(whole):
    from PIL import Image

    paths = whole[0].plot()
    names = ["curves.png", "latents.png", "posteriors.png", "reconstructions.png", "samples.png"]
    assert sorted(p.name for p in paths) == names
    for path in paths:
        assert np.asarray(Image.open(path).convert("L")).std() > 5, f"{path} is blank"


@pytest.mark.long
def test_bfloat16_does_not_leak_into_the_next_model(tmp_path):
    begin(tmp_path / "run", 1, precision="bfloat16")
    assert keras.config.dtype_policy().name == "float32"


def test_the_learning_rate_falls_to_zero_along_half_a_cosine(tmp_path):
    _, model = begin(tmp_path / "run", 4, decay=4)
    steps = 4 * 13
    schedule = model.optimizer._learning_rate
    for step in (0, 13, 26, steps):
        assert float(schedule(step)) == pytest.approx(1e-3 * 0.5 * (1 + np.cos(np.pi * step / steps)), abs=1e-9)
    assert float(model.optimizer.learning_rate) == pytest.approx(0, abs=1e-9)


@pytest.mark.long
def test_a_run_with_decay_goes_on_as_if_it_hadnt_stopped(tmp_path):
    _, whole = begin(tmp_path / "whole", 4, decay=4, start_at_mean=True)
    begin(tmp_path / "parts", 2, decay=4, start_at_mean=True)
    _, parts = begin(tmp_path / "parts", 4, decay=4, start_at_mean=True)
    assert all(np.array_equal(a, b) for a, b in zip(weights(whole), weights(parts), strict=True))
    with pytest.raises(InputError, match="with decay 4, not None"):
        begin(tmp_path / "parts", 8, start_at_mean=True)


def test_the_decoder_starts_at_the_mean_of_the_training_images(tmp_path):
    run, _ = begin(tmp_path / "run", 1, start_at_mean=True)
    mean = mean_image(run.splits.train.images)
    assert np.allclose(mean, np.asarray(run.splits.train.images).mean(axis=0))
    bias = np.asarray(run.new_model().likelihood.decoder.layers[-2].bias).reshape(8, 8, 1)
    assert np.allclose(1 / (1 + np.exp(-bias)), np.clip(mean, 1e-3, 1 - 1e-3), atol=1e-6)


@pytest.mark.long
def test_it_starts_from_another_runs_weights(whole, tmp_path):
    source, trained = whole
    card, _ = describe("iwae", {"latent_dim": 2, "units": [16], "k": 3}, DIGITS, start_from=str(source.folder))
    run = Run.begin(tmp_path / "iwae", card)
    for theirs, ours in zip(trained.get_weights(), run.new_model().get_weights(), strict=True):
        assert np.array_equal(theirs, ours)
    # A third epoch's loss is far below a first's: the weights are used, and the learning rate is that of a start.
    _, model = begin(tmp_path / "again", 1, start_from=str(source.folder))
    _, new = begin(tmp_path / "new", 1)
    losses = [Run.open(tmp_path / name).history[0]["loss"] for name in ("again", "new")]
    assert losses[0] < source.history[-1]["loss"] < losses[1]
    assert int(model.optimizer.iterations) == int(new.optimizer.iterations) == 13


@pytest.mark.long
def test_clusters_start_from_the_codes_of_another_run(tmp_path):
    small = {"latent_dim": 2, "units": [16]}
    card, _ = describe("vade", small | {"clusters": None}, DIGITS, seed=1)
    plain = Run.begin(tmp_path / "plain", card)
    plain.train(1)
    card, _ = describe("vade", small | {"clusters": 3}, DIGITS, seed=1, start_from=str(plain.folder))
    run = Run.begin(tmp_path / "clusters", card)
    trained, model = plain.load_model(), run.new_model()
    x = next(iter(run.test_batches()))
    assert np.array_equal(model.encode(x), trained.encode(x))
    # Of weights of the prior's own, which no mixture begins with where it isn't fitted.
    assert not np.allclose(model.prior.logits, 0)
    run.train(1)
    assert "classes.png" in {path.name for path in run.plot()}
    card, _ = describe("vade", small | {"clusters": 3, "units": [17]}, DIGITS, start_from=str(plain.folder))
    with pytest.raises(InputError, match="whose networks are others"):
        Run.begin(tmp_path / "others", card)


def test_networks_that_are_others_are_no_start(whole, tmp_path):
    source = str(whole[0].folder)

    def refused(message, model, arguments, start_from):
        card, _ = describe(model, arguments, DIGITS, start_from=start_from)
        with pytest.raises(InputError, match=message):
            Run.begin(tmp_path / "run", card)
        assert not (tmp_path / "run").exists()

    refused(
        r"/run, a vae .*: it has .*kernel \[64, 16\] where vae has .*17",
        "vae",
        {"latent_dim": 2, "units": [17]},
        source,
    )
    refused("where mixture_vae has", "mixture_vae", {"latent_dim": 2}, source)
    refused("isn't the folder of a run", "vae", {}, str(tmp_path / "nothing"))


@pytest.mark.long
def test_it_goes_on_without_the_run_that_it_started_from(whole, tmp_path):
    shutil.copytree(whole[0].folder, tmp_path / "source")
    start_from = str(tmp_path / "source")
    begin(tmp_path / "run", 1, start_from=start_from)
    shutil.rmtree(tmp_path / "source")
    _, model = begin(tmp_path / "run", 2, start_from=start_from)
    _, straight = begin(tmp_path / "straight", 2, start_from=str(whole[0].folder))
    assert all(np.array_equal(a, b) for a, b in zip(weights(model), weights(straight), strict=True))


@pytest.mark.long
def test_gradients_are_clipped_by_their_norm(tmp_path):
    """Adam doesn't mind the gradient's scale, but for its epsilon of 1e-7: far below it nothing moves."""
    run, model = begin(tmp_path / "clipped", 1, clip_norm=1e-12)
    _, free = begin(tmp_path / "free", 1)
    start = run.new_model().get_weights()
    moved = [max(np.abs(a - b).max() for a, b in zip(start, m.get_weights(), strict=True)) for m in (model, free)]
    assert moved[0] < 1e-6 < 1e-3 < moved[1]


def test_training_images_are_judged_as_training_had_them(tmp_path):
    """Binarized once and for all by the run's seed: each judged image is one that training saw."""
    card, splits = describe("vae", {"latent_dim": 2}, DIGITS, seed=3, binarization="static")
    run = Run.begin(tmp_path / "run", card)
    run.splits = splits
    seen = np.concatenate(list(training_batches(splits.train.images, 100, "static", 3, epochs=1).as_numpy_iterator()))
    seen = {image.tobytes() for image in seen}
    judged = np.concatenate(list(run.train_batches([5, 400, 1000]).as_numpy_iterator()))
    assert all(image.tobytes() in seen for image in judged)


def test_a_run_with_decay_can_not_be_given_more_epochs(tmp_path):
    begin(tmp_path / "run", 2, decay=2)
    with pytest.raises(InputError, match="falls to zero over 2 epochs: it can't be given more"):
        begin(tmp_path / "run", 5, decay=5)


def test_a_stray_file_is_no_judgement(tmp_path):
    run, _ = begin(tmp_path / "run", 1)
    (tmp_path / "run/notes.json").write_text("not JSON")
    (tmp_path / "run/ais.json").write_text('{"epochs": 3}')
    run.card = msgspec.structs.replace(run.card, epochs=4)
    assert run.stale() == ["ais.json"]


@pytest.mark.long
def test_a_card_from_before_there_was_a_decay_is_read(tmp_path):
    run, _ = begin(tmp_path / "run", 1)
    as_before(run.folder)
    assert Run.open(run.folder).card.decay is None
    assert begin(run.folder, 2)[0].card.epochs == 2


def pictures(folder, numbers):
    """Pictures by their numbers, each of its own."""
    from PIL import Image

    folder.mkdir(exist_ok=True)
    for number in numbers:
        pixels = np.random.default_rng(number).integers(0, 256, (8, 8), "uint8")
        Image.fromarray(pixels).save(folder / f"{number:03}.png")


def begin_with(folder, data, epochs, changed_data=False):
    data = {"name": str(data)} | ({"image_size": [8, 8]} if Path(data).is_dir() else {})
    arguments = {"latent_dim": 2, "units": [4]}
    card, splits = describe("vae", arguments, data, batch_size=16, version=format_of(folder))
    run = Run.begin(folder, card, splits, changed_data)
    return run, run.train(epochs)[1]


def images_of(split):
    return {image.tobytes() for image in np.asarray(split.images)}


def test_data_that_changed_are_refused_or_gone_on_with_knowingly(tmp_path):
    """More images, and then fewer: no test image was trained on, and no epoch is claimed that wasn't trained."""
    data, folder = tmp_path / "photos", tmp_path / "run"
    pictures(data, range(100))
    run, _ = begin_with(folder, data, 2)
    trained, first = images_of(run.splits.train), run.steps
    pictures(data, range(100, 110))
    with pytest.raises(InputError, match=r"photos has 110 images, and had 100.*--data.*--changed-data"):
        Run.open(folder).splits  # noqa: B018
    with pytest.raises(InputError, match=r"photos has 110 images, and had 100"):
        begin_with(folder, data, 3)
    assert not trained & images_of(Run.open(folder, changed_data=True).splits.test)
    for path in sorted(data.iterdir())[:80]:
        path.unlink()
    _, count = begin_with(folder, data, 2, changed_data=True)
    assert count == 0
    assert Run.open(folder).card.data.fingerprint.images == 100, "it wasn't trained on the others"
    run, count = begin_with(folder, data, 5, changed_data=True)
    assert count == 3
    assert [row["epoch"] for row in run.history] == [1, 2, 3, 4, 5]
    assert [row["iterations"] for row in run.history[1:]] == [2 * first + more * run.steps for more in range(4)]
    assert run.steps < first and int(run.load_model().optimizer.iterations) == run.history[-1]["iterations"]
    assert Run.open(folder).splits.fingerprint.images == 30, "it was trained on these"
    assert begin_with(folder, data, 5)[1] == 0


@pytest.mark.long
def test_data_that_went_elsewhere_are_found_by_what_they_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pictures(tmp_path / "photos", range(20))
    run, _ = begin_with("run", "photos", 1)
    assert run.card.data.name == str(tmp_path / "photos")
    (tmp_path / "photos").rename(tmp_path / "pictures")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    with pytest.raises(InputError, match=r"photos, which isn't there: --data says where"):
        Run.open("../run").splits  # noqa: B018
    pictures(tmp_path / "others", range(20, 40))
    with pytest.raises(InputError, match=r"are .*photos, not .*others, which has 20 images too, but others"):
        Run.open("../run", data="../others").splits  # noqa: B018
    assert Run.open("../run").card.data.name == str(tmp_path / "photos")
    assert len(Run.open("../run", data="../pictures").splits.fingerprint.digest) == 64
    assert Run.open("../run").card.data.name == str(tmp_path / "pictures"), "from now on"
    (tmp_path / "pictures").rename(tmp_path / "photos")
    assert begin_with(tmp_path / "run", tmp_path / "photos", 2)[1] == 1
    assert Run.open("../run").card.data.name == str(tmp_path / "photos")


@pytest.mark.long
def test_a_run_of_before_goes_on_with_the_splits_that_it_had(tmp_path, monkeypatch):
    """And finds data whose path was typed in another folder, where it is certain."""
    monkeypatch.chdir(tmp_path)
    images = np.random.default_rng(0).integers(0, 256, (30, 8, 8), "uint8")
    np.save("d.npy", images)
    (tmp_path / "runs").mkdir()
    begin_with("runs/run", "d.npy", 1)
    as_before(tmp_path / "runs/run")
    card = json.loads(Path("runs/run/card.json").read_text())
    # It had been given an --image-size, which said nothing of a .npy then either.
    before = card["data"] | {"name": "d.npy", "image_size": [8, 8]}
    Path("runs/run/card.json").write_text(json.dumps(card | {"data": before}))
    order = np.random.default_rng(0).permutation(30)
    expected = [np.sort(order[6:]), order[3:6], order[:3]]

    def check(splits):
        for split, numbers in zip(splits, expected, strict=True):
            assert np.array_equal(np.round(np.asarray(split.images)[..., 0] * 255), images[numbers])

    check(Run.open("runs/run").splits)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    check(Run.open("../runs/run").splits)
    np.save(tmp_path / "runs/d.npy", images)
    with pytest.raises(InputError, match=r"has data d\.npy, which isn't there"):
        Run.open("../runs/run").splits  # noqa: B018
    check(Run.open("../runs/run", data="../d.npy").splits)
    (tmp_path / "runs/d.npy").unlink()
    np.save("other.npy", images[::-1])
    with pytest.raises(InputError, match=r"another run in it, of data d.npy, not .*other.npy"):
        begin_with("../runs/run", "other.npy", 2)
    run, count = begin_with("../runs/run", "../d.npy", 2)
    assert count == 1
    check(run.splits)
    card = Run.open("../runs/run").card
    assert card.version == 1 and card.epochs == 2
    assert card.data.fingerprint.images == 30, "which it has from now on"
    check(Run.open("../runs/run").splits)


@pytest.mark.long
@pytest.mark.parametrize("name", ["vae", "autoencoder"])
def test_a_run_of_before_goes_on_with_real_values(tmp_path, name):
    """Its model and its card say no range, and lie in none: any numbers were taken."""
    images = np.random.default_rng(0).normal(size=(30, 8, 8, 1)).astype("float32")
    np.save(tmp_path / "real.npy", images)
    own = {"units": [4], "likelihood": "gaussian"} if name == "vae" else {"filters": [4]}
    arguments = {"latent_dim": 2} | own
    data = {"name": str(tmp_path / "real.npy")}
    run = Run.begin(tmp_path / "run", *describe(name, arguments | {"range": None}, data))
    run.train(1)
    as_before(run.folder)
    card = json.loads((run.folder / "card.json").read_text())
    card["arguments"] = arguments | {"image_shape": [8, 8, 1]}
    (run.folder / "card.json").write_text(json.dumps(card))
    with zipfile.ZipFile(run.folder / "model.keras") as file:
        entries = {entry: file.read(entry) for entry in file.namelist()}
    entries["config.json"] = entries["config.json"].replace(b'"range": null, ', b"")
    with zipfile.ZipFile(run.folder / "model.keras", "w") as file:
        for entry, content in entries.items():
            file.writestr(entry, content)
    assert keras.saving.load_model(run.folder / "model.keras").range == (0, 1)
    run = Run.begin(run.folder, *describe(name, arguments, data, version=format_of(run.folder)))
    model, count = run.train(2)
    assert count == 1 and model.range is None
    low, high = np.asarray(run.splits.train.images).min(), np.asarray(run.splits.train.images).max()
    assert low < -1 and high > 1 and model.seen == (low, high)
    model = Run.open(run.folder).load_model()
    assert np.isfinite(model.evaluate(images, verbose=0, return_dict=True)["loss"])
    (tmp_path / "real.npy").unlink()
    assert np.shape(Run.open(run.folder).load_model().encode(np.zeros([1, 8, 8, 1], "float32"))) == (1, 2)


def test_pseudo_inputs_begin_at_training_images_the_same_each_time(tmp_path):
    arguments = {"latent_dim": 2, "units": [8], "components": 5}
    starts = []
    for folder, seed in (("one", 3), ("again", 3), ("other", 4)):
        given = GIVEN | {"seed": seed}
        card, splits = describe("vamp_vae", arguments, DIGITS, **given, version=format_of(tmp_path / folder))
        run = Run.begin(tmp_path / folder, card, splits)
        starts.append(np.asarray(run.new_model().prior.pseudo_inputs))
        assert all((splits.train.images == u).all(axis=(1, 2, 3)).any() for u in starts[-1])
    assert np.array_equal(starts[0], starts[1])
    assert not np.array_equal(starts[0], starts[2])
