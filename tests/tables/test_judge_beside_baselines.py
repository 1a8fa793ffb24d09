"""The judgement beside baselines: the best of them, with the signs that tables have."""

import pytest
from rich.console import Console

from zoo.evaluation.likelihood.baselines import baselines
from zoo.runs.card import describe
from zoo.runs.run import Run
from zoo.tables.judge_beside_baselines import judge_beside_baselines


@pytest.mark.long
def test_the_best_baseline_stands_beside_the_model(tmp_path):
    arguments = {"latent_dim": 2, "filters": [4], "likelihood": "discretized_logistic"}
    run = Run.begin(tmp_path / "run", *describe("conv_vae", arguments, {"name": "digits"}))
    model, _ = run.train(1)
    found = judge_beside_baselines(run, 10, 30, Console(quiet=True))
    others = baselines(model, run.train_batches(), run.validation_batches(), run.test_batches())
    assert len(others) == 3
    kept = run.card.scores["baselines"]
    best = max(kept, key=lambda name: kept[name]["log_px"])
    assert found["baseline"] == best.replace("_", " ")
    assert found["baseline_nll"] == -kept[best]["log_px"]
    assert found["gain"] == pytest.approx(found["baseline_nll"] - found["nll"], abs=1e-6)
    bits = found["baseline_bits_per_dim"] - found["bits_per_dim"]
    assert found["gain_bits_per_dim"] == pytest.approx(bits, abs=1e-9)
    assert found["nll"] == -found["log_px"] and found["nll_se"] > 0
