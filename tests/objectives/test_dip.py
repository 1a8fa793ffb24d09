import keras
import numpy as np
import pytest

import zoo
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.objectives.dip import dip
from zoo.posteriors.full_covariance import FullCovariance


@pytest.mark.parametrize("of_draws", [False, True])
@pytest.mark.parametrize("diagonal", [None, 3.0])
def test_it_takes_away_the_distance_of_the_covariance_from_one(of_draws, diagonal):
    model = LinearGaussian(error=1.0)
    found, densities = dip(model.vae, model.x, off_diagonal=2.0, diagonal=diagonal, of_draws=of_draws)
    q = densities.q.distribution
    covariance = np.cov(np.asarray(q.mean()).T, bias=True)
    if of_draws:
        covariance = covariance + np.diag(np.mean(np.square(q.stddev()), axis=0))
    weight = diagonal or (2.0 if of_draws else 20.0)
    off = np.sum(np.square(covariance - np.diag(np.diag(covariance))))
    on = np.sum(np.square(np.diag(covariance) - 1))
    expected = densities.log_likelihood - densities.kl - 2 * off - weight * on
    assert off > 1e-3 and on > 1e-3, "the test wants both"
    assert np.allclose(found, expected, atol=1e-3)


def test_the_exact_posteriors_draws_are_the_priors_and_cost_nothing():
    model = LinearGaussian()
    x = model.draw(np.random.default_rng(0), 20_000)

    def cost(of_draws):
        found, densities = dip(model.vae, x, off_diagonal=1.0, of_draws=of_draws)
        return float(np.mean(densities.log_likelihood - densities.kl - found))

    assert cost(of_draws=True) == pytest.approx(0, abs=1e-2) and cost(of_draws=False) > 0.1


def test_a_batch_of_one_is_finite():
    model = LinearGaussian()
    assert np.isfinite(dip(model.vae, model.x[:1])[0]).all()


def test_what_can_not_be_is_refused():
    model = LinearGaussian(posterior=FullCovariance)
    with pytest.raises(InputError, match="dimensions aren't independent"):
        dip(model.vae, model.x)
    with pytest.raises(InputError, match="off_diagonal is -1"):
        dip(LinearGaussian().vae, model.x, off_diagonal=-1)


@pytest.mark.long
def test_training_brings_the_codes_to_a_covariance_of_one(images):
    def covariance(weight):
        keras.utils.set_random_seed(0)
        model = zoo.build("dip_vae", image_shape=(8, 8, 1), latent_dim=4, filters=(8,), off_diagonal=weight)
        model.compile(keras.optimizers.Adam(0.01))
        model.fit(images, epochs=60, batch_size=64, verbose=0)
        return np.cov(np.asarray(model.encode(images)).T)

    assert np.allclose(covariance(100.0), np.eye(4), atol=0.15)
    assert not np.allclose(covariance(1e-6), np.eye(4), atol=0.5)
