"""`zoo fit-prior`."""

import json
import re
import shutil

import numpy as np
import pytest

from tests.cli.command_line import TRAIN, contents, refused, zoo


def test_fit_prior_makes_a_run_of_its_own(workplace, tmp_path):
    runs = tmp_path / "runs"
    shutil.copytree(workplace[0] / "runs/vae-digits", runs / "vae-digits")
    before = contents(runs / "vae-digits")
    arguments = ("fit-prior", "runs/vae-digits", "--components", 3)
    said = zoo(*arguments, cwd=tmp_path).stdout
    assert "Next: zoo evaluate runs/vae-digits-mixture" in said
    assert re.search(r"the bound changes by \+\d+\.\d\d ± \d+\.\d\d nats\.\n", said)
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


@pytest.mark.long
def test_an_autoencoder_gets_a_prior_and_then_has_samples(tmp_path):
    train = ("train", "regularized_autoencoder", "--epochs", 1, "--latent-dim", 2, "--set", "filters=[4]")
    zoo(*train, "--data", "digits", "--out", "runs/rae", cwd=tmp_path)
    assert "no way to sample" in refused("sample", "runs/rae", cwd=tmp_path)
    said = zoo("fit-prior", "runs/rae", "--components", 2, cwd=tmp_path).stdout
    assert "the bound" not in said and "samples.png" in said
    zoo("sample", "runs/rae-mixture", "--n", 4, "--out", "samples.npy", cwd=tmp_path)
    assert np.load(tmp_path / "samples.npy").shape == (4, 8, 8, 1)
