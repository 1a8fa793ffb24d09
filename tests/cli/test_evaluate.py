"""`zoo evaluate`."""

import json
import shutil

import numpy as np
import pytest

from tests.cli.command_line import TRAIN, contents, explained, refused, zoo
from zoo.cli.figures import in_a_sentence, where_it_loses


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
        "pareto_k",
        "collapsed",
        "doubtful",
        "active_units",
        "num_samples",
        "num_examples",
        "baselines",
    }
    assert set(results) == expected
    assert results["num_examples"] == 360 and results["num_samples"] == 5
    assert results["elbo"] == pytest.approx(results["log_likelihood"] - results["kl"])
    assert results["log_px"] >= results["elbo"]
    printed = outputs["evaluate"].stdout
    assert f"{results['log_px']:.4f}" in printed
    # The sentence comes first. Five samples can't say how far the bound is from log p(x).
    first = f"-log p(x) is at most {-results['log_px']:.2f} ± {results['log_px_se']:.2f} nats; for 100 % of the images"
    assert "zoo judge runs/vae-digits ais says by how much." in printed
    assert 0 <= printed.find(first) < printed.find("log_px ")


@pytest.mark.long
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
    assert lines[0] == "example,log_px_1,log_px_4,elbo,log_likelihood,kl,ess,monte_carlo_se,pareto_k"
    mean = np.mean([float(line.split(",")[2]) for line in lines[1:]])
    assert len(lines) == 31 and f"{mean:.4f}" in printed
    # The images' own numbers: they are chosen at random.
    assert int(lines[-1].split(",")[0]) > 100
    assert "is there already" in refused(*ask, cwd=tmp_path)
    # Before the work, not after it.
    assert "can't write to /proc" in refused(*ask[:-1], "/proc/each.csv", cwd=tmp_path)


def test_evaluates_figures_are_explained(workplace):
    assert all(explained(name) for name in json.loads((workplace[0] / "runs/vae-digits/evaluation.json").read_text()))


def test_baselines_are_printed_as_they_are_written(workplace):
    folder, outputs = workplace
    results = json.loads((folder / "runs/vae-digits/evaluation.json").read_text())
    printed = outputs["evaluate"].stdout
    assert results["baselines"].keys() == {"independent_pixels", "bernoulli_mixture"}
    for name, figures in results["baselines"].items():
        line = next(line for line in printed.splitlines() if line.split()[:1] == [name])
        assert f"{figures['log_px']:.4f} ± {figures['log_px_se']:.4f}" in line
        assert f"{figures['gain']:.4f} ± {figures['gain_se']:.4f}" in line
        assert all(explained(key) for key in figures)
    assert f"{results['baselines']['bernoulli_mixture']['components']} components" in printed
    # After two epochs of a small model they are ahead, as it says after the figures.
    assert (
        printed.find("The model loses to a mixture of") > printed.find("independent_pixels") > printed.find("log_px ")
    )
    card = json.loads((folder / "runs/vae-digits/card.json").read_text())
    assert card["scores"] == results | {"epochs": 2}


def test_baselines_are_left_out_on_request(workplace, tmp_path):
    shutil.copytree(workplace[0] / "runs/vae-digits", tmp_path / "run")
    ask = ("evaluate", "run", "--samples", 5, "--no-baselines")
    done = zoo(*ask, cwd=tmp_path).stdout
    assert "stays" in done and "independent_pixels" not in done and "loses" not in done
    zoo(*ask, "--overwrite", cwd=tmp_path)
    assert "baselines" not in json.loads((tmp_path / "run/evaluation.json").read_text())


FACTORS = {"gain": -20.0, "gain_se": 0.5, "factors": 32}


@pytest.mark.parametrize(
    ("baselines", "sentence"),
    [
        ({}, None),
        ({"factor_analysis": FACTORS}, "The model loses to factor analysis with 32 factors by 20.00 ± 0.50 nats: tr"),
        ({"factor_analysis": FACTORS | {"gain_se": 9.9}}, "with 32 factors by 20.00 ± 9.90 nats: train it longer, or"),
        # Not clearly, and not known how clearly.
        ({"factor_analysis": FACTORS | {"gain_se": 10.1}}, None),
        ({"factor_analysis": FACTORS | {"gain_se": None}}, None),
        ({"factor_analysis": FACTORS | {"gain": 20.0}}, None),
        # The furthest of those that are clearly ahead.
        (
            {
                "independent_pixels": {"gain": -30.0, "gain_se": 40.0},
                "factor_analysis": FACTORS,
                "probabilistic_pca": FACTORS | {"gain": -25.0, "factors": 8},
            },
            "loses to probabilistic PCA with 8 factors by 25.00",
        ),
        (
            {"bernoulli_mixture": {"gain": -3.0, "gain_se": 1, "components": 50}},
            "loses to a mixture of 50 Bernoullis by",
        ),
        ({"independent_pixels": {"gain": -3.0, "gain_se": 1.0}}, "loses to independent pixels by 3.00 ± 1.00 nats"),
        (
            {"factor_analysis": FACTORS | {"gain_bits_per_dim": -0.1234, "gain_bits_per_dim_se": 0.0111}},
            "with 32 factors by 0.123 ± 0.011 bits per dimension: train it longer",
        ),
    ],
)
def test_a_sentence_says_where_the_model_loses(baselines, sentence):
    said = where_it_loses(baselines)
    assert said is None if sentence is None else sentence in said


FOUND = {"log_px": -83.01, "log_px_se": 0.21, "collapsed": 34, "num_examples": 100}
AIS = {"log_px": -82.2, "log_px_se": 2.0, "collapsed": 0, "num_examples": 20, "gain": 0.4123, "gain_se": 0.05}


@pytest.mark.parametrize(
    ("results", "ais", "sentence"),
    [
        ({"collapsed": 0}, None, "-log p(x) is 83.01 ± 0.21 nats."),
        ({"collapsed": 0}, AIS, "-log p(x) is 83.01 ± 0.21 nats."),
        ({"collapsed": 0, "doubtful": 3}, None, "x) is 83.01 ± 0.21 nats; for 3 % of the images it may be lower. zoo"),
        ({"collapsed": 1, "num_examples": 999}, None, "is 83.01 ± 0.21 nats; for fewer than 1 % of the images it may"),
        (
            {},
            None,
            "at most 83.01 ± 0.21 nats; for 34 % of the images it may be lower. zoo judge R ais says by how much.",
        ),
        ({"collapsed": None, "log_px_se": None}, None, "at most 83.01 nats; for 100 % of the images it may be lower."),
        (
            {},
            AIS,
            "Annealed importance sampling of 20 images says 82.20 ± 2.00 nats, 0.41 ± 0.05 lower than importance",
        ),
        ({}, AIS | {"collapsed": 2}, "importance sampling of 20 images says at most 82.20 ± 2.00 nats, 0.41"),
        # Of few temperatures it is the worse bound.
        (
            {},
            AIS | {"gain": -0.2},
            "82.20 ± 2.00 nats, 0.20 ± 0.05 higher than importance sampling of the same",
        ),
        ({}, {key: AIS[key] for key in FOUND}, "importance sampling of 20 images says 82.20 ± 2.00 nats."),
        ({"bits_per_dim": 3.3022, "bits_per_dim_se": 0.0094}, None, ", or 3.302 ± 0.009 bits per dimension; for 34 %"),
    ],
)
def test_the_sentence_says_what_the_figure_is_worth(results, ais, sentence):
    assert sentence in in_a_sentence(FOUND | results, "R", ais)


@pytest.mark.long
def test_what_ais_found_stands_beside_the_figure(workplace, tmp_path):
    shutil.copytree(workplace[0] / "runs/vae-digits", tmp_path / "run")
    zoo("judge", "run", "ais", "--examples", 2, "--temperatures", 2, "--chains", 2, cwd=tmp_path)
    ask = ("evaluate", "run", "--samples", 5, "--limit", 5, "--overwrite")
    assert "Annealed importance sampling of 2 images says" in zoo(*ask, cwd=tmp_path).stdout
    # Not where it is of the model before it was trained on.
    old = json.loads((tmp_path / "run/ais.json").read_text()) | {"epochs": 1}
    (tmp_path / "run/ais.json").write_text(json.dumps(old))
    assert "zoo judge run ais says by how much" in zoo(*ask, cwd=tmp_path).stdout
