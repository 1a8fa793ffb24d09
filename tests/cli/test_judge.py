"""`zoo judge`."""

import json
import shutil

import pytest

from tests.cli.command_line import explained, refused, zoo
from zoo.evaluation.likelihood.importance import importance_sampling
from zoo.evaluation.subset import subset
from zoo.runs.run import Run

SHORT = {
    "ais": ("--temperatures", 4, "--chains", 8),
    "gaps": ("--temperatures", 4, "--chains", 8, "--steps", 4, "--samples", 150),
    "terms": (),
    "quality": ("--pixels",),
    "neighbours": (),
    "latents": ("--seed", 2**32),
    "classification": (),
}


@pytest.mark.long
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


@pytest.mark.long
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
        assert found[split]["elbo"] == pytest.approx(expected.elbo.mean(), abs=0.1)
        assert found[split]["split"] == split
    # Those of the other images would be further off than that.
    assert abs(found["test"]["elbo"] - found["train"]["elbo"]) > 0.2


def test_a_pretrained_models_neighbours_are_written_where_it_is_said(tmp_path):
    printed = zoo("judge", "digits-iaf-mixture", "neighbours", "--examples", 30, cwd=tmp_path).stdout
    assert "--out FOLDER" in printed
    ask = ("judge", "digits-iaf-mixture", "neighbours", "--examples", 30, "--out")
    assert "here/neighbours.png" in zoo(*ask, "here", cwd=tmp_path).stdout
    # Before an hour's work.
    assert "can't write to /proc/x" in refused(*ask, "/proc/x", cwd=tmp_path)
    assert sorted(path.name for path in (tmp_path / "here").iterdir()) == ["neighbours.json", "neighbours.png"]


def test_a_mixture_priors_components_are_judged_as_clusters(tmp_path):
    printed = zoo("judge", "digits-iaf-mixture", "latents", "--examples", 100, cwd=tmp_path).stdout
    assert "prior_accuracy" in printed and "is pretrained: nothing is written" in printed


def test_clusters_are_judged_by_labels_that_they_have_not_seen(tmp_path):
    ask = ("judge", "digits-iaf-mixture", "clusters", "--examples", 100, "--samples", 3)
    printed = zoo(*ask, "--out", "here", cwd=tmp_path).stdout
    found = json.loads((tmp_path / "here/clusters.json").read_text())
    # Better than chance by far: a tenth of the digits would be.
    assert found["accuracy"] > 0.3 and found["nmi"] > 0.3 and found["num_examples"] == 100
    assert 2 < found["clusters_used"] <= 10 and 0.5 < found["information"] < 2.303
    assert {f"{name}_se" for name in ("accuracy", "majority", "nmi", "information")} <= found.keys()
    assert "accuracy" in printed
    said = refused("judge", "mnist-conv", "clusters", cwd=tmp_path)
    assert "has no prior of components, which zoo judge clusters needs" in said


def test_judge_refuses_what_has_no_density(tmp_path):
    zoo("train", "autoencoder", "--epochs", 1, "--set", "filters=[4]", cwd=tmp_path)
    said = refused("judge", "runs/autoencoder-digits", "ais", cwd=tmp_path)
    assert "gives images no density, which zoo judge ais needs" in said
