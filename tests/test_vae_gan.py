import keras
import numpy as np
import pytest
from keras import ops
from scipy import special

import zoo
from zoo.errors import InputError
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal
from zoo.vae_gan import VAEGAN

SHAPE = (4, 4, 1)


def small(**kwargs):
    keras.utils.set_random_seed(1)
    return zoo.build("vae_gan", image_shape=SHAPE, latent_dim=2, filters=(4,), critic_filters=(3,), **kwargs)


def images(n=6):
    return np.random.default_rng(0).random((n, *SHAPE)).astype("float32")


def narrow(model):
    """Its posterior at its mean, nearly."""
    kernel, _ = model.posterior.head.get_weights()
    model.posterior.head.set_weights([kernel * [1, 1, 0, 0], np.array([0, 0, -20, -20])])
    return model


def test_its_terms_are_the_formula():
    model, x = narrow(small(precision=3.0)), images(4000)
    _, kl, distance, fooling, critic = (np.asarray(each, "float64") for each in model.loss_and_terms(x))
    loc = np.asarray(model.encode(x), "float64")
    scale = 1e-4 + np.log1p(np.exp(-20.0))
    assert np.allclose(kl, 0.5 * (scale**2 + loc**2 - 1 - 2 * np.log(scale)).sum(-1), rtol=1e-4)
    features, odds = (np.asarray(each, "float64") for each in model.critic(x))
    again, odds_again = (np.asarray(each, "float64") for each in model.critic(model.reconstruct(x)))
    _, odds_drawn = (np.asarray(each, "float64") for each in model.critic(model.sample(4000, seed=3)))
    assert np.allclose(distance, 3.0 * 0.5 * ((features - again) ** 2).sum(-1), rtol=1e-2, atol=1e-4)

    def softplus(x):
        return -special.log_expit(-x[:, 0])

    assert fooling.mean() == pytest.approx((softplus(-odds_again) + softplus(-odds_drawn)).mean(), abs=0.01)
    expected = softplus(-odds) + softplus(odds_again) + softplus(odds_drawn)
    assert critic.mean() == pytest.approx(expected.mean(), abs=0.01)


def step(model, hold=(), seed=2):
    """What one step of gradient descent moves of each player."""
    players = {"posterior": model.posterior, "decoder": model.decoder, "critic": model.critic}
    for name in hold:
        players[name].trainable = False
    before = {name: player.get_weights() for name, player in players.items()}
    model.compile(keras.optimizers.SGD(0.1))
    model.train_on_batch(images())
    return {
        name: [b - a for a, b in zip(before[name], player.get_weights(), strict=True)]
        for name, player in players.items()
    }


@pytest.mark.parametrize("player", ["posterior", "decoder", "critic"])
def test_each_player_moves_by_its_own_terms_alone(player):
    """With the others held fast it makes the step that it makes beside them."""
    together = step(small())[player]
    others = {"posterior", "decoder", "critic"} - {player}
    alone = step(small(), others)
    assert max(np.abs(each).max() for each in together) > 0
    assert all(np.allclose(a, b, atol=3e-4) for a, b in zip(together, alone[player], strict=True))
    assert not any(np.abs(each).max() for other in others for each in alone[other])


def test_the_weight_is_the_decoders_alone():
    light, heavy = step(small(weight=0.1)), step(small(weight=3.0))
    apart = {name: max(np.abs(a - b).max() for a, b in zip(light[name], heavy[name], strict=True)) for name in light}
    # Where rounding puts a feature on the other side of a kink, a gradient moves by a little.
    assert apart["posterior"] < 3e-4 and apart["critic"] < 3e-4 and apart["decoder"] > 3e-3, apart


def test_it_has_no_density_and_says_so():
    from zoo.evaluation.likelihood.ais import annealed_importance_sampling
    from zoo.evaluation.likelihood.importance import importance_sampling

    for judge in (importance_sampling, annealed_importance_sampling):
        with pytest.raises(InputError, match="gives images no density"):
            judge(small(), images())


def test_its_loss_of_an_image_is_the_squared_error():
    model, x = small(), images()
    expected = ((np.asarray(model.reconstruct(x)) - x) ** 2).sum((1, 2, 3))
    assert np.allclose(model.loss_per_image(x), expected, rtol=1e-4)


def test_what_it_refuses():
    model = small()
    with pytest.raises(InputError, match="prior has latent_dim 3"):
        VAEGAN(StandardNormal(3), model.posterior, model.decoder, model.critic)
    with pytest.raises(InputError, match="weight"):
        model.replace(weight=0.0)
    assert isinstance(model.posterior, Gaussian) and model.adversarial
    assert ops.shape(model.sample(3, seed=1)) == (3, *SHAPE)
