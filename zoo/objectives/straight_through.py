"""The ELBO for draws without a gradient, as if those had that of their mean: the straight-through estimator."""

import keras
from keras import ops

from zoo.numerics.counts import check_count, check_positive
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound, bounds
from zoo.objectives.learning_signal import elbo_at
from zoo.random.relaxation import relaxation, softened


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def straight_through(vae, x, training=False, num_samples=1, temperature=None):
    """E_q[log p(x, z) - log q(z|x)], the ELBO, whose gradient takes that of a bit for that of its mean.

        gradient:  grad [log p(x|z) - KL(q(z|x) || p(z))],   grad z := grad E_q[z], or grad sigmoid(h / temperature)

    The decoder sees bits, and so its gradient has no bias. The encoder's has one, unless log p(x|z) is linear in z,
    which no choice takes away. With a temperature it is the straight-through Gumbel-softmax: z is a bit as h > 0, of
    `gumbel_softmax`, and its gradient is that of the relaxed one. The KL term is in closed form where there is one.

    In training a `WarmUp` callback's weight multiplies the KL term.

    Args:
        vae: a model with `infer`, `log_densities` and `log_joint`, whose posterior isn't reparameterized.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: draws of z for each image, S.
        temperature: of the relaxed bits whose gradient it is, above 0, for a posterior that `zoo.random.relaxation`
            knows; None for that of the mean.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: S isn't a positive integer, the temperature isn't above 0, or no relaxation of q is known.

    Example:
        >>> import zoo
        >>> vae = zoo.build("sigmoid_belief_network", image_shape=(8, 8, 1), latent_dim=3)
        >>> bound, _ = straight_through(vae, ops.zeros([5, 8, 8, 1]))
        >>> tuple(bound.shape)
        (5,)

    References:
        Bengio et al. 2013, "Estimating or Propagating Gradients Through Stochastic Neurons for Conditional
        Computation"; Jang et al. 2017, "Categorical Reparameterization with Gumbel-Softmax", for the latter.
    """
    check_count("num_samples", num_samples)
    if temperature is not None:
        check_positive("temperature", temperature)
    densities = vae.log_densities(x, num_samples, training=training)
    q = densities.q
    bound = ops.mean(densities.annealed_log_weight, axis=0)
    if not training:
        return bound, densities
    z = densities.z
    soft = q.mean() if temperature is None else softened(relaxation(q), z, densities.key, temperature)
    # A gradient, and no value: to the last digit these are bits.
    codes = z + (soft - ops.stop_gradient(soft))
    surrogate = elbo_at(vae, x, q, codes, densities, training)
    return with_gradient_of(surrogate, bound), densities


straight_through.reparameterized = False
