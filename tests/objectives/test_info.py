import numpy as np

from tests.linear_gaussian import LinearGaussian
from zoo.numerics.mmd import mmd
from zoo.objectives.elbo import elbo
from zoo.objectives.info import info
from zoo.random import normal, stream


def test_each_term_has_the_papers_weight():
    model = LinearGaussian(error=1.0)
    found, densities = info(model.vae, model.x, alpha=0.3, weight=5.0)
    drawn = normal(stream(densities.key, "draws of the prior to be near to"), (1, len(model.x), 2))
    expected = densities.log_likelihood - 0.7 * densities.kl - 4.3 * mmd(densities.z[0], drawn[0])
    assert np.allclose(found, expected, atol=1e-4)


def test_alpha_of_zero_and_a_weight_of_one_leave_the_elbo():
    model = LinearGaussian()
    model.vae.seed_generator.state.assign([3, 0])
    found, _ = info(model.vae, model.x, alpha=0.0, weight=1.0)
    model.vae.seed_generator.state.assign([3, 0])
    assert np.allclose(found, elbo(model.vae, model.x)[0], atol=1e-5)


def test_where_all_codes_together_are_the_priors_the_discrepancy_costs_nothing():
    """The exact posteriors of draws of p(x) mix to p(z)."""
    model = LinearGaussian()
    x = model.draw(np.random.default_rng(0), 1000)

    def of(vae):
        found, densities = info(vae, x, alpha=1.0, weight=1.0)
        return float(np.mean(densities.log_likelihood - found))

    assert abs(of(model.vae)) < 0.02
    assert of(LinearGaussian(error=3.0).vae) > 1.0
