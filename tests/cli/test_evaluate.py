"""`zoo evaluate`."""

import json

import numpy as np
import pytest

from tests.cli.command_line import TRAIN, contents, explained, refused, zoo


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


def test_a_fuller_evaluation_stays(tmp_path):
    zoo(*TRAIN, cwd=tmp_path)
    zoo("evaluate", "runs/vae-digits", "--samples", "4", cwd=tmp_path)
    before = contents(tmp_path)
    done = zoo("evaluate", "runs/vae-digits", "--samples", "4", "--limit", 1, cwd=tmp_path)
    assert "± unknown" in done.stdout and "stays" in done.stdout
    assert contents(tmp_path) == before
    zoo("evaluate", "runs/vae-digits", "--samples", "4", "--limit", 1, "--overwrite", cwd=tmp_path)
    assert json.loads((tmp_path / "runs/vae-digits/evaluation.json").read_text())["log_px_se"] is None


def test_an_autoencoder_has_a_loss_and_no_samples(tmp_path):
    zoo("train", "autoencoder", "--epochs", "1", cwd=tmp_path)
    zoo("evaluate", "runs/autoencoder-digits", cwd=tmp_path)
    results = json.loads((tmp_path / "runs/autoencoder-digits/evaluation.json").read_text())
    assert set(results) == {"loss", "loss_se", "num_examples"}
    assert "no way to sample" in refused("sample", "runs/autoencoder-digits", cwd=tmp_path)


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
    # Before the work, not after it.
    assert "can't write to /proc" in refused(*ask[:-1], "/proc/each.csv", cwd=tmp_path)


def test_evaluates_figures_are_explained(workplace):
    assert all(explained(name) for name in json.loads((workplace[0] / "runs/vae-digits/evaluation.json").read_text()))
