"""What holds for every command: help, one line for what is given wrong, nothing lost."""

import json

import numpy as np
import pytest

from tests.cli.command_line import TRAIN, process, refused, zoo


def test_help_shows_examples(tmp_path):
    assert "zoo train" in process("--help", cwd=tmp_path).stdout
    for command in (
        "list",
        "train",
        "evaluate",
        "judge",
        "fit-prior",
        "export",
        "sample",
        "plot",
        "serve",
        "reproduce",
        "leaderboard",
    ):
        assert "Example: zoo" in zoo(command, "--help", cwd=tmp_path).stdout


def test_a_pretrained_model_is_as_good_as_a_run_by_its_name(tmp_path, monkeypatch):
    name = "digits-iaf-mixture"
    listed = zoo("list", cwd=tmp_path).stdout
    assert name in listed and "±" in listed
    zoo("sample", name, "--n", 4, "--seed", 7, "--out", "a.png", cwd=tmp_path)
    evaluated = zoo("evaluate", name, "--samples", 5, "--limit", 20, cwd=tmp_path).stdout
    assert "log_px" in evaluated and "Written" not in evaluated
    for arguments in (["export", name], ["plot", name]):
        assert "is pretrained, and its files are in" in refused(*arguments, cwd=tmp_path)
    # No node_modules here.
    monkeypatch.setenv("ZOO_LITERT", str(tmp_path / "none"))
    assert "npm install @litertjs/core" in refused("export", name, "--web", "page", cwd=tmp_path)


@pytest.mark.slow
def test_trained_on_jax_it_is_evaluated_and_exported_on_tensorflow(tmp_path):
    process(*TRAIN, cwd=tmp_path, env={"KERAS_BACKEND": "jax"})
    process("export", "runs/vae-digits", "--samples", "2", cwd=tmp_path, env={"KERAS_BACKEND": "jax"})
    for form, backend in (("model.keras", "jax"), ("model.tflite", "tensorflow")):
        process(
            "sample",
            f"runs/vae-digits/{form}",
            "--n",
            3,
            "--out",
            f"{backend}.npy",
            cwd=tmp_path,
            env={"KERAS_BACKEND": backend},
        )
    assert np.abs(np.load(tmp_path / "jax.npy") - np.load(tmp_path / "tensorflow.npy")).max() < 1e-5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "iaf_va"], "Did you mean 'iaf_vae'"),
        (["train", "vae", "--data", "mnits"], "Did you mean 'mnist'"),
        (["train", "vae", "--data", "nowhere/"], "no such file or folder"),
        (["train", "vae", "--set", "depth=3"], "vae has no argument 'depth'. It takes latent_dim=20"),
        (["train", "vae", "--set", "depth"], "key=value"),
        (["train", "vae", "--latent-dim", "0"], "latent_dim is 0"),
        (["train", "iwae", "--set", "k=0"], "k is 0"),
        (["train", "vae", "--epochs", "0"], "--epochs"),
        (["train", "vae", "--batch-size", "x"], "--batch-size"),
        (["train", "vae", "--learning-rate", "-1"], "learning_rate is -1"),
        (["train", "vae", "--precision", "float8"], "--precision"),
        (["train", "vae", "--image-size", "64"], "HEIGHTxWIDTH"),
        (["train", "conv_vae", "--set", "likelihood=poisson"], "likelihood is 'poisson'"),
        (["train", "--depth", "3"], "--depth"),
        (["trian"], "trian"),
        (["evaluate", "nowhere"], "isn't the folder of a run"),
        (["export", "nowhere"], "isn't the folder of a run"),
        (["export", "nowhere", "--quantize", "int4"], "--quantize"),
        (["export", "nowhere", "--web", "page"], "no such file or pretrained model"),
        (["plot", "nowhere"], "isn't the folder of a run"),
        (["judge"], "Missing argument 'RUN'"),
        (["judge", "mnist-conv"], "METHOD is missing: give one of ais"),
        (["judge", "mnist-conv", "term"], "there is no judgement 'term'. Give one of ais"),
        (["judge", "mnist-conv", "gaps", "--split", "half"], "'half' is not one of 'test', 'train'"),
        (["judge", "mnist-conf", "terms"], "Did you mean 'mnist-conv'"),
        (["judge", "mnist-conv", "factors", "--examples", "10"], "No such option"),
        (["judge", "mnist-conv", "terms", "--chains", "10"], "No such option"),
        (["judge", "digits-iaf-mixture", "quality", "--examples", "5"], "--examples is 5"),
        (["judge", "digits-iaf-mixture", "quality", "--classifier", "frey"], "no classifier 'frey'. There are digits"),
        (["judge", "digits-iaf-mixture", "quality", "--inception", "nowhere.h5"], "there is no such file"),
        (["sample", "nowhere"], "no such file or folder"),
        (["sample", ".", "--out", "a.gif"], "must end in .png or .npy"),
        (["sample", ".", "--n", "0"], "--n"),
        (["evaluate", ".", "--samples", "0"], "--samples"),
    ],
)
def test_what_is_given_wrong_is_answered_in_one_line(tmp_path, arguments, message):
    assert message in refused(*arguments, cwd=tmp_path)


def test_damaged_files_are_refused(workplace, tmp_path):
    run = workplace[0] / "runs/vae-digits"
    for name in ("model.keras", "model.tflite"):
        content = (run / name).read_bytes()
        for part in (b"", content[:100], content[: len(content) // 2], content[:-1000]):
            (tmp_path / name).write_bytes(part)
            assert name in refused("sample", name, cwd=tmp_path)
    for alter in ({"data": {}}, {"batch_size": "many"}, {"data": None}):
        (tmp_path / "card.json").write_text(json.dumps(json.loads((run / "card.json").read_text()) | alter))
        assert "was altered" in refused("evaluate", ".", cwd=tmp_path)
    (tmp_path / "card.json").write_text((run / "card.json").read_text()[:50])
    assert "card.json" in refused("evaluate", ".", cwd=tmp_path)
    (tmp_path / "card.json").unlink()
    (tmp_path / "sm").mkdir()
    (tmp_path / "sm/saved_model.pb").write_bytes((run / "saved_model/1/saved_model.pb").read_bytes()[:5000])
    assert "isn't a whole SavedModel" in refused("sample", "sm", cwd=tmp_path)


def test_nothing_that_is_there_is_overwritten(workplace, tmp_path):
    folder = workplace[0]
    (tmp_path / "samples.png").write_text("mine")
    assert "--overwrite" in refused("sample", folder / "runs/vae-digits/model.tflite", cwd=tmp_path)
    assert "--overwrite" in refused("export", "runs/vae-digits", cwd=folder)
    assert "has another run in it, with seed 0, not 5" in refused(*TRAIN, "--seed", "5", cwd=folder)
