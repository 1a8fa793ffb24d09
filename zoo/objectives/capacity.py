"""The objective whose KL is held at a capacity that grows."""

from keras import ops

from zoo.numerics.counts import check_count, check_positive
from zoo.objectives.bound import Bound
from zoo.objectives.objective import Objective


class Capacity(Objective):
    """E_q[log p(x|z)] - gamma |KL(q(z|x) || p(z)) - C|: no bound on log p(x).

        C = nats min(1, t / steps),   t = 0, 1, ... the training steps that were taken

    Each image is to spend C nats, in training few at first. In evaluation C is `nats`, so that one epoch's `val_loss`
    can be compared with another's. C counts the steps itself, in a weight that is kept with the model's own.

    In training a `WarmUp` callback's weight multiplies the second term.

    Args:
        nats: what C ends at.
        steps: after how many training steps.
        gamma: the second term's weight.
        num_samples: draws of z for each image, S.

    Returns (of a call on a model, images and `training`):
        The objective, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: nats or gamma isn't positive, or a count isn't a positive integer.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3, objective="capacity")
        >>> float(vae.objective.capacity(training=True)), float(vae.objective.capacity())
        (0.0, 25.0)

    References:
        Burgess et al. 2018, "Understanding disentangling in beta-VAE", equation 8.
    """

    bound = Bound.NONE

    def __init__(self, nats=25.0, steps=100_000, gamma=1000.0, num_samples=1, **kwargs):
        super().__init__(**kwargs)
        for name, value in {"nats": nats, "gamma": gamma}.items():
            check_positive(name, value)
        for name, value in {"steps": steps, "num_samples": num_samples}.items():
            check_count(name, value)
        self.nats, self.steps, self.gamma, self.num_samples = nats, steps, gamma, num_samples

    def build(self, input_shape=None):
        self.taken = self.add_weight(shape=(), initializer="zeros", trainable=False, aggregation="mean", name="taken")
        self.built = True

    def call(self, vae, x, training=False):
        densities = vae.log_densities(x, self.num_samples, training=training)
        off = ops.abs(densities.kl - self.capacity(training))
        if training:
            # No further than it counts: float32 has no room for all integers.
            self.taken.assign(ops.minimum(self.taken + 1.0, float(self.steps)))
        return densities.log_likelihood - self.gamma * densities.kl_weight * off, densities

    def capacity(self, training=False):
        """C, in nats."""
        return self.nats * (self.taken / self.steps if training else 1.0)
