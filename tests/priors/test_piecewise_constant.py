import numpy as np
import pytest

from zoo.errors import InputError
from zoo.priors.piecewise_constant import PiecewiseConstant
from zoo.random import draw, key


def test_its_masses_are_those_of_its_logits():
    prior = PiecewiseConstant(1, pieces=2)
    prior.build()
    prior.logits.assign([[0.0, np.log(3.0)]])
    assert np.allclose(np.exp(prior().log_prob([[0.2], [0.8]])), [0.5, 1.5], atol=1e-3)
    assert np.mean(np.asarray(draw(prior(), key(0), (20_000,))) > 0.5) == pytest.approx(0.75, abs=0.015)


@pytest.mark.parametrize("given", [{"latent_dim": 0}, {"pieces": 1}])
def test_what_can_not_be_is_refused(given):
    with pytest.raises(InputError, match=f"{next(iter(given))} is"):
        PiecewiseConstant(**{"latent_dim": 2, "pieces": 3} | given)
