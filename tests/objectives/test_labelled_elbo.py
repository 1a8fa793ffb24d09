import functools

import keras
import numpy as np
import pytest

from tests.labelled_gaussian import LABELS, SHAPE, LabelledLinear
from zoo.errors import InputError
from zoo.objectives.labelled_elbo import labelled_elbo
from zoo.random import key


@pytest.fixture(scope="module", params=[False, True], ids=["blind", "classified"])
def model(request):
    return LabelledLinear(request.param)


def bounds_of_labels(model, draws=20_000):
    """L(x, y) for each y, `[B, K]`, from the labels one after the other."""
    found = []
    for y in range(LABELS):
        densities = model.vae.log_densities({"image": model.x, "label": np.full(6, y, "int32")}, draws, key(5))
        found.append(np.asarray(densities.log_likelihood - densities.kl))
    return np.stack(found, axis=1)


def by_enumeration(model, y):
    """The bound by its definition, and its gradient in the logits of q(y|x), `[B, K]`."""
    each, q = bounds_of_labels(model), np.asarray(model.vae.infer_label(model.x).probabilities())
    inner = each - np.log(q)
    unknown = (q * inner).sum(1)
    value = np.where(y >= 0, np.take_along_axis(each, np.maximum(y, 0)[:, None], 1)[:, 0], unknown)
    return value, np.where(y[:, None] >= 0, 0.0, q * (inner - unknown[:, None]))


@pytest.mark.parametrize("known", ["all", "some", "none"])
def test_it_is_the_sum_over_what_the_label_may_be(model, known):
    y = model.labels(known)
    expected, _ = by_enumeration(model, y)
    found, densities = labelled_elbo(model.vae, {"image": model.x, "label": y}, num_samples=20_000)
    assert np.allclose(found, expected, atol=0.05)
    assert (np.asarray(found) < model.log_p(y) + 0.02).all(), "no lower bound"
    assert np.allclose(densities.log_likelihood - densities.kl, found, atol=1e-4)
    assert np.allclose(np.mean(densities.log_weight, axis=0), found, atol=0.05), "in closed form, and by the draws"
    if known == "none":
        alone, _ = labelled_elbo(model.vae, model.x, num_samples=20_000)
        assert np.allclose(alone, expected, atol=0.05)


def test_the_gradient_of_the_labels_chances_is_that_of_the_sum():
    """One step of gradient descent, against enumeration. A draw of the label would have no gradient."""
    model = LabelledLinear(classified=True)
    vae = model.vae.replace(objective=functools.partial(labelled_elbo, num_samples=20_000))
    y = model.labels("some")
    _, gradient = by_enumeration(model, y)
    bias = vae.posterior.logits.bias
    before = np.array(bias)
    vae.compile(keras.optimizers.SGD(1.0), run_eagerly=keras.backend.backend() == "tensorflow")
    vae.train_on_batch(model.x, y)
    assert np.allclose(np.array(bias) - before, gradient.mean(0), atol=0.01)
    assert np.abs(gradient.mean(0)).max() > 0.05, "the test sees nothing"


def test_networks_that_do_not_look_at_the_label_have_the_plain_bound(model):
    """U(x) is the plain ELBO less KL(q(y|x) || 1/K), L(x, y) the plain one less log K: on the same noise, none here."""
    other = LabelledLinear(model.vae.posterior.classifier is not None)
    decoder = other.vae.likelihood.decoder.layers[0]
    decoder.set_weights([np.zeros([LABELS + 1, 3]), np.ones(3)])
    label = other.vae.posterior.by_label
    label.set_weights([np.zeros(each.shape) for each in label.get_weights()])
    plain = other.vae.log_densities({"image": other.x, "label": other.y.astype("int32")}, 1, key(0))
    plain = np.asarray(plain.log_likelihood - plain.kl) + np.log(LABELS)
    for known in ("all", "some", "none"):
        y = other.labels(known)
        q = np.asarray(other.vae.infer_label(other.x).probabilities())
        charge = np.where(y >= 0, np.log(LABELS), (q * np.log(q * LABELS)).sum(1))
        found, _ = labelled_elbo(other.vae, {"image": other.x, "label": y})
        assert np.allclose(found, plain - charge, atol=1e-4)


def test_dropout_and_batch_normalization_train_on_it():
    def network(inputs, outputs, shape):
        layers = [keras.layers.Flatten(), keras.layers.BatchNormalization(), keras.layers.Dropout(0.5)]
        return keras.Sequential(
            [keras.Input(inputs), *layers, keras.layers.Dense(outputs), keras.layers.Reshape(shape)]
        )

    model = LabelledLinear()
    posterior = type(model.vae.posterior)(network(SHAPE, 4, (4,)), 1, LABELS)
    vae = model.vae.replace(posterior=posterior)
    vae.compile("adam", jit_compile=False if keras.backend.backend() == "tensorflow" else "auto")
    for known in ("all", "some"):
        history = vae.fit(model.x, model.labels(known), batch_size=3, verbose=0).history
        assert np.isfinite(history["loss"]).all()


def test_a_number_of_draws_that_can_not_be_is_refused(model):
    with pytest.raises(InputError, match="num_samples is 0"):
        labelled_elbo(model.vae, model.x, num_samples=0)
