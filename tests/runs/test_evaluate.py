import msgspec
import numpy as np
import pytest
from rich.console import Console
from scipy.stats import bernoulli

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


def test_baselines_have_the_training_images_and_the_test_images_that_the_model_is_judged_on(tmp_path):
    """Grey digits are drawn: SciPy's independent pixels of the run's own batches, and the difference image by image."""
    card, _ = describe("vae", {"latent_dim": 2, "units": [8]}, {"name": "digits"})
    run = Run.begin(tmp_path / "run", card)
    run.train(1)
    result = evaluate_run(run, 3, 0, 40, Console(quiet=True), True)
    flat = lambda batches: np.concatenate([np.asarray(x).reshape(len(x), -1) for x in batches])  # noqa: E731
    train, test = flat(run.train_batches()), flat(run.test_batches(subset(run.splits.test.images, 40)))
    assert set(np.unique(test)) == {0, 1}
    expected = bernoulli.logpmf(test, (1 + train.sum(axis=0)) / (2 + len(train))).sum(axis=1)
    pixels = result.figures["baselines"]["independent_pixels"]
    assert pixels["log_px"] == pytest.approx(expected.mean())
    assert pixels["log_px_se"] == pytest.approx(expected.std(ddof=1) / np.sqrt(40))
    gain = result.estimate.log_px - expected
    assert pixels["gain"] == pytest.approx(gain.mean())
    assert pixels["gain_se"] == pytest.approx(gain.std(ddof=1) / np.sqrt(40))
    mixture = result.figures["baselines"]["bernoulli_mixture"]
    assert mixture["components"] in (10, 50, 200) and mixture["log_px"] > pixels["log_px"]
    # The model's own figures are those without.
    alone = evaluate_run(run, 3, 0, 40, Console(quiet=True)).figures
    assert alone == {name: value for name, value in result.figures.items() if name != "baselines"}
    assert keep_evaluation(run, result.figures)
    assert Run.open(run.folder).card.scores["baselines"] == result.figures["baselines"]


def test_8_bit_pixels_have_baselines_in_bits(tmp_path):
    card, _ = describe("vae", {"latent_dim": 2, "units": [8], "likelihood": "discretized_logistic"}, {"name": "digits"})
    run = Run.begin(tmp_path / "run", card)
    run.train(1)
    figures = evaluate_run(run, 3, 0, 40, Console(quiet=True), True).figures
    for each in figures["baselines"].values():
        assert each["bits_per_dim"] == pytest.approx(-each["log_px"] / (64 * np.log(2)))
        assert each["gain_bits_per_dim"] == pytest.approx(each["bits_per_dim"] - figures["bits_per_dim"])
    assert [each.get("bound") for each in figures["baselines"].values()] == [None, True, True]


def test_an_evaluation_without_baselines_does_not_replace_one_with_them_unless_it_is_fuller(run):
    besides = found(10) | {"baselines": {"independent_pixels": {"log_px": -30.0}}}
    assert keep_evaluation(run, besides)
    assert not keep_evaluation(run, found(10))
    assert Run.open(run.folder).card.scores == besides | {"epochs": 3}
    assert keep_evaluation(run, besides)
    assert keep_evaluation(run, found(11))


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


def test_codes_of_whole_numbers_are_judged_by_a_bound_that_says_so(tmp_path):
    card, _ = describe("fsq_vae", {"filters": [4], "channel_levels": [3, 2], "prior_filters": 4}, {"name": "digits"})
    run = Run.begin(tmp_path / "run", card)
    model, _ = run.train(1)
    found = evaluate_run(run, 10, 0, 20, Console(quiet=True))
    images = np.concatenate([np.asarray(x) for x in run.test_batches(subset(run.splits.test.images, 20))])
    bounds = -sum(map(np.asarray, model.log_joint(images, model.encode(images))))
    assert found.figures["nll_bound"] == pytest.approx(bounds.mean(), rel=1e-4)
    assert found.figures["nll_bound_se"] == pytest.approx(np.std(bounds, ddof=1) / np.sqrt(20), rel=1e-4)
    assert found.figures["num_examples"] == 20 and "log_px" not in found.figures
    assert found.estimate is None and "a bound from one code, no estimate" in found.note
