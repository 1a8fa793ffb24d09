"""Against central differences of the enumerated ELBO, and what theory says of the estimators' variances."""

from functools import partial

import numpy as np
import pytest

import zoo
from tests.binary_latents import BinaryLatents
from zoo.errors import InputError
from zoo.evaluation.likelihood.gradient_variance import (
    estimators,
    exact_gradient,
    gradient_variance,
    save_gradients,
    teach,
)
from zoo.objectives.disarm import disarm
from zoo.objectives.gumbel_softmax import gumbel_softmax
from zoo.objectives.score_function import score_function


@pytest.fixture(scope="module")
def model():
    return BinaryLatents()


def test_the_exact_gradient_is_that_of_the_enumerated_elbo(model):
    """The logits are the encoder's bias and more, and so have its gradient."""
    assert np.allclose(exact_gradient(model.vae, model.x)[0], model.gradient(1)[10:12], atol=1e-5)


def test_more_samples_have_less_variance_by_their_number(model):
    x = np.repeat(model.x, 400, axis=0)
    exact = exact_gradient(model.vae, x)
    one, ten = (
        gradient_variance(model.vae, partial(score_function, num_samples=n), x, exact, draws=20) for n in (1, 10)
    )
    assert one.variance.mean() / ten.variance.mean() == pytest.approx(10, rel=0.1)
    log_joint, log_q = model.densities(model.weights)
    score = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]) - np.asarray(model.vae.infer(model.x).mean())
    moments = [np.exp(log_q) @ ((log_joint - log_q)[:, None] * score) ** n for n in (1, 2)]
    assert one.variance.mean() == pytest.approx(np.sum(moments[1] - moments[0] ** 2), rel=0.05)
    for found in (one, ten):
        assert abs(found.squared_bias.mean()) < 4.5 * found.squared_bias.std() / 20


def test_a_bias_is_seen_and_disarm_has_less_variance_than_arm(model):
    x = np.repeat(model.x, 400, axis=0)
    exact = exact_gradient(model.vae, x)

    def of(objective):
        return gradient_variance(model.vae, objective, x, exact, draws=20)

    warm = of(partial(gumbel_softmax, temperature=2.0)).squared_bias
    assert warm.mean() > 10 * warm.std() / np.sqrt(400)
    arm, averaged = (of(partial(disarm, averaged=each)).variance for each in (False, True))
    assert averaged.mean() < arm.mean() - 4.5 * np.hypot(arm.std(), averaged.std()) / np.sqrt(400)


@pytest.mark.long
def test_what_learns_is_taught_with_the_model_as_it_is(model, tmp_path):
    named, before = estimators(2), model.vae.get_weights()
    images = np.repeat(model.x, 100, axis=0)
    exact, found = exact_gradient(model.vae, model.x), {}
    for name in ("score function", "NVIL", "REBAR"):
        objective = teach(model.vae, named[name], images, steps=20)
        found[name] = gradient_variance(model.vae, objective, np.repeat(model.x, 50, axis=0), exact, 20).summary()
    assert all(np.array_equal(a, b) for a, b in zip(model.vae.get_weights(), before, strict=True))
    assert float(named["NVIL"].batches) == 20
    assert model.vae.posterior.trainable and model.vae.prior.trainable and model.vae.likelihood.trainable
    assert found["NVIL"]["variance"] < found["score function"]["variance"]
    save_gradients(tmp_path / "g.png", found, exact)
    assert (tmp_path / "g.png").stat().st_size > 5000


def test_codes_that_can_not_be_counted_are_refused():
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    with pytest.raises(InputError, match="the variance of gradients needs them in bits"):
        exact_gradient(vae, np.zeros([1, 8, 8, 1]))
    vae = zoo.build("sigmoid_belief_network", image_shape=(8, 8, 1), latent_dim=13)
    with pytest.raises(InputError, match="has 13 bits, but all codes are counted, of at most 12"):
        exact_gradient(vae, np.zeros([1, 8, 8, 1]))
