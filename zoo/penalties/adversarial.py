"""The adversarial penalty: a critic that tells codes from the prior's draws, and an encoder that fools it."""

from keras import ops

from zoo.networks.frozen import frozen
from zoo.numerics.counts import check_positive
from zoo.optimizers.player_adam import pace
from zoo.part import build_once
from zoo.penalties.penalty import Penalty
from zoo.random import draw, stream


class Adversarial(Penalty):
    """Codes are to be where the prior's draws are, as far as a critic D can tell, which learns to tell them apart.

        encoder:  weight softplus(-D(z)),                     z = encoder(x)
        critic:   softplus(D(z)) + softplus(-D(z')),          z' ~ p(z): the prior's draws are what is real

    Each term moves its own player alone. Where no critic can tell, the encoder's is weight log 2 and the critic's 2 log
    2. The sum goes up and down as one player or the other is ahead: it says nothing of how good the model is.

    Args:
        critic: a network, `[B, D]` to `[B, 1]`.
        weight: what the encoder's term counts for; the learning rate alone decides how fast the critic is.
        critic_rate: how many times the learning rate the critic has, by a `zoo.optimizers.PlayerAdam`.

    Returns (of a call on an autoencoder with a prior, images and codes):
        float32 `[B]`, both terms.

    Raises:
        InputError: a weight or a rate that isn't positive, or, of the call, an autoencoder without a prior.

    Example:
        >>> import zoo
        >>> model = zoo.build("adversarial_autoencoder", image_shape=(8, 8, 1), latent_dim=2, filters=(4,))
        >>> x = ops.ones([5, 8, 8, 1])
        >>> tuple(model.penalty(model, x, model.encode(x)).shape)
        (5,)

    References:
        Makhzani et al. 2016, "Adversarial Autoencoders", section 2; Tolstikhin et al. 2018, "Wasserstein
        Auto-Encoders", algorithm 1.
    """

    adversarial = True

    def __init__(self, critic, weight=1.0, critic_rate=2.0, **kwargs):
        super().__init__(**kwargs)
        check_positive("weight", weight)
        self.critic, self.weight, self.critic_rate = critic, weight, critic_rate

    def build(self, input_shape):
        build_once(self.critic, (None, self.critic.input_shape[-1]))
        pace(self.critic, self.critic_rate)
        self.built = True

    def call(self, autoencoder, x, z, training=False):
        prior = self.prior_of(autoencoder)
        real = draw(prior, stream(self.key(training), "codes that a critic takes for real"), ops.shape(z)[:1])
        fooling = ops.softplus(-_judged(frozen(self.critic), z, training))
        telling = ops.softplus(_judged(self.critic, ops.stop_gradient(z), training))
        return self.weight * fooling + telling + ops.softplus(-_judged(self.critic, ops.stop_gradient(real), training))


def _judged(critic, z, training):
    return ops.cast(critic(z, training=training)[:, 0], "float32")
