"""`zoo train`."""

import os
import resource

import numpy as np
import pytest
from PIL import Image

from tests.cli.command_line import TRAIN, contents, process, refused, zoo
from zoo.data import named
from zoo.runs.run import Run


def test_train_says_where_everything_is(workplace):
    folder, outputs = workplace
    for name in ("model.keras", "samples.png", "reconstructions.png", "curves.png", "latents.png"):
        assert name in outputs["train"].stdout
        assert (folder / "runs/vae-digits" / name).stat().st_size > 0


@pytest.mark.long
def test_the_same_command_goes_on_to_more_epochs(tmp_path):
    zoo(*TRAIN, cwd=tmp_path)
    assert "trained already, for 2 epochs" in zoo(*TRAIN, cwd=tmp_path).stdout
    zoo("evaluate", "runs/vae-digits", "--samples", "4", cwd=tmp_path)
    done = zoo(*TRAIN, "--epochs", "3", cwd=tmp_path)
    assert "Going on with runs/vae-digits after epoch 2" in done.stdout
    assert "3 (1 now)" in done.stdout
    assert "evaluation.json is of the model before" in done.stdout


@pytest.mark.long
def test_a_run_that_never_finished_an_epoch_is_no_obstacle(tmp_path):
    done = zoo(*TRAIN, "--learning-rate", "1e30", cwd=tmp_path, check=False)
    assert done.returncode == 1
    zoo(*TRAIN, cwd=tmp_path)


def test_data_that_do_not_fit_the_likelihood_are_refused(tmp_path):
    np.save(tmp_path / "real.npy", np.random.default_rng(0).normal(size=(20, 8, 8, 1)))
    discretized = ("train", "conv_vae", "--set", "likelihood=discretized_logistic", "--data")
    for command in (discretized, ("train", "vae", "--data")):
        assert "but floats must lie in [0, 1]: rescale them" in refused(*command, "real.npy", cwd=tmp_path)
    np.save(tmp_path / "between.npy", np.random.default_rng(0).random((20, 8, 8, 1)))
    assert "between the 256 values k/255 that a discretized" in refused(*discretized, "between.npy", cwd=tmp_path)


def test_a_folder_that_can_not_be_written_is_said_so(tmp_path):
    (tmp_path / "file").touch()
    assert "can't write to" in refused(*TRAIN, "--out", "file/run", cwd=tmp_path)


@pytest.mark.long
def test_a_full_disk_leaves_the_last_epoch(tmp_path):
    """A limit on file sizes stands in for the disk: the model of 100 kB no longer fits, the rest does."""
    zoo(*TRAIN, cwd=tmp_path)
    before = contents(tmp_path)

    def full():
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    longer = [*TRAIN, "--epochs", "3"]
    done = process(*longer, cwd=tmp_path, check=False, preexec_fn=full)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert (tmp_path / "runs/vae-digits/model.keras").read_bytes() == before[tmp_path / "runs/vae-digits/model.keras"]
    assert "3 (1 now)" in zoo(*longer, cwd=tmp_path).stdout


def draw_pictures(folder, count=12):
    for number in range(count):
        Image.fromarray(np.random.default_rng(number).integers(0, 256, (8, 8), "uint8")).save(
            folder / f"{number:02}.png"
        )


@pytest.mark.long
def test_a_run_inside_the_folder_of_images_is_no_data(tmp_path):
    """`cd photos; zoo train --data .`, and then all else that draws."""
    draw_pictures(tmp_path)
    train = [*TRAIN, "--data", ".", "--image-size", "8x8"]
    assert "passed over" not in zoo(*train, cwd=tmp_path).stdout
    (run,) = (tmp_path / "runs").iterdir()
    zoo("sample", run.relative_to(tmp_path), "--n", "4", cwd=tmp_path)
    said = zoo(*train, "--epochs", "3", cwd=tmp_path).stdout
    assert "has 12 pictures; passed over: folders of runs (1), pictures made by zoo (1)." in said
    assert "3 (1 now)" in said
    assert sum(len(split.images) for split in named.load(tmp_path, (8, 8))) == 12
    data = Run.open(run).card.data
    assert (data.image_size, data.channels, data.ground) == ((8, 8), None, "white")


@pytest.mark.long
def test_what_a_folder_holds_is_said_and_can_be_asked_for(tmp_path, monkeypatch):
    draw_pictures(tmp_path)
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(tmp_path / "red.png")
    (tmp_path / "._00.png").write_bytes(b"")
    train = [*TRAIN, "--data", ".", "--image-size", "8x8", "--epochs", "1"]
    said = zoo(*train, cwd=tmp_path).stdout
    assert "hidden files and folders (1)" in said
    assert "12 grey pictures and 1 coloured ones: all are taken grey" in said
    assert "--channels 3 takes them in colour" in said
    zoo(*train, "--channels", "3", "--ground", "#0000ff", "--out", "other", cwd=tmp_path)
    run = Run.open(tmp_path / "other")
    assert run.card.data.ground == "#0000ff"
    monkeypatch.chdir(tmp_path)
    images = np.concatenate([np.asarray(split.images) for split in run.splits])
    assert [0, 0, 1] in images[:, 0, 0].tolist()
    assert "ground" in refused(*train, "--ground", "red", "--out", "other", cwd=tmp_path)
    assert "trained already" in zoo(*train, "--out", "other", cwd=tmp_path).stdout, "what is left out is as it was"


@pytest.mark.parametrize("option", [("--image-size", "64x64"), ("--channels", "3"), ("--ground", "black")])
@pytest.mark.parametrize("data", ["digits", "a.npy"])
def test_what_is_for_folders_is_refused_for_other_data(tmp_path, option, data):
    np.save(tmp_path / "a.npy", np.zeros([20, 8, 8], "uint8"))
    message = refused("train", "vae", "--data", data, *option, cwd=tmp_path)
    assert f"{option[0][2:].replace('-', '_')} is for folders of pictures, and data is {data}" in message


def test_a_named_pipe_among_the_pictures_is_refused(tmp_path):
    draw_pictures(tmp_path)
    os.mkfifo(tmp_path / "pipe.png")
    assert "pipe.png is a FIFO, not a file" in refused("train", "--data", ".", cwd=tmp_path)


@pytest.mark.parametrize("ground", ["whiter", "#12345", "#00000000"])
def test_a_ground_that_is_no_colour_is_refused(tmp_path, ground):
    draw_pictures(tmp_path)
    assert "must be a colour" in refused("train", "--data", ".", "--ground", ground, cwd=tmp_path)


def test_labels_of_another_form_are_refused_before_training(tmp_path):
    x, y = np.zeros([30, 8, 8], "uint8"), np.arange(30) % 3
    for labels, message in ((np.eye(3)[y], "argmax"), (y.astype(str), "np.unique"), (y[:10], "10 labels for the 30")):
        np.savez(tmp_path / "a.npz", x_train=x, x_test=x, y_train=labels, y_test=y)
        assert message in refused("train", "vae", "--data", "a.npz", cwd=tmp_path)


def test_a_plan_says_what_is_chosen_and_what_it_takes_and_writes_nothing(tmp_path):
    np.save(tmp_path / "grey.npy", np.random.default_rng(0).integers(0, 256, [60, 8, 8, 1]).astype("uint8"))
    before = contents(tmp_path)
    said = zoo("train", "--data", "grey.npy", "--plan", "--latent-dim", 3, cwd=tmp_path).stdout
    assert contents(tmp_path) == before and not (tmp_path / "runs").exists()
    for line in ("likelihood  discretized_logistic", "model  conv_vae", "linear_start  True", "epochs  1000  (at most"):
        assert line in said, said
    assert "latent_dim" not in said, "it was given"
    for name in ("images  ", "parameters  ", "time  ", "memory  "):
        assert name in said


@pytest.mark.long
def test_what_is_left_out_is_as_the_run_began(tmp_path):
    np.save(tmp_path / "grey.npy", np.random.default_rng(0).integers(0, 256, [60, 8, 8, 1]).astype("uint8"))
    given = ("--latent-dim", 2, "--set", "filters=[4]", "--batch-size", 20, "--patience", "none", "--no-fit-prior")
    said = zoo("train", "--data", "grey.npy", "--epochs", 1, *given, cwd=tmp_path).stdout
    assert "model  conv_vae" in said and "(the pixels" in said
    began = Run.open(tmp_path / "runs/conv_vae-grey").card
    assert (began.batch_size, began.patience, began.plateau > 1, began.linear_start) == (20, None, True, True)
    # By its data or by its folder: nothing is chosen again.
    for count, again in ((2, ("--data", "grey.npy")), (3, ("--out", "runs/conv_vae-grey"))):
        said = zoo("train", *again, "--epochs", count, cwd=tmp_path).stdout
        assert f"after epoch {count - 1}" in said and "(the pixels" not in said
    now = Run.open(tmp_path / "runs/conv_vae-grey").card
    assert (now.settings, now.arguments, now.epochs) == (began.settings, began.arguments, 3)
    assert "trained already, for 3 epochs" in zoo("train", "--out", "runs/conv_vae-grey", cwd=tmp_path).stdout
    message = refused("train", "--out", "runs/conv_vae-grey", "--latent-dim", 3, cwd=tmp_path)
    assert "has another run in it, with arguments {'latent_dim': 2}, not {'latent_dim': 3}" in message
