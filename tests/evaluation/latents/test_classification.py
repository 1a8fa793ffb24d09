import io

import numpy as np
import pytest
from rich.console import Console

from zoo.errors import InputError
from zoo.evaluation.latents.classification import classification, error_rate, guesses, of_codes, of_images
from zoo.runs.card import describe
from zoo.runs.run import Run

SHAPE = (4, 4, 1)


def test_an_error_is_the_share_that_is_wrong_and_has_the_binomial_spread():
    rng = np.random.default_rng(0)
    found = [error_rate("e", rng.random(400) < 0.2, np.zeros(400, bool)) for _ in range(2000)]
    shares, errors = (np.array([each[name] for each in found]) for name in ("e", "e_se"))
    assert shares.mean() == pytest.approx(0.2, abs=0.002)
    assert errors.mean() == pytest.approx(shares.std(), rel=0.05)


def test_the_classifiers_find_what_is_there():
    """Two Gaussians four apart: the best that can be is Phi(-2) = 2.3 % wrong."""
    rng = np.random.default_rng(0)
    labels = np.arange(4000) % 2
    z = rng.normal(size=(4000, 3)) + np.array([4.0, 0, 0]) * labels[:, None]
    for fitted in (of_codes(z[:2000], labels[:2000]), of_images(z[:2000], labels[:2000])):
        assert error_rate("e", fitted.predict(z[2000:]), labels[2000:])["e"] == pytest.approx(0.0228, abs=0.012)


@pytest.fixture
def run(tmp_path):
    """Images whose first row says the label, but for one in four test images, of which some have none."""
    rng, parts = np.random.default_rng(0), {}
    for part, count in (("train", 90), ("val", 6), ("test", 40)):
        y = np.arange(count) % 3
        x = np.zeros([count, *SHAPE], "uint8")
        x[:, 1:] = rng.integers(0, 2, [count, 3, 4, 1]) * 255
        x[:, 0, :3, 0] = 255 * np.eye(3)[y]
        parts |= {f"x_{part}": x, f"y_{part}": y}
    wrong = np.arange(40) % 4 == 0
    parts["y_test"] = np.where(wrong, (parts["y_test"] + 1) % 3, parts["y_test"])
    parts["y_test"][:8] = -1
    np.savez(tmp_path / "rows.npz", **parts)

    def run(model, **arguments):
        source = {"name": str(tmp_path / "rows.npz")}
        return Run(tmp_path / model, describe(model, arguments, source, labelled=60, seed=1)[0])

    return run


def judged(run, model):
    return classification(run, model, 1000, 0, Console(file=io.StringIO())).figures


def test_all_are_judged_by_the_labels_that_there_are_and_told_the_same(run):
    """The classifier is made right: what is wrong then are the test images whose label was changed, 8 of 32."""
    opened = run("m2", latent_dim=2, units=[8])
    model = opened.card.build()
    first = model.posterior.classifier.layers[-1]
    first.set_weights([20 * np.eye(16)[:, :8], np.zeros(8)])
    model.posterior.logits.set_weights([np.eye(8)[:, :3], np.zeros(3)])
    found = judged(opened, model)
    assert found["error"] == 0.25 and found["error_se"] == pytest.approx(np.sqrt(0.25 * 0.75 / 32))
    assert (found["labelled"], found["num_examples"]) == (60, 32)
    assert found["alone_error"] == pytest.approx(0.25, abs=0.1) and "codes_error" not in found
    x = np.asarray(opened.splits.test.images)
    assert np.array_equal(guesses(model, x), x[:, 0, :3, 0].argmax(1))


def test_a_model_without_labels_is_judged_by_its_codes(run):
    opened = run("m1", latent_dim=3, units=[16])
    model = opened.card.build()
    model.posterior.encoder.layers[-1].set_weights([20 * np.eye(16), np.zeros(16)])
    model.posterior.head.set_weights([np.eye(16, 6), np.zeros(6)])
    found = judged(opened, model)
    assert found["codes_error"] == 0.25 and "error" not in found


def test_data_without_labels_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.random.default_rng(0).random([30, *SHAPE]) < 0.5)
    card, _ = describe("m1", {"latent_dim": 2, "units": [4]}, {"name": str(tmp_path / "a.npy")})
    with pytest.raises(InputError, match="has no labels to judge a classification by"):
        judged(Run(tmp_path, card), card.build())
