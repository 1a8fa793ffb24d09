"""The judgement by Frechet distances: of reconstructions, and of samples from N(0, I) and from a fitted mixture."""

import numpy as np
import pytest
from rich.console import Console

from zoo.evaluation.samples.features import features
from zoo.evaluation.samples.frechet import frechet_distance
from zoo.networks.classifier import classifier
from zoo.runs.card import describe
from zoo.runs.run import Run
from zoo.tables.judge_by_frechet_distance import judge_by_frechet_distance


@pytest.mark.long
def test_the_mixture_is_where_the_codes_are_and_the_normal_isnt(tmp_path):
    arguments = {"latent_dim": 4, "filters": [8]}
    run = Run.begin(tmp_path / "run", *describe("autoencoder", arguments, {"name": "digits"}, learning_rate=1e-2))
    model, _ = run.train(80)
    found = judge_by_frechet_distance(run, None, 200, Console(quiet=True))
    assert found["num_examples"] == 200 and all(found[f"{name}_se"] > 0 for name in ("reconstruction", "normal"))
    network, test = classifier("digits"), run.splits.test.images
    every = judge_by_frechet_distance(run, None, None, Console(quiet=True))
    error = np.hypot(every["normal_se"], every["mixture_se"])
    assert every["mixture"] < every["normal"] - 2 * error
    reconstructed = np.asarray(model.reconstruct(np.asarray(test)))
    of_test, of_reconstructions = (features(network, x)[0] for x in (np.asarray(test), reconstructed))
    expected = frechet_distance(of_test, of_reconstructions)["distance"]
    assert every["reconstruction"] == pytest.approx(expected, rel=1e-3)
