import msgspec
import numpy as np
import pytest
from rich.console import Console

from zoo.evaluation.subset import subset
from zoo.files.saving import read_json
from zoo.runs.card import describe
from zoo.runs.evaluate import evaluate_run, keep_evaluation
from zoo.runs.run import Run


@pytest.fixture
def run(tmp_path):
    card, _ = describe("vae", {}, {"name": "digits"})
    return Run.begin(tmp_path / "run", msgspec.structs.replace(card, epochs=3))


def test_an_autoencoders_loss_is_kerass_with_the_error_of_its_mean(tmp_path):
    card, _ = describe("autoencoder", {"filters": [4]}, {"name": "digits"})
    run = Run.begin(tmp_path / "run", card)
    model, _ = run.train(1)
    results = evaluate_run(run, None, 0, 20, Console(quiet=True)).figures
    images = np.concatenate([np.asarray(x) for x in run.test_batches(subset(run.splits.test.images, 20))])
    # Of a batch of one Keras's loss is the image's own.
    losses = [model.evaluate(image[None], verbose=0) for image in images]
    assert results == {
        "loss": pytest.approx(np.mean(losses), rel=1e-4),
        "loss_se": pytest.approx(np.std(losses, ddof=1) / np.sqrt(20), rel=1e-4),
        "num_examples": 20,
    }


def found(num_samples, log_px=-20.0):
    return {"log_px": log_px, "num_samples": num_samples, "num_examples": 10}


def test_what_another_process_found_from_more_samples_meanwhile_stays(run):
    assert keep_evaluation(Run.open(run.folder), found(100))
    assert not keep_evaluation(run, found(10, -21.0))
    assert read_json(run.folder / "evaluation.json")["log_px"] == -20.0
    assert keep_evaluation(run, found(10, -21.0), overwrite=True)
    assert read_json(run.folder / "evaluation.json")["log_px"] == -21.0


def test_what_was_found_of_the_model_before_is_replaced(run):
    keep_evaluation(run, found(100))
    run.write_card(epochs=4)
    assert keep_evaluation(run, found(10))
    assert Run.open(run.folder).card.scores == found(10) | {"epochs": 4}
