import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats
from scipy.special import logsumexp

import zoo
from tests.conftest import tensorflow_only
from zoo.adversarial_vb import AdversarialVB
from zoo.errors import InputError
from zoo.evaluation.likelihood.ais import annealed_importance_sampling
from zoo.likelihoods.gaussian import Gaussian
from zoo.networks.joint_critic import joint_critic
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.posteriors.gaussian import Gaussian as GaussianPosterior
from zoo.posteriors.implicit import Implicit
from zoo.priors.standard_normal import StandardNormal
from zoo.random import draw, key

SHAPE = (1, 1, 1)


@keras.saving.register_keras_serializable(__name__)
class Exact(keras.layers.Layer):
    """log N(z; 1, 1) - log N(z; 0, 1) = z - 1/2, which the best critic is for one latent."""

    def call(self, inputs, training=None):
        return inputs[1] - 0.5


@keras.saving.register_keras_serializable(__name__)
class Nothing(keras.layers.Layer):
    """A critic that tells nothing."""

    def call(self, inputs, training=None):
        return 0 * inputs[1]


@keras.saving.register_keras_serializable(__name__)
class Magnitude(keras.layers.Layer):
    """|z|, as a 1x1 image."""

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], *SHAPE)

    def call(self, z):
        return ops.abs(z)[..., None, None]


def of_normal(loc=1.0, **kwargs):
    """q(z|x) = N(loc, 1), whatever x is: v = (e + 20) - 20."""
    posterior = Implicit(mlp_encoder(SHAPE, (2,)), 1, vectors=1, noise=1, units=1)
    posterior.build((None, *SHAPE))
    posterior.head.set_weights([np.zeros((2, 2)), np.array([loc, 1.0])])
    ones = np.ones((1, 1, 1))
    posterior.basis.set_weights([ones, 20 * ones, ones, -20 * ones])
    likelihood = Gaussian(mlp_decoder(SHAPE, 1, (2,)), scale=0.5, range=None)
    return AdversarialVB(StandardNormal(1), posterior, likelihood, **{"critic": Exact(name="critic")} | kwargs)


def test_with_the_best_critic_it_is_the_elbo(rng):
    """KL(N(1, 1) || N(0, 1)) = 1/2, whether the critic tells all of it or the Gaussian of the same moments does."""
    x = rng.normal(size=[20_000, *SHAPE]).astype("float32")
    for adaptive, critic in ((False, Exact(name="critic")), (True, Nothing(name="critic"))):
        model = of_normal(adaptive=adaptive, critic=critic)
        model.build((None, *SHAPE))
        _, elbo, log_likelihood, kl, critic_loss = (np.asarray(each) for each in model.loss_and_terms(x))
        assert kl.mean() == pytest.approx(0.5, abs=0.1 if adaptive else 0.03)
        assert np.allclose(elbo, log_likelihood - kl, atol=1e-5)
    # Where q is r the best critic tells nothing, and pays log 2 for each of the two.
    assert np.allclose(critic_loss, 2 * np.log(2), atol=1e-5)


def test_the_critic_wants_to_tell_codes_from_the_priors(rng):
    """Its loss at the exact ratio is less than at no ratio, and than at the opposite."""
    model = of_normal(adaptive=False)
    model.build((None, *SHAPE))
    loss = np.asarray(model.loss_and_terms(np.zeros([20_000, *SHAPE], "float32"))[-1], "float64")
    z = np.linspace(-9, 10, 4001)
    q, p, ratio = stats.norm.pdf(z, 1), stats.norm.pdf(z), z - 0.5
    expected = np.trapezoid(q * np.logaddexp(0, -ratio) + p * np.logaddexp(0, ratio), z)
    assert loss.mean() == pytest.approx(expected, abs=0.02)
    assert expected < 2 * np.log(2)


def small(**kwargs):
    keras.utils.set_random_seed(1)
    return zoo.build(
        "adversarial_vb", image_shape=(4, 4, 1), latent_dim=2, units=(8,), vectors=3, critic_units=(8,), **kwargs
    )


@pytest.mark.parametrize("adaptive", [True, False])
def test_each_player_moves_by_its_own_term_alone(adaptive, rng):
    """With the other player held fast, each makes the step that it makes beside it."""
    x = (rng.random((6, 4, 4, 1)) < 0.5).astype("float32")

    def stepped(hold):
        model = small(adaptive=adaptive)
        for part in hold(model):
            part.trainable = False
        before = [each.copy() for each in model.critic.get_weights()], model.posterior.get_weights()
        model.compile(keras.optimizers.SGD(0.1))
        model.train_on_batch(x)
        moved = [
            [b - a for a, b in zip(old, new, strict=True)]
            for old, new in zip(before, (model.critic.get_weights(), model.posterior.get_weights()), strict=True)
        ]
        return model, moved

    together, (critic, encoder) = stepped(lambda model: [])
    assert max(np.abs(each).max() for each in critic) > 0 and max(np.abs(each).max() for each in encoder) > 0
    _, (alone, still) = stepped(lambda model: [model.posterior, model.likelihood])
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(alone, critic, strict=True))
    assert not any(np.abs(each).max() for each in still)
    _, (still, alone) = stepped(lambda model: [model.critic])
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(alone, encoder, strict=True))
    assert not any(np.abs(each).max() for each in still)
    assert {each.pace for each in together.critic.variables} == {2.0}


def test_the_critic_looks_at_the_image_too(rng):
    critic = joint_critic((4, 4, 1), 2, (8,))
    x, z = rng.random((5, 4, 4, 1)).astype("float32"), rng.normal(size=[5, 2]).astype("float32")
    assert not np.allclose(critic([x, z]), critic([x[::-1].copy(), z]), atol=1e-4)
    assert not np.allclose(critic([x, z]), critic([x, z[::-1].copy()]), atol=1e-4)


@pytest.mark.long
@tensorflow_only
def test_its_posterior_has_both_modes_of_the_true_one():
    """x = |z| + noise: p(z|x) has a mode near x and another near -x, where a Gaussian has to choose."""
    keras.utils.set_random_seed(0)
    noise, at = 0.5, 1.5
    posterior = Implicit(mlp_encoder(SHAPE, (32, 32), "elu"), 1, vectors=2)
    likelihood = Gaussian(Magnitude(), scale=noise, range=None)
    model = AdversarialVB(StandardNormal(1), posterior, likelihood, joint_critic(SHAPE, 1, (64, 64)))
    model.build((None, *SHAPE))
    rng = np.random.default_rng(0)
    z = rng.normal(size=4000)
    x = (np.abs(z) + noise * rng.normal(size=4000)).reshape(-1, *SHAPE).astype("float32")
    model.compile(zoo.optimizers.PlayerAdam(2e-3), jit_compile=False)
    history = model.fit(x, epochs=60, batch_size=200, verbose=0).history
    drawn = np.asarray(draw(model.posterior(np.full((1, *SHAPE), at, "float32")), key(1), (4000,))).ravel()
    # The exact posterior, and log p(x), by quadrature.
    grid = np.linspace(-5, 5, 4001)

    def log_joint(x):
        return stats.norm.logpdf(grid) + stats.norm.logpdf(x, np.abs(grid), noise)

    density = np.exp(log_joint(at) - logsumexp(log_joint(at)))
    assert 0.15 < (drawn > 0).mean() < 0.85
    assert (np.abs(drawn) < 0.3).mean() < 0.15, "between the modes there is little"
    assert np.abs(drawn).mean() == pytest.approx((density * np.abs(grid)).sum(), abs=0.25)
    exact = np.mean([logsumexp(log_joint(each)) for each in x[:500].ravel()]) + np.log(grid[1] - grid[0])
    assert exact - 0.5 < np.mean(history["elbo_estimate"][-10:]) < exact + 0.05


def test_its_likelihood_is_judged_by_annealed_importance_sampling():
    found = annealed_importance_sampling(small(), np.zeros([3, 4, 4, 1]), temperatures=10, num_chains=4)
    assert np.isfinite(found.log_px).all()


def test_an_evaluation_repeats(rng):
    model, x = small(), (rng.random((6, 4, 4, 1)) < 0.5).astype("float32")
    assert np.array_equal(model.loss_per_image(x), model.loss_per_image(x))
    assert np.array_equal(model.loss_and_terms(x)[0], model.loss_and_terms(x)[0])
    assert not np.allclose(model.loss_and_terms(x, training=True)[0], model.loss_and_terms(x, training=True)[0])


def test_what_it_refuses():
    likelihood, critic = Gaussian(mlp_decoder(SHAPE, 2, (2,)), range=None), joint_critic(SHAPE, 2)
    with pytest.raises(InputError, match="posterior is Gaussian, which has a density"):
        AdversarialVB(StandardNormal(2), GaussianPosterior(mlp_encoder(SHAPE), 2), likelihood, critic)
    with pytest.raises(InputError, match="prior has latent_dim 3 and posterior 2"):
        AdversarialVB(StandardNormal(3), Implicit(mlp_encoder(SHAPE), 2), likelihood, critic)
