import numpy as np
import pytest

from tests.flows import bent, check_it_is_the_gaussian, check_log_q
from zoo.errors import InputError
from zoo.networks.made import MADE
from zoo.posteriors.neural_autoregressive import NeuralAutoregressive
from zoo.random import draw, draw_and_log_prob, key

SMALL = {"steps": 2, "units": (6,), "sigmoids": 3, "context_dim": 4}


@pytest.mark.parametrize("latent_dim", [1, 2, 3, 5])
def test_log_q_of_a_draw_is_the_bases_less_the_jacobians_slogdet(latent_dim):
    check_log_q(*bent(NeuralAutoregressive, latent_dim, **SMALL))


def test_a_draw_and_its_density_take_one_pass_for_each_step(monkeypatch):
    posterior, x = bent(NeuralAutoregressive, 3, **SMALL)
    calls, call = [], MADE.call
    monkeypatch.setattr(MADE, "call", lambda self, *args: calls.append(self) or call(self, *args))
    draw_and_log_prob(posterior(x), key(1), (4,))
    assert calls == posterior.networks


def test_with_silent_networks_it_is_the_gaussian_and_it_starts_near_it():
    posterior, x = bent(NeuralAutoregressive, 3, spread=0.0, **SMALL | {"steps": 1})
    q = posterior(x)
    u = np.asarray(draw(q.distribution, key(3), (5,)))
    assert np.allclose(draw(q, key(3), (5,)), u, atol=0.3)
    posterior.networks[0].silence()
    check_it_is_the_gaussian(posterior, x, tolerance=1e-4)


def test_the_density_of_another_z_is_refused():
    posterior, x = bent(NeuralAutoregressive, 3, **SMALL)
    with pytest.raises(InputError, match="DeepSigmoidal steps gives the density of its own draws alone"):
        posterior(x).log_prob(np.zeros([2, 3], "float32"))
