"""The ELBO for draws without a gradient, by the score function with relaxed draws as control variate: REBAR."""

import math

from keras import ops

from zoo.numerics.control_variate import control_variate
from zoo.numerics.counts import check_count, check_positive
from zoo.numerics.gradient import gradient
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound
from zoo.objectives.learning_signal import learning_signal
from zoo.objectives.objective import Objective
from zoo.random.relaxation import noise_of, relaxation

#: The temperature stays between exp(-4) and exp(4).
_MOST = 4.0


class REBAR(Objective):
    """E_q[f(z)], f(z) = log p(x, z) - log q(z|x), the ELBO, with what relaxed bits say of it as control variate.

        z = 1[h > 0],   h = logits + logit(u),   c(h) = scale f(sigmoid(h / temperature))
        gradient:  grad log p(x, z) + [f(z) - c(h|z)] grad log q(z|x) + grad c(h) - grad c(h|z)

    h|z is h as it moves while z stays (`zoo.random.relaxation`): the two are drawn by the same uniform. The gradient
    has no bias, whatever the scale and the temperature. Both are trained, and make sum_d g_d^2 small, g being the
    encoder's gradient by the logits: since g's mean doesn't depend on them that is its variance. Nothing of c reaches
    the networks but by g.

    In training a `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        num_samples: draws of z for each image, S.
        temperature: what it begins at, above 0.
        scale: what it begins at.

    Returns (of a call on a model, whose posterior is of bits, images and `training`):
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: S isn't a positive integer, the temperature isn't above 0, or the posterior isn't one that
            `zoo.random.relaxation` knows.

    Example:
        >>> import zoo
        >>> vae = zoo.build("sigmoid_belief_network", image_shape=(8, 8, 1), latent_dim=3)
        >>> bound, _ = REBAR()(vae, ops.zeros([5, 8, 8, 1]))
        >>> tuple(bound.shape)
        (5,)

    References:
        Tucker et al. 2017, "REBAR: Low-variance, unbiased gradient estimates for discrete latent variable models".
    """

    bound = Bound.EACH_IMAGE
    reparameterized = False

    def __init__(self, num_samples=1, temperature=0.5, scale=1.0, **kwargs):
        super().__init__(**kwargs)
        check_count("num_samples", num_samples)
        check_positive("temperature", temperature)
        self.num_samples, self.temperature, self.scale = num_samples, temperature, scale

    def build(self, input_shape=None):
        def start(shape, dtype):
            return ops.convert_to_tensor([math.log(self.temperature), self.scale], dtype)

        self.control = self.add_weight((2,), start, name="control")
        self.built = True

    def call(self, vae, x, training=False):
        densities = vae.log_densities(x, self.num_samples, training=training)
        q = densities.q
        log_weight = densities.annealed_log_weight
        bound = ops.mean(log_weight, axis=0)
        if not training:
            return bound, densities
        bits, z, worth = relaxation(q), densities.z, ops.stop_gradient(log_weight)
        frozen, v = bits._replace(logits=ops.stop_gradient(bits.logits)), noise_of(z, densities.key)
        h = frozen.perturbed(z, v)

        def estimate(chosen):
            def control(h):
                # chosen is the temperature's logarithm, and the scale.
                temperature = ops.exp(ops.clip(chosen[0], -_MOST, _MOST))
                return chosen[1] * learning_signal(vae, x, q, frozen.soft(h, temperature), densities.kl_weight)

            return control_variate(frozen, z, v, worth - control(h), gradient(control, h))

        chosen = ops.stop_gradient(self.control)
        slope = ops.stop_gradient(estimate(chosen))
        by_chosen = gradient(lambda chosen: ops.mean(ops.sum(estimate(chosen) ** 2, axis=-1)), chosen)
        joint = ops.mean(densities.annealed_log_joint, axis=0)
        surrogate = joint + ops.sum(slope * bits.logits, axis=-1) - ops.sum(ops.stop_gradient(by_chosen) * self.control)
        return with_gradient_of(surrogate, bound), densities
