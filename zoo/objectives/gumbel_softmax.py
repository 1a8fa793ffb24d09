"""The ELBO for draws without a gradient, with that of relaxed draws: Gumbel-softmax, for bits binary Concrete."""

import keras
from keras import ops

from zoo.numerics.counts import check_count, check_positive
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound, bounds
from zoo.objectives.learning_signal import elbo_at
from zoo.random.relaxation import relaxation, softened


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def gumbel_softmax(vae, x, training=False, num_samples=1, temperature=0.5):
    """E_q[log p(x, z) - log q(z|x)], the ELBO, whose gradient in training is that of relaxed codes.

        h = logits + logit(u),   soft = sigmoid(h / temperature),   z = 1[h > 0]
        gradient:  grad [log p(x|soft) - KL(q(z|x) || p(z))]

    The gradient has a bias, for encoder and decoder alike: it is that of another model, whose codes lie between the
    bits. The bias goes to 0 with the temperature, and the variance grows then. The value is that of the bits, and so a
    bound on log p(x); that of relaxed codes is none. The KL term is that of the bits in closed form, whose gradient is
    exact; where it has none it is log q(soft|x) - log p(soft).

    In training a `WarmUp` callback's weight multiplies the KL term.

    Args:
        vae: a model with `infer`, `log_densities` and `log_joint`, whose posterior is of bits.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: draws of z for each image, S.
        temperature: above 0.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: S isn't a positive integer, the temperature isn't above 0, or the posterior isn't one that
            `zoo.random.relaxation` knows.

    Example:
        >>> import zoo
        >>> vae = zoo.build("sigmoid_belief_network", image_shape=(8, 8, 1), latent_dim=3)
        >>> bound, _ = gumbel_softmax(vae, ops.zeros([5, 8, 8, 1]))
        >>> tuple(bound.shape)
        (5,)

    References:
        Jang et al. 2017, "Categorical Reparameterization with Gumbel-Softmax"; Maddison et al. 2017, "The Concrete
        Distribution: A Continuous Relaxation of Discrete Random Variables".
    """
    check_count("num_samples", num_samples)
    check_positive("temperature", temperature)
    densities = vae.log_densities(x, num_samples, training=training)
    q = densities.q
    bound = ops.mean(densities.annealed_log_weight, axis=0)
    if not training:
        return bound, densities
    soft = softened(relaxation(q), densities.z, densities.key, temperature)
    surrogate = elbo_at(vae, x, q, soft, densities, training)
    return with_gradient_of(surrogate, bound), densities


gumbel_softmax.reparameterized = False
