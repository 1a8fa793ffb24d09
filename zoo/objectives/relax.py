"""The ELBO for draws without a gradient, by the score function with a learned control variate: RELAX."""

import math

import keras
from keras import ops

from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.numerics.control_variate import control_variate
from zoo.numerics.counts import check_count, check_positive
from zoo.numerics.gradient import gradient
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound
from zoo.objectives.learning_signal import learning_signal
from zoo.objectives.objective import Objective
from zoo.observed import image_of
from zoo.random.relaxation import noise_of, relaxation


class RELAX(Objective):
    """E_q[f(z)], f(z) = log p(x, z) - log q(z|x), the ELBO, with a control variate one part of which is a network.

        z = 1[h > 0],   h = logits + logit(u),   c(h) = scale f(sigmoid(h / temperature)) + r(x, sigmoid(h))
        gradient:  grad log p(x, z) + [f(z) - c(h|z)] grad log q(z|x) + grad c(h) - grad c(h|z)

    It is REBAR with r, a network of the objective's own, whose last layer begins at zero. The gradient has no bias,
    whatever r is. r and the scale are trained, and make sum_d g_d^2 small, g being the encoder's gradient by the
    logits, as in `REBAR`. The temperature stays: r can do what another one would.

    In training a `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        latent_dim: how many bits z has, D.
        units: the width of each hidden layer of r.
        num_samples: draws of z for each image, S.
        temperature: above 0.
        scale: what it begins at.

    Returns (of a call on a model, whose posterior is of bits, images and `training`):
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: a size that isn't a positive integer, the temperature isn't above 0, or z has another size, or the
            posterior isn't one that `zoo.random.relaxation` knows.

    Example:
        >>> import zoo
        >>> vae = zoo.build("sigmoid_belief_network", image_shape=(8, 8, 1), latent_dim=3)
        >>> bound, _ = RELAX(latent_dim=3)(vae, ops.zeros([5, 8, 8, 1]))
        >>> tuple(bound.shape)
        (5,)

    References:
        Grathwohl et al. 2018, "Backpropagation through the Void: Optimizing control variates for black-box gradient
        estimation".
    """

    bound = Bound.EACH_IMAGE
    reparameterized = False

    def __init__(self, latent_dim=200, units=(100,), num_samples=1, temperature=0.5, scale=1.0, **kwargs):
        super().__init__(**kwargs)
        check_count("num_samples", num_samples)
        check_positive("temperature", temperature)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))
        self.num_samples, self.temperature, self.scale = num_samples, temperature, scale
        self.hidden = [keras.layers.Dense(width, "tanh") for width in check_sizes("units", units)]
        self.head = keras.layers.Dense(1, kernel_initializer="zeros", name="control")

    def build(self, input_shape):
        shape = (None, self.latent_dim + math.prod(input_shape[1:]))
        for layer in (*self.hidden, self.head):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        self.weight = self.add_weight((), keras.initializers.Constant(self.scale), name="weight")
        self.built = True

    def call(self, vae, x, training=False):
        densities = vae.log_densities(x, self.num_samples, training=training)
        q = densities.q
        log_weight = densities.annealed_log_weight
        bound = ops.mean(log_weight, axis=0)
        if not training:
            return bound, densities
        bits, z = relaxation(q), densities.z
        if z.shape[-1] != self.latent_dim:
            raise InputError(
                f"latent_dim is {self.latent_dim}, but the model's codes have {z.shape[-1]} bits: give "
                f"RELAX(latent_dim={z.shape[-1]})."
            )
        frozen, v = bits._replace(logits=ops.stop_gradient(bits.logits)), noise_of(z, densities.key)
        h = frozen.perturbed(z, v)

        def relaxed(h):
            return learning_signal(vae, x, q, frozen.soft(h, self.temperature), densities.kl_weight)

        def network(h):
            return self._network(image_of(x), frozen.soft(h, 1.0))

        # The networks of the model are to learn nothing from these, and the scale and r nothing from the rest.
        value, slope = ops.stop_gradient(relaxed(h)), ops.stop_gradient(gradient(relaxed, h))
        left = ops.stop_gradient(log_weight) - self.weight * value - network(h)
        estimate = control_variate(frozen, z, v, left, self.weight * slope + gradient(network, h))
        joint = ops.mean(densities.annealed_log_joint, axis=0)
        surrogate = joint + ops.sum(ops.stop_gradient(estimate) * bits.logits - estimate**2, axis=-1)
        return with_gradient_of(surrogate, bound), densities

    def _network(self, x, soft):
        """r(x, soft), `[S, B, D]` to `[S, B]`."""
        x = ops.reshape(ops.cast(x, "float32"), (-1, math.prod(x.shape[1:])))
        x = ops.broadcast_to(x, (soft.shape[0], *ops.shape(x)))
        out = ops.concatenate([soft, x], axis=-1) - 0.5
        for layer in (*self.hidden, self.head):
            out = layer(out)
        return ops.cast(out, "float32")[..., 0]
