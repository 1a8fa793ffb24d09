import numpy as np
import pytest
from scipy import stats

from tests.flows import bent, check_density, check_it_is_the_gaussian, check_log_q, silence
from zoo.errors import InputError
from zoo.posteriors.householder import Householder
from zoo.random import draw_and_log_prob, key


@pytest.mark.parametrize("latent_dim", [1, 2, 3, 5])
def test_log_q_of_a_draw_is_the_bases_less_the_jacobians_slogdet(latent_dim):
    posterior, x = bent(Householder, latent_dim, steps=3)
    check_log_q(posterior, x)
    check_density(posterior, x)


def test_it_is_a_gaussian_of_the_turned_covariance():
    posterior, x = bent(Householder, 3, steps=2)
    q = posterior(x)
    z, log_q = draw_and_log_prob(q, key(1), (4,))
    v = np.asarray(posterior.encoder(x), "float64")
    U = np.broadcast_to(np.eye(3), (2, 3, 3))
    for layer in posterior.of_steps.layers:
        kernel, bias = (np.asarray(w, "float64") for w in layer.get_weights())
        v = v @ kernel + bias
        U = (np.eye(3) - 2 * v[:, :, None] * v[:, None, :] / np.sum(v**2, -1)[:, None, None]) @ U
    loc, scale = (np.asarray(each, "float64") for each in (q.distribution.mean(), q.distribution.stddev()))
    for image in range(2):
        expected = stats.multivariate_normal(U[image] @ loc[image], U[image] @ np.diag(scale[image] ** 2) @ U[image].T)
        assert np.allclose(np.asarray(log_q)[:, image], expected.logpdf(np.asarray(z)[:, image]), atol=2e-3)


def test_with_no_directions_it_is_the_gaussian():
    posterior, x = bent(Householder, 3, steps=2)
    silence(posterior.of_steps, "layers")
    check_it_is_the_gaussian(posterior, x)


def test_a_size_that_is_none_is_refused():
    with pytest.raises(InputError, match="steps is 0"):
        bent(Householder, 2, steps=0)
