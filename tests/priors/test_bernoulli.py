import itertools

import numpy as np
import pytest

from zoo.errors import InputError
from zoo.priors.bernoulli import Bernoulli
from zoo.random import draw, key

CODES = np.array(list(itertools.product([0.0, 1.0], repeat=3)), "float32")


@pytest.fixture
def prior():
    prior = Bernoulli(3)
    prior.build()
    prior.logits.assign([-2.0, 0.0, 1.0])
    return prior


def test_all_codes_together_have_probability_one(prior):
    p = 1 / (1 + np.exp(-np.array([-2.0, 0.0, 1.0])))
    found = np.exp(np.asarray(prior().log_prob(CODES), "float64"))
    assert np.allclose(found, np.prod(np.where(CODES == 1, p, 1 - p), axis=1), atol=1e-6)
    assert found.sum() == pytest.approx(1.0, abs=1e-6)


def test_each_code_is_drawn_as_often_as_it_is_likely(prior):
    z = np.asarray(draw(prior(), key(1), (20_000,)))
    p = np.exp(np.asarray(prior().log_prob(CODES)))
    shares = np.array([np.mean((z == code).all(axis=1)) for code in CODES])
    assert (np.abs(shares - p) < 4.5 * np.sqrt(p * (1 - p) / len(z))).all()


def test_it_begins_with_bits_that_say_nothing():
    assert np.allclose(Bernoulli(4)().log_prob(np.ones(4, "float32")), -4 * np.log(2))


def test_a_size_that_can_not_be_is_refused():
    with pytest.raises(InputError, match="latent_dim is 0"):
        Bernoulli(0)
