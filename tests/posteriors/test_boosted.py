import keras
import numpy as np
import pytest

import zoo
from tests.gradients import check_gradients
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.objectives.miselbo import miselbo
from zoo.objectives.siwae import siwae
from zoo.posteriors.boosted import Boosted
from zoo.posteriors.gaussian import Gaussian


def gaussian(latent_dim=2):
    return Gaussian(mlp_encoder((8, 8, 1), (8,)), latent_dim)


def linear_gaussian(objective=miselbo, components=3):
    def make(_, size):
        posterior = Gaussian(encoder(), size)
        for number in range(1, components):
            posterior = Boosted(posterior, Gaussian(encoder(), size), weight=1 / (number + 2))
        return posterior

    def encoder():
        return keras.Sequential([keras.Input((2, 3, 1)), keras.layers.Flatten()])

    keras.utils.set_random_seed(2)
    return LinearGaussian(posterior=make, correlated=True, objective=objective)


def test_it_is_the_weighted_mixture_of_what_it_took_over_and_what_it_added(images, rng):
    posterior = Boosted(Boosted(gaussian(), gaussian(), weight=0.3), gaussian(), weight=0.1)
    q, z = posterior(images), rng.normal(size=(5, 64, 2)).astype("float32")
    parts = posterior.previous.previous, posterior.previous.component, posterior.component
    each = [np.exp(np.asarray(p(images).log_prob(z), "float64")) for p in parts]
    expected = np.log(0.9 * (0.7 * each[0] + 0.3 * each[1]) + 0.1 * each[2])
    assert np.allclose(q.log_prob(z), expected, atol=1e-4)


@pytest.mark.parametrize("objective", [miselbo, siwae])
def test_training_moves_the_new_component_and_its_weight_and_nothing_of_the_old(objective):
    model = linear_gaussian(objective)
    model.vae.likelihood.trainable = False
    posterior = model.vae.posterior
    trained = [w.path for w in model.vae.trainable_weights]
    assert len(trained) == 3, "the new Gaussian's head, and the weight"
    before = [np.asarray(w) for w in posterior.previous.weights]
    check_gradients(model.vae, model.x)
    assert all(np.array_equal(b, w) for b, w in zip(before, posterior.previous.weights, strict=True))


def test_its_weight_learns_which_is_right():
    """The old is the exact posterior and the new is far off: the weight goes to the old; and the other way round."""
    exact = LinearGaussian()
    for right in ("previous", "component"):
        model = linear_gaussian(components=2)
        # The exact posterior of this diagonal model.
        truth = LinearGaussian(posterior=lambda _, size, made=model.vae.posterior: made, objective=miselbo)
        getattr(truth.vae.posterior, right).head.set_weights(exact.vae.posterior.head.get_weights())
        for part in (truth.vae.likelihood, truth.vae.posterior.component):
            part.trainable = False
        truth.vae.compile(keras.optimizers.Adam(0.1))
        truth.vae.fit(truth.draw(np.random.default_rng(3), 200), batch_size=50, epochs=10, verbose=0)
        raw = float(np.asarray(truth.vae.posterior.raw_weight))
        assert raw < -1 if right == "previous" else raw > 1


def test_it_comes_back_frozen(tmp_path):
    vae = linear_gaussian().vae
    vae.save(tmp_path / "vae.keras")
    again = zoo.load(tmp_path / "vae.keras")
    assert [w.shape for w in again.trainable_weights] == [w.shape for w in vae.trainable_weights]
    assert not again.posterior.previous.trainable_weights
    x = LinearGaussian().x
    assert np.array_equal(again.log_px(x, seed=1, num_samples=3), vae.log_px(x, seed=1, num_samples=3))


def test_what_can_not_be_is_refused():
    with pytest.raises(InputError, match="previous has latent_dim 2 and component 3"):
        Boosted(gaussian(2), gaussian(3))
    with pytest.raises(InputError, match="component has a Boosted"):
        Boosted(gaussian(), Boosted(gaussian(), gaussian()))
    with pytest.raises(InputError, match="weight is 1, but must be between 0 and 1"):
        Boosted(gaussian(), gaussian(), weight=1)
    with pytest.raises(InputError, match=r"objective is elbo, .* Boosted posterior's components no gradient"):
        linear_gaussian(elbo)
