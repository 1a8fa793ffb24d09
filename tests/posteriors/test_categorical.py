import itertools

import keras
import numpy as np
import pytest
from keras import ops

import zoo
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.objectives.nvil import NVIL
from zoo.posteriors.categorical import Categorical
from zoo.priors.bernoulli import Bernoulli
from zoo.priors.categorical import Categorical as CategoricalPrior
from zoo.random import key

#: All codes of two variables of three classes, `[9, 6]`.
CODES = np.array([np.eye(3)[list(each)].ravel() for each in itertools.product(range(3), repeat=2)], "float32")


def model(**kwargs):
    """One that isn't symmetrical, and an image."""
    keras.utils.set_random_seed(3)
    vae = zoo.build("categorical_vae", image_shape=(2, 2, 1), categoricals=2, classes=3, units=(4,), **kwargs)
    rng = np.random.default_rng(1)
    for weight in [*vae.prior.weights, *vae.posterior.weights, *vae.likelihood.weights]:
        weight.assign(rng.normal(size=weight.shape))
    return vae, np.array([1.0, 0.0, 0.0, 1.0], "float32").reshape(1, 2, 2, 1)


def enumerated(vae, x):
    """log p(x, z) and log q(z|x) of all codes, float64 `[9]`."""
    z = CODES[:, None]
    log_joint, log_q = sum(vae.log_joint(x, z)), vae.infer(x).log_prob(z)
    return np.asarray(log_joint, "float64")[:, 0], np.asarray(log_q, "float64")[:, 0]


def test_its_draws_are_properly_weighted():
    vae, x = model()
    log_px = np.logaddexp.reduce(enumerated(vae, x)[0])
    densities = vae.log_densities(x, 20_000, seed=key(3))
    weights = np.exp(np.asarray(densities.log_weight, "float64")[:, 0] - log_px)
    assert abs(weights.mean() - 1) < 4.5 * weights.std() / np.sqrt(len(weights))
    log_joint, log_q = enumerated(vae, x)
    elbo_of_all = np.sum(np.exp(log_q) * (log_joint - log_q))
    log_likelihood = np.asarray(densities.likelihood)
    error = log_likelihood.std() / np.sqrt(log_likelihood.size)
    # The closed form of the KL and the reconstruction term together are the ELBO that enumeration has.
    assert abs(log_likelihood.mean() - float(densities.kl[0]) - elbo_of_all) < 4.5 * error


@pytest.mark.parametrize("k", [1, 2], ids=["nvil", "vimco"])
def test_an_objectives_gradient_is_the_bounds(k):
    """By enumeration of all codes, along the head's bias."""
    vae, x = model(k=k)
    bias = vae.posterior.head.bias
    start = vae.get_weights()

    def bound():
        log_joint, log_q = enumerated(vae, x)
        draws = np.array(list(itertools.product(range(9), repeat=k)))
        value = np.logaddexp.reduce((log_joint - log_q)[draws], axis=1) - np.log(k)
        return np.sum(np.exp(log_q[draws].sum(axis=1)) * value)

    expected, at = [], np.asarray(bias)
    for step in 1e-2 * np.eye(6):
        ends = []
        for sign in (1, -1):
            bias.assign(at + sign * step)
            ends.append(bound())
        expected.append((ends[0] - ends[1]) / 2e-2)
    vae.compile(keras.optimizers.SGD(1.0))
    found = []
    for seed in range(10):
        vae.set_weights(start)
        vae.seed_generator.state.assign(ops.convert_to_tensor([seed, 0], vae.seed_generator.state.dtype))
        vae.train_on_batch(np.repeat(x, 4000, axis=0))
        found.append(np.asarray(vae.posterior.head.bias) - at)
    error = np.std(found, axis=0, ddof=1) / np.sqrt(len(found)) + 1e-3
    assert (np.abs(np.mean(found, axis=0) - expected) < 4.5 * error).all()
    assert np.linalg.norm(expected) > 0.1 and error.max() < 0.05


def test_objectives_that_follow_draws_are_refused():
    vae, _ = model()
    assert vae.replace(objective=NVIL()).objective is not None
    with pytest.raises(InputError, match="those of a Categorical posterior have no gradient of their own: give nvil"):
        vae.replace(objective=elbo)


def test_other_classes_of_the_same_size_and_another_support_are_refused():
    vae, _ = model()
    with pytest.raises(InputError, match="prior has 2 classes and posterior 3"):
        vae.replace(prior=CategoricalPrior(categoricals=3, classes=2))
    with pytest.raises(InputError, match=r"prior has codes in bits, \{0, 1\}\^D, and posterior in one-hots"):
        vae.replace(prior=Bernoulli(6))


def test_what_moves_codes_in_small_steps_refuses_one_hots():
    from zoo.evaluation.likelihood.ais import annealed_importance_sampling
    from zoo.evaluation.likelihood.gaps import inference_gaps
    from zoo.fitting.ex_post import fit_mixture_prior

    vae, x = model()
    for call in (annealed_importance_sampling, inference_gaps, fit_mixture_prior):
        with pytest.raises(InputError, match=r"has codes in one-hots, side by side, but .* needs them in R\^D"):
            call(vae, x)


def test_a_code_is_the_most_probable_classes():
    vae, x = model()
    logits = np.asarray(vae.infer(x).logits)[0]
    assert np.array_equal(vae.encode(x)[0], np.eye(3)[logits.argmax(-1)].ravel())


@pytest.mark.parametrize("given", [{"categoricals": 0}, {"classes": "ten"}])
def test_what_can_not_be_built_is_refused(given):
    with pytest.raises(InputError, match=f"{next(iter(given))} is"):
        Categorical(mlp_encoder((2, 2, 1)), **{"categoricals": 2, "classes": 3} | given)
