import functools

import keras
import numpy as np
import pytest

from tests.labelled_gaussian import LABELS, LabelledLinear
from zoo.errors import InputError
from zoo.objectives.classified_elbo import classified_elbo
from zoo.objectives.labelled_elbo import labelled_elbo
from zoo.random import key


@pytest.fixture(scope="module")
def model():
    return LabelledLinear(classified=True)


def same_noise(model, objective, y):
    """An objective's value of images and labels, from the same draws each time."""
    model.vae.seed_generator.state.assign(keras.ops.convert_to_tensor([3, 0], model.vae.seed_generator.state.dtype))
    return np.asarray(objective(model.vae, {"image": model.x, "label": y})[0])


def probabilities(model):
    """q(y|x) by its definition, `[B, K]`, in float64."""
    logits = model.x.reshape(6, 3) @ np.asarray(model.vae.posterior.logits.kernel, "float64")
    logits = logits + np.asarray(model.vae.posterior.logits.bias)
    odds = np.exp(logits - logits.max(1, keepdims=True))
    return odds / odds.sum(1, keepdims=True)


@pytest.mark.parametrize("known", ["all", "some", "none"])
def test_a_known_label_counts_by_its_weight_and_a_missing_one_not_at_all(model, known):
    y = model.labels(known)
    more = same_noise(model, functools.partial(classified_elbo, weight=7.0), y) - same_noise(model, labelled_elbo, y)
    guess = np.log(np.take_along_axis(probabilities(model), np.maximum(y, 0)[:, None], 1)[:, 0])
    assert np.allclose(more, np.where(y >= 0, 7.0 * guess, 0.0), atol=1e-4)
    assert guess.min() < -0.5, "the test sees nothing"


def test_without_labels_it_is_the_unlabelled_bound(model):
    x = {"image": model.x, "label": model.labels("none")}
    model.vae.seed_generator.state.assign(keras.ops.convert_to_tensor([3, 0], model.vae.seed_generator.state.dtype))
    alone = np.asarray(classified_elbo(model.vae, model.x, weight=7.0)[0])
    assert np.allclose(alone, same_noise(model, labelled_elbo, x["label"]), atol=1e-5)


def test_the_unlabelled_bound_is_the_mean_of_the_labelled_ones_and_the_entropy(model):
    """U(x) = E_q(y|x)[L(x, y)] + H(q(y|x)), by hand."""
    each = []
    for y in range(LABELS):
        found = model.vae.log_densities({"image": model.x, "label": np.full(6, y, "int32")}, 20_000, key(5))
        each.append(np.asarray(found.log_likelihood - found.kl))
    q = probabilities(model)
    expected = (q * np.stack(each, 1)).sum(1) - (q * np.log(q)).sum(1)
    found = classified_elbo(model.vae, {"image": model.x, "label": model.labels("none")}, num_samples=20_000)[0]
    assert np.allclose(found, expected, atol=0.05)


def bias_step(vae, x, y):
    """What a step of gradient ascent adds to the classifier's bias: the gradient of the batch's mean."""
    bias = vae.posterior.logits.bias
    before = np.array(bias)
    vae.compile(keras.optimizers.SGD(1.0), run_eagerly=keras.backend.backend() == "tensorflow")
    vae.train_on_batch(x, y)
    after = np.array(bias)
    bias.assign(before)
    return after - before


def test_a_known_label_teaches_the_classifier_by_its_weight_alone():
    """L(x, y) says nothing of q(y|x): the gradient is that of the cross-entropy, which can reach 0."""
    model = LabelledLinear(classified=True)
    weights = model.vae.get_weights()
    for weight in (1.0, 7.0):
        vae = model.vae.replace(objective=functools.partial(classified_elbo, weight=weight))
        vae.set_weights(weights)
        expected = weight * (np.eye(LABELS)[model.y] - probabilities(model)).mean(0)
        assert np.allclose(bias_step(vae, model.x, model.labels("all")), expected, atol=1e-4)
    vae = model.vae.replace(objective=labelled_elbo)
    vae.set_weights(weights)
    assert np.allclose(bias_step(vae, model.x, model.labels("all")), 0.0, atol=1e-6)


def test_sure_and_right_costs_nothing(model):
    other = LabelledLinear(classified=True)
    other.vae.posterior.logits.set_weights([np.zeros([3, LABELS]), np.array([10.0, 0.0, 0.0])])
    y = np.zeros(6, "int32")
    cost = same_noise(other, labelled_elbo, y) - same_noise(other, functools.partial(classified_elbo, weight=1000.0), y)
    assert np.allclose(cost, 1000 * 9.0796e-5, atol=2e-3)


def test_a_weight_that_can_not_be_is_refused(model):
    with pytest.raises(InputError, match=r"weight is 0\.0"):
        classified_elbo(model.vae, model.x, weight=0.0)


def test_with_exact_codes_it_is_enumeration():
    """L(x, y) is log p(x, y) then, whatever is drawn: the sum over labels is exact to rounding."""
    model = LabelledLinear(classified=True)
    model.make_exact()
    joint, q = model.log_pxy(), probabilities(model)
    for known in ("all", "some", "none"):
        y = model.labels(known)
        of_known = np.take_along_axis(joint + 7.0 * np.log(q), np.maximum(y, 0)[:, None], 1)[:, 0]
        expected = np.where(y >= 0, of_known, (q * (joint - np.log(q))).sum(1))
        found = classified_elbo(model.vae, {"image": model.x, "label": y}, weight=7.0, num_samples=20_000)[0]
        assert np.allclose(found, expected, atol=0.03)
