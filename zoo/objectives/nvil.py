"""The ELBO for draws without a gradient: neural variational inference and learning."""

import math

import keras
from keras import ops

from zoo.networks.shapes import check_sizes
from zoo.numerics.counts import check_count
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound
from zoo.objectives.objective import Objective
from zoo.observed import image_of

#: How much of the running mean and variance each batch leaves.
DECAY = 0.8


class NVIL(Objective):
    """E_q[log p(x, z) - log q(z|x)], the ELBO, by the score function with learned baselines.

        l = log p(x, z) - log q(z|x),   z ~ q(z|x)
        gradient:  grad log p(x, z) + (l - C(x) - c) / max(1, s) grad log q(z|x)
        baseline:  C makes (l - C(x) - c)^2 small;  c and s^2 are the running mean and variance of l - C(x)

    What is taken off l doesn't depend on z, so that the gradient has no bias but for its scale, max(1, s). C is a
    network of the objective's own. It learns from its own loss alone.

    In training a `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        units: the width of each hidden layer of C.
        num_samples: draws of z for each image, S.

    Returns (of a call on a model, whose posterior isn't reparameterized, images and `training`):
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> import zoo
        >>> vae = zoo.build("sigmoid_belief_network", image_shape=(8, 8, 1), latent_dim=3)
        >>> bound, _ = NVIL()(vae, ops.zeros([5, 8, 8, 1]))
        >>> tuple(bound.shape)
        (5,)

    References:
        Mnih and Gregor 2014, "Neural Variational Inference and Learning in Belief Networks", section 2.3 and
        algorithm 1.
    """

    bound = Bound.EACH_IMAGE
    reparameterized = False

    def __init__(self, units=(100,), num_samples=1, **kwargs):
        super().__init__(**kwargs)
        check_count("num_samples", num_samples)
        self.num_samples = num_samples
        self.hidden = [keras.layers.Dense(width, "tanh") for width in check_sizes("units", units)]
        self.head = keras.layers.Dense(1, name="baseline")

    def build(self, input_shape):
        shape = (None, math.prod(input_shape[1:]))
        for layer in (*self.hidden, self.head):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        for name, start in (("center", "zeros"), ("variance", "ones"), ("batches", "zeros")):
            weight = self.add_weight(shape=(), initializer=start, trainable=False, aggregation="mean", name=name)
            setattr(self, name, weight)
        self.built = True

    def call(self, vae, x, training=False):
        densities = vae.log_densities(x, self.num_samples, training=training)
        log_weight = densities.annealed_log_weight
        bound = ops.mean(log_weight, axis=0)
        if not training:
            return bound, densities
        left = ops.stop_gradient(log_weight) - self._baseline(image_of(x))
        signal = ops.stop_gradient(left) - self.center
        score = signal / ops.maximum(1.0, ops.sqrt(self.variance)) * densities.posterior
        # log p(x, z), whose gradient is all that the bound's own is to be: that of log q(z|x) is 0 on average.
        joint = densities.annealed_log_joint
        surrogate = ops.mean(joint + score - (left - self.center) ** 2, axis=0)
        self._follow(ops.stop_gradient(left))
        return with_gradient_of(surrogate, bound), densities

    def _baseline(self, x):
        """C(x), `[B]`."""
        h = ops.reshape(x, (-1, math.prod(x.shape[1:]))) - 0.5
        for layer in self.hidden:
            h = layer(h)
        return ops.cast(self.head(h), "float32")[:, 0]

    def _follow(self, left):
        """Moves the running mean and variance of l - C(x) towards the batch's."""
        # The first batch is all that is known when it has been seen.
        kept = ops.minimum(DECAY, self.batches)
        self.center.assign(kept * self.center + (1 - kept) * ops.mean(left))
        self.variance.assign(kept * self.variance + (1 - kept) * ops.var(left))
        self.batches.assign(self.batches + 1)
