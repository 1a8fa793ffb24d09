import numpy as np

from tests.linear_gaussian import LinearGaussian
from zoo.objectives.beta_elbo import beta_elbo


def test_beta_weighs_the_kl_and_nothing_else():
    model = LinearGaussian()
    objective, densities = beta_elbo(model.vae, model.x, beta=3.0)
    expected = np.asarray(densities.likelihood).mean(0) - 3 * np.asarray(densities.kl_per_dimension).sum(-1)
    assert np.allclose(objective, expected, atol=1e-5)
