import numpy as np
import pytest

from tests.labelled_gaussian import LABELS, LabelledLinear
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.labelled_gaussian import LabelledGaussian
from zoo.random import center, key


@pytest.fixture(scope="module", params=[False, True], ids=["blind", "classified"])
def model(request):
    return LabelledLinear(request.param)


def check_weights(log_weight, log_p):
    """Whether the weights' mean is p, within its error."""
    ratio = np.exp(np.asarray(log_weight, "float64") - log_p)
    error = ratio.std(axis=0) / np.sqrt(len(ratio))
    assert (error < 0.05).all(), "the test sees nothing"
    assert (np.abs(ratio.mean(axis=0) - 1) < 4.5 * error).all()


@pytest.mark.parametrize("known", ["all", "some", "none"])
def test_draws_are_properly_weighted_with_and_without_labels(model, known):
    y = model.labels(known)
    densities = model.vae.log_densities({"image": model.x, "label": y}, 40_000, seed=key(3))
    check_weights(densities.log_weight, model.log_p(y))
    labels = np.asarray(densities.z)[..., :LABELS].argmax(-1)
    assert (labels[:, y >= 0] == y[y >= 0]).all()
    if known == "none":
        alone = model.vae.log_densities(model.x, 40_000, seed=key(3))
        assert np.allclose(alone.log_weight, densities.log_weight, atol=1e-5)


def test_all_labels_at_once_are_one_pass(model):
    every = np.tile(np.arange(LABELS)[:, None], (1, len(model.x))).astype("int32")
    densities = model.vae.log_densities({"image": model.x, "label": every}, 20_000, seed=key(4))
    assert tuple(densities.log_weight.shape) == (20_000, LABELS, len(model.x))
    check_weights(densities.log_weight, model.log_pxy().T)


def test_a_missing_labels_place_is_taken_by_the_likeliest(model):
    found = np.asarray(center(model.vae.infer(model.x)))
    if model.vae.posterior.classifier is None:
        means = [
            np.asarray(center(model.vae.infer({"image": model.x, "label": np.full(len(model.x), y)})))
            for y in range(LABELS)
        ]
        scores = np.stack([np.sum(model.vae.log_joint(model.x, z), axis=0) for z in means], axis=1)
    else:
        scores = np.asarray(model.vae.infer_label(model.x).probabilities())
    assert np.array_equal(found[:, :LABELS], np.eye(LABELS)[scores.argmax(1)])
    known = np.asarray(center(model.vae.infer({"image": model.x, "label": model.labels("some")})))
    assert np.array_equal(known[1::2, :LABELS].argmax(1), model.y[1::2])
    assert np.allclose(known[::2], found[::2], atol=1e-6)
    assert model.vae.posterior.reparameterized is (model.vae.posterior.classifier is None)


@pytest.mark.parametrize("given", [{"labels": 0}, {"latent_dim": 0}, {"units": -1}])
def test_what_can_not_be_built_is_refused(given):
    with pytest.raises(InputError, match=f"{next(iter(given))} is"):
        LabelledGaussian(mlp_encoder((2, 2, 1)), **{"latent_dim": 2, "labels": 3} | given)
