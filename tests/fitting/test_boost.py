import keras
import numpy as np
import pytest

import zoo
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.fitting.boost import boost, grow_from, has_grown
from zoo.objectives.miselbo import miselbo
from zoo.posteriors.auxiliary import Auxiliary


def bound(vae, x, draws=2000):
    densities = vae.log_densities(x, draws, seed=np.array([0, 1], "int32"))
    return np.asarray(densities.log_weight, "float64").mean(axis=0)


def test_it_begins_where_the_old_one_ended_and_leaves_it_alone():
    model = LinearGaussian(correlated=True)
    before = [np.asarray(w) for w in model.vae.posterior.weights]
    larger = boost(model.vae)
    z = np.random.default_rng(0).normal(size=(20, 2)).astype("float32")
    assert np.allclose(larger.infer(model.x).log_prob(z), model.vae.infer(model.x).log_prob(z), atol=1e-5)
    assert larger.objective is miselbo and model.vae.posterior.trainable
    larger.compile(keras.optimizers.Adam(0.05))
    larger.fit(model.x, epochs=2, verbose=0)
    assert all(np.array_equal(w, b) for w, b in zip(model.vae.posterior.weights, before, strict=True))


@pytest.mark.long
def test_each_component_raises_the_bound_towards_log_px():
    """The exact posterior is correlated: the best Gaussian lacks the family gap, and each component takes some off."""
    model = LinearGaussian(correlated=True)
    vae, truth = model.vae, model.log_px(model.x)
    vae.likelihood.trainable = vae.prior.trainable = False
    gaps = [np.mean(truth - bound(vae, model.x))]
    assert gaps[0] == pytest.approx(model.family_gap, rel=0.15)
    x = model.draw(np.random.default_rng(3), 500)
    for _ in range(2):
        vae = boost(vae, weight=0.3)
        # They begin alike: what sets the new one apart is that it alone moves.
        vae.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.03, 300)))
        vae.fit(x, batch_size=50, epochs=30, verbose=0)
        gaps.append(np.mean(truth - bound(vae, model.x)))
    assert gaps[0] > gaps[1] + 0.02 and gaps[1] > gaps[2] - 0.02
    assert all((bound(vae, model.x) < truth + 0.1).tolist())


def test_a_model_of_one_component_more_takes_the_weights(images):
    two, three = (
        zoo.build("boosted_vae", image_shape=(8, 8, 1), latent_dim=2, units=(8,), components=k) for k in (2, 3)
    )
    grow_from(three, two)
    z = np.zeros([64, 2], "float32")
    assert np.allclose(three.posterior.previous(images).log_prob(z), two.infer(images).log_prob(z), atol=1e-5)
    assert np.allclose(three.posterior.component(images).mean(), two.posterior.component(images).mean(), atol=1e-6)
    assert np.allclose(three.decode(z[:1]), two.decode(z[:1]))
    assert has_grown(three, two) and not has_grown(two, three) and not has_grown(three, three)


def test_what_can_not_grow_is_refused(images):
    with pytest.raises(InputError, match="has not grown from a boosted_vae"):
        two = zoo.build("boosted_vae", image_shape=(8, 8, 1), components=2)
        grow_from(two, two)
    with pytest.raises(InputError, match="gives images no density"):
        boost(zoo.build("autoencoder", image_shape=(8, 8, 1)))
    model = LinearGaussian(posterior=lambda encoder, size: Auxiliary(encoder, size, auxiliary_dim=2, units=4))
    with pytest.raises(InputError, match="AuxiliaryPair has no density"):
        boost(model.vae).log_densities(model.x)
