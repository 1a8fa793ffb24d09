"""The command line as a user has it: what it prints, what it writes, and how it says no."""

import contextlib
import io
import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from PIL import Image

from zoo.cli import main
from zoo.evaluation.importance import importance_sampling
from zoo.evaluation.subset import subset
from zoo.run import Run

TRAIN = ["train", "vae", "--epochs", "2", "--latent-dim", "2", "--set", "units=[16]"]


def zoo(*arguments, cwd, check=True):
    """The command in this process: each by itself would take seconds to start."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "argv", ["zoo", *map(str, arguments)]),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
    assert not check or code == 0, err.getvalue()
    return subprocess.CompletedProcess(sys.argv, code, out.getvalue(), err.getvalue())


def process(*arguments, cwd, env=None, check=True, preexec_fn=None):
    """The command in a process of its own."""
    command = [sys.executable, "-m", "zoo", *map(str, arguments)]
    environment = {k: v for k, v in os.environ.items() if k not in ("KERAS_BACKEND", "TF_CPP_MIN_LOG_LEVEL")} | (
        env or {}
    )
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, preexec_fn=preexec_fn
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def refused(*arguments, cwd, run=zoo, **kwargs):
    """The one line that a command answers with, having written nothing."""
    before = contents(cwd)
    done = run(*arguments, cwd=cwd, check=False, **kwargs)
    assert done.returncode == 2, (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert contents(cwd) == before
    return done.stderr


def contents(folder):
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """A folder with a run in it that has been trained, judged and exported."""
    folder = tmp_path_factory.mktemp("workplace")
    outputs = {
        "train": process(*TRAIN, cwd=folder),
        "evaluate": process("evaluate", "runs/vae-digits", "--samples", "5", cwd=folder),
    }
    outputs["export"] = process("export", "runs/vae-digits", "--samples", "3", cwd=folder)
    outputs["quantize"] = process(
        "export", "runs/vae-digits", "--quantize", "int8", "--quantize", "float16", cwd=folder
    )
    return folder, outputs


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


def test_list_names_every_model(tmp_path):
    from zoo.catalogue import names

    printed = zoo("list", cwd=tmp_path).stdout
    assert all(name in printed for name in names())


def test_nothing_of_tensorflows_chatter_is_seen(workplace):
    for done in workplace[1].values():
        assert not done.stderr.strip(), done.stderr


def test_train_says_where_everything_is(workplace):
    folder, outputs = workplace
    for name in ("model.keras", "samples.png", "reconstructions.png", "curves.png", "latents.png"):
        assert name in outputs["train"].stdout
        assert (folder / "runs/vae-digits" / name).stat().st_size > 0


def test_evaluate_writes_what_it_prints(workplace):
    folder, outputs = workplace
    results = json.loads((folder / "runs/vae-digits/evaluation.json").read_text())
    expected = {
        "log_px",
        "log_px_se",
        "monte_carlo_se",
        "elbo",
        "elbo_se",
        "log_likelihood",
        "log_likelihood_se",
        "kl",
        "kl_se",
        "ess",
        "ess_se",
        "collapsed",
        "active_units",
        "num_samples",
        "num_examples",
    }
    assert set(results) == expected
    assert results["num_examples"] == 360 and results["num_samples"] == 5
    assert results["elbo"] == pytest.approx(results["log_likelihood"] - results["kl"])
    assert results["log_px"] >= results["elbo"]
    assert f"{results['log_px']:.4f}" in outputs["evaluate"].stdout


def test_the_card_says_what_there_is(workplace):
    import hashlib

    run = workplace[0] / "runs/vae-digits"
    card = json.loads((run / "card.json").read_text())
    assert card["scores"]["num_samples"] == 5
    assert card["export"]["log_px_samples"] == 3
    assert set(card["export"]["differences"]) == {
        "encode",
        "decode",
        "reconstruct",
        "sample",
        "sample_pixels",
        "log_px",
    }
    assert {"model.tflite", "saved_model/1/saved_model.pb", "model.keras"} <= set(card["export"]["sha256"])
    for name, digest in card["export"]["sha256"].items():
        assert hashlib.sha256((run / name).read_bytes()).hexdigest() == digest


FORMS = ["", "model.keras", "saved_model", "model.tflite"]


def test_every_form_gives_the_same_picture(workplace, tmp_path):
    run, found = workplace[0] / "runs/vae-digits", []
    for number, form in enumerate(FORMS):
        zoo("sample", run / form, "--n", 5, "--seed", 7, "--out", f"{number}.npy", cwd=tmp_path)
        found.append(np.load(tmp_path / f"{number}.npy"))
    assert found[0].shape == (5, 8, 8, 1)
    assert found[0].dtype == np.float32
    assert found[0].min() >= 0 and found[0].max() <= 1 and found[0].std() > 0.05
    for images in found[1:]:
        assert np.abs(images - found[0]).max() < 1e-5


def test_pixels_are_drawn_when_asked(workplace, tmp_path):
    run = workplace[0] / "runs/vae-digits"
    for name in ("model.tflite", "saved_model"):
        zoo("sample", run / name, "--n", 5, "--pixels", "--out", f"{name}.npy", cwd=tmp_path)
    found = [np.load(path) for path in tmp_path.glob("*.npy")]
    assert set(np.unique(found[0])) == {0.0, 1.0}
    assert np.array_equal(*found)


def test_smaller_exports_are_measured_and_draw_nearly_the_same(workplace, tmp_path):
    folder, outputs = workplace
    run = folder / "runs/vae-digits"
    card = json.loads((run / "card.json").read_text())
    assert card["export"]["log_px_samples"] == 3, "what was there before is kept"
    size = (run / "model.tflite").stat().st_size
    for precision in ("int8", "float16"):
        report = card["export"]["quantized"][precision]
        assert report["bytes"] == (run / f"model-{precision}.tflite").stat().st_size < size
        assert set(report["differences"]) == set(card["export"]["differences"])
        assert abs(report["log_px_change"]) <= 0.5 and report["psnr"] > 40
        assert f"{report['psnr']:.1f} dB" in outputs["quantize"].stdout
        for form in ("model.tflite", f"model-{precision}.tflite"):
            zoo("sample", run / form, "--n", 3, "--out", f"{precision}{form}.npy", cwd=tmp_path)
        float32, smaller = (np.load(tmp_path / f"{precision}model{end}.tflite.npy") for end in ("", f"-{precision}"))
        assert np.abs(smaller - float32).max() < 0.02
    assert "model-int8.tflite already" in refused("export", "runs/vae-digits", "--quantize", "int8", cwd=folder)


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


def test_a_png_shows_the_samples(workplace, tmp_path):
    run = workplace[0] / "runs/vae-digits"
    for name in ("a.npy", "a.png"):
        zoo("sample", run / "model.tflite", "--n", 4, "--seed", 1, "--out", name, cwd=tmp_path)
    with Image.open(tmp_path / "a.png") as picture:
        first = np.asarray(picture.resize((17, 17), Image.Resampling.NEAREST))[:8, :8]
    assert np.abs(first / 255 - np.load(tmp_path / "a.npy")[0, :, :, 0]).max() < 0.01


def test_plot_makes_the_pictures_again(workplace):
    folder = workplace[0]
    (folder / "runs/vae-digits/latents.png").unlink()
    assert "latents.png" in zoo("plot", "runs/vae-digits", cwd=folder).stdout
    assert (folder / "runs/vae-digits/latents.png").exists()


def test_the_same_command_goes_on_to_more_epochs(tmp_path):
    zoo(*TRAIN, cwd=tmp_path)
    assert "trained already, for 2 epochs" in zoo(*TRAIN, cwd=tmp_path).stdout
    zoo("evaluate", "runs/vae-digits", "--samples", "4", cwd=tmp_path)
    done = zoo(*TRAIN, "--epochs", "3", cwd=tmp_path)
    assert "Going on with runs/vae-digits after epoch 2" in done.stdout
    assert "3 (1 now)" in done.stdout
    assert "evaluation.json is of the model before" in done.stdout


def test_a_fuller_evaluation_stays(tmp_path):
    zoo(*TRAIN, cwd=tmp_path)
    zoo("evaluate", "runs/vae-digits", "--samples", "4", cwd=tmp_path)
    before = contents(tmp_path)
    done = zoo("evaluate", "runs/vae-digits", "--samples", "4", "--limit", 1, cwd=tmp_path)
    assert "± unknown" in done.stdout and "stays" in done.stdout
    assert contents(tmp_path) == before
    zoo("evaluate", "runs/vae-digits", "--samples", "4", "--limit", 1, "--overwrite", cwd=tmp_path)
    assert json.loads((tmp_path / "runs/vae-digits/evaluation.json").read_text())["log_px_se"] is None


def test_a_run_that_never_finished_an_epoch_is_no_obstacle(tmp_path):
    done = zoo(*TRAIN, "--learning-rate", "1e30", cwd=tmp_path, check=False)
    assert done.returncode == 1
    zoo(*TRAIN, cwd=tmp_path)


def test_a_smaller_export_is_of_the_model_that_is_there(tmp_path):
    zoo(*TRAIN, cwd=tmp_path)
    zoo("export", "runs/vae-digits", "--samples", 2, "--quantize", "int8", cwd=tmp_path)
    zoo(*TRAIN, "--epochs", "3", cwd=tmp_path)
    quantize = ["export", "runs/vae-digits", "--samples", 2, "--quantize", "float16"]
    assert "of an earlier model" in refused(*quantize, cwd=tmp_path)
    run = tmp_path / "runs/vae-digits"
    before = (run / "model-int8.tflite").read_bytes()
    zoo(*quantize, "--overwrite", cwd=tmp_path)
    assert (run / "model-float16.tflite").exists()
    assert (run / "model-int8.tflite").read_bytes() != before, "made again from the file that was replaced"


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


def test_an_autoencoder_has_a_loss_and_no_samples(tmp_path):
    zoo("train", "autoencoder", "--epochs", "1", cwd=tmp_path)
    zoo("evaluate", "runs/autoencoder-digits", cwd=tmp_path)
    assert set(json.loads((tmp_path / "runs/autoencoder-digits/evaluation.json").read_text())) == {
        "loss",
        "num_examples",
    }
    assert "no way to sample" in refused("sample", "runs/autoencoder-digits", cwd=tmp_path)


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
        (["judge", "mnist-conf", "terms"], "Did you mean 'mnist-conv'"),
        (["judge", "mnist-conv", "factors", "--examples", "10"], "takes all images"),
        (["judge", "mnist-conv", "terms", "--chains", "10"], "--chains is for other methods than terms"),
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


def test_an_unknown_backend_is_answered_in_one_line(tmp_path):
    for backend in ("torch", "numpy", "theano"):
        assert "'tensorflow' or 'jax'" in refused(*TRAIN, cwd=tmp_path, run=process, env={"KERAS_BACKEND": backend})


def test_data_that_do_not_fit_the_likelihood_are_refused(tmp_path):
    np.save(tmp_path / "real.npy", np.random.default_rng(0).normal(size=(20, 8, 8, 1)))
    assert "discretized logistic" in refused(
        "train", "conv_vae", "--data", "real.npy", "--set", "likelihood=discretized_logistic", cwd=tmp_path
    )
    assert "Bernoulli likelihood takes pixels in [0, 1]" in refused("train", "vae", "--data", "real.npy", cwd=tmp_path)


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


def test_a_folder_that_can_not_be_written_is_said_so(tmp_path):
    (tmp_path / "file").touch()
    assert "can't write to" in refused(*TRAIN, "--out", "file/run", cwd=tmp_path)


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


def test_evaluate_gives_a_bound_for_each_number_of_samples(workplace, tmp_path):
    folder, _ = workplace
    printed = zoo("evaluate", folder / "runs/vae-digits", "--samples", "1,4", "--limit", 30, cwd=tmp_path).stdout
    assert "bounds 1 log_px" in printed
    assert "bounds 4 log_px" in printed
    assert "isn't a positive number" in refused("evaluate", "runs/vae-digits", "--samples", "1,x", cwd=folder)


def test_evaluate_writes_what_it_found_of_each_image(workplace, tmp_path):
    ask = ("evaluate", workplace[0] / "runs/vae-digits", "--samples", "1,4", "--limit", 30, "--per-image", "each.csv")
    printed = zoo(*ask, cwd=tmp_path).stdout
    lines = (tmp_path / "each.csv").read_text().splitlines()
    assert lines[0] == "example,log_px_1,log_px_4,elbo,log_likelihood,kl,ess"
    mean = np.mean([float(line.split(",")[2]) for line in lines[1:]])
    assert len(lines) == 31 and f"{mean:.4f}" in printed
    # The images' own numbers: they are chosen at random.
    assert int(lines[-1].split(",")[0]) > 100
    assert "is there already" in refused(*ask, cwd=tmp_path)


SHORT = {
    "ais": ("--temperatures", 4, "--chains", 8),
    "gaps": ("--temperatures", 4, "--chains", 8, "--steps", 4, "--samples", 150),
    "terms": (),
    "quality": ("--pixels",),
    "neighbours": (),
    "latents": ("--seed", 2**32),
}


@pytest.mark.parametrize("method", SHORT)
def test_judge_writes_figures_with_their_errors(workplace, tmp_path, method):
    """With short chains and few steps: the long ones are for the user."""
    folder = tmp_path / "run"
    shutil.copytree(workplace[0] / "runs/vae-digits", folder)
    done = zoo("judge", "run", method, "--examples", 30, *SHORT[method], cwd=tmp_path)
    results = json.loads((folder / f"{method}.json").read_text())
    assert results["epochs"] == 2
    assert [name for name in results if name.endswith("_se")]
    assert "±" in done.stdout
    assert (folder / "neighbours.png").exists() == (method == "neighbours")
    for name in results:
        assert explained(name) or method == "latents", name
    assert "Give --overwrite" in refused("judge", "run", method, "--examples", 30, cwd=tmp_path)


def explained(name):
    """Whether docs/figures.md has a figure, under its own name or that of what it is a variant of."""
    text = (Path(__file__).parents[1] / "docs/figures.md").read_text()
    name = name.removeprefix("train_").removeprefix("simulated_")
    return f"`{name}`" in text or f"`{name.removesuffix('_se')}`" in text


def test_evaluates_figures_are_explained(workplace):
    assert all(explained(name) for name in json.loads((workplace[0] / "runs/vae-digits/evaluation.json").read_text()))


def test_gaps_are_of_test_images_unless_it_is_said(workplace, tmp_path):
    """A gap of the wrong images is as plausible a figure: the bounds tell, which are those of these images."""
    run = Run.open(workplace[0] / "runs/vae-digits")
    found = {}
    for split in ("test", "train"):
        ask = ("judge", run.folder, "gaps", "--examples", 50, *SHORT["gaps"], "--split", split, "--out", split)
        zoo(*ask, cwd=tmp_path)
        found[split] = json.loads((tmp_path / split / "gaps.json").read_text())
        chosen = subset(getattr(run.splits, split).images, 50)
        batches = getattr(run, f"{split}_batches")(chosen)
        expected = importance_sampling(run.load_model(), batches, num_samples=2000)
        assert found[split]["elbo"] == pytest.approx(expected.elbo.mean(), abs=0.15)
        assert found[split]["split"] == split
    assert abs(found["test"]["elbo"] - found["train"]["elbo"]) > 0.3


def test_a_pretrained_models_neighbours_are_written_where_it_is_said(tmp_path):
    printed = zoo("judge", "digits-iaf-mixture", "neighbours", "--examples", 30, cwd=tmp_path).stdout
    assert "--out FOLDER" in printed
    zoo("judge", "digits-iaf-mixture", "neighbours", "--examples", 30, "--out", "here", cwd=tmp_path)
    assert sorted(path.name for path in (tmp_path / "here").iterdir()) == ["neighbours.json", "neighbours.png"]


def test_a_mixture_priors_components_are_judged_as_clusters(tmp_path):
    printed = zoo("judge", "digits-iaf-mixture", "latents", "--examples", 100, cwd=tmp_path).stdout
    assert "prior_accuracy" in printed and "is pretrained: nothing is written" in printed


def test_judge_refuses_what_has_no_density(tmp_path):
    zoo("train", "autoencoder", "--epochs", 1, "--set", "filters=[4]", cwd=tmp_path)
    assert "only its latents" in refused("judge", "runs/autoencoder-digits", "ais", cwd=tmp_path)


def test_fit_prior_makes_a_run_of_its_own(workplace, tmp_path):
    runs = tmp_path / "runs"
    shutil.copytree(workplace[0] / "runs/vae-digits", runs / "vae-digits")
    before = contents(runs / "vae-digits")
    arguments = ("fit-prior", "runs/vae-digits", "--components", 3)
    assert "Next: zoo evaluate runs/vae-digits-mixture" in zoo(*arguments, cwd=tmp_path).stdout
    assert contents(runs / "vae-digits") == before
    scores = {}
    for name in ("vae-digits", "vae-digits-mixture"):
        zoo("evaluate", f"runs/{name}", "--samples", 200, "--overwrite", cwd=tmp_path)
        scores[name] = json.loads((runs / name / "evaluation.json").read_text())
    assert scores["vae-digits-mixture"]["components"] == 3
    assert scores["vae-digits-mixture"]["log_px"] > scores["vae-digits"]["log_px"]
    zoo("sample", "runs/vae-digits-mixture", "--n", 4, "--out", "samples.npy", cwd=tmp_path)
    assert np.load(tmp_path / "samples.npy").shape == (4, 8, 8, 1)
    assert "is there already" in refused(*arguments, cwd=tmp_path)
    assert "give one of both" in refused(*arguments, "--flow", cwd=tmp_path)
    train = ("train", *TRAIN[1:], "--out", "runs/vae-digits-mixture")
    assert "prior was fitted to its codes (mixture of 3)" in refused(*train, cwd=tmp_path)


def test_leaderboard_has_the_pretrained_models(tmp_path):
    printed = zoo("leaderboard", cwd=tmp_path).stdout
    assert "mnist-iaf-mixture" in printed
    assert "dynamic binarization" in printed
    assert "does not exist" in refused("leaderboard", "--tables", "nowhere", cwd=tmp_path)


def test_reproduce_refuses_what_it_cannot_do(tmp_path):
    assert "Did you mean 'iwae'" in refused("reproduce", "iwa", cwd=tmp_path)
    assert "isn't a time" in refused("reproduce", "iwae", "--budget", "soon", cwd=tmp_path)
