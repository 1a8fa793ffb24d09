import numpy as np
import pytest

from tests.flows import bent, check_density, check_it_is_the_gaussian, check_log_q
from zoo.networks.made import MADE
from zoo.posteriors.maf import MAF
from zoo.random import draw_and_log_prob, key

SMALL = {"steps": 2, "units": (6,), "context_dim": 4}


@pytest.mark.parametrize("latent_dim", [1, 2, 3, 5])
def test_log_q_of_a_draw_is_the_bases_less_the_jacobians_slogdet(latent_dim):
    posterior, x = bent(MAF, latent_dim, **SMALL)
    check_log_q(posterior, x)
    check_density(posterior, x)


def test_a_density_takes_one_pass_for_each_step_and_a_draw_one_for_each_dimension(monkeypatch):
    posterior, x = bent(MAF, 3, **SMALL)
    calls, call = [], MADE.call
    monkeypatch.setattr(MADE, "call", lambda self, *args: calls.append(self) or call(self, *args))
    z, _ = draw_and_log_prob(posterior(x), key(1), (4,))
    assert len(calls) == 2 * 3
    calls.clear()
    posterior(x).log_prob(np.array(z))
    assert len(calls) == 2


def test_with_silent_networks_it_is_the_gaussian():
    posterior, x = bent(MAF, 3, **SMALL | {"steps": 1})
    posterior.networks[0].silence()
    check_it_is_the_gaussian(posterior, x)


def test_the_steps_see_the_dimensions_in_turns():
    posterior, x = bent(MAF, 3, **SMALL)
    q = posterior(x[:1])
    start = np.zeros([1, 1, 3], "float32")
    for dimension in range(3):
        moved = start + np.eye(3, dtype="float32")[dimension]
        assert (np.abs(np.asarray(q.bijector.forward(moved)) - q.bijector.forward(start)) > 1e-4).all()
