"""The ELBO whose decoder learns at draws that Hamiltonian Monte Carlo has brought nearer the exact posterior."""

import math

from keras import ops

from zoo.numerics.counts import check_count, check_positive
from zoo.objectives.bound import Bound
from zoo.objectives.objective import Objective
from zoo.random import fold_in, hmc_step, stream
from zoo.random.hmc import ACCEPTANCE, GAIN


class HMC(Objective):
    """E_q[log p(x, z) - log q(z|x)], the ELBO; its gradient for p(x, z) is taken where chains from q's draws end.

        z_0 ~ q(z|x),   z_T = T steps of HMC for log p(x, z), from z_0
        gradient for q:        that of the ELBO
        gradient for p(x, z):  grad log p(x, z_T)

    With z from the exact posterior the latter is the gradient of log p(x) itself: the longer the chains, the less the
    decoder is bent to what q can express. The encoder has the ELBO's gradient, and finds where chains are to start.
    The step size follows the acceptance, to 0.65, as training goes on. The value is the ELBO, without chains.

    Args:
        steps: of each chain, T.
        leapfrog_steps: of each of its steps.
        step_size: what the step size begins at.
        num_samples: draws of z for each image, S, each with a chain.

    Returns (of a call on a model, images and `training`):
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: a number that isn't positive.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3, objective=HMC(steps=2))
        >>> tuple(vae.objective(vae, ops.zeros([5, 8, 8, 1]))[0].shape)
        (5,)

    References:
        Hoffman 2017, "Learning Deep Latent Gaussian Models with Markov Chain Monte Carlo".
    """

    bound = Bound.EACH_IMAGE

    def __init__(self, steps=5, leapfrog_steps=5, step_size=0.1, num_samples=1, **kwargs):
        super().__init__(**kwargs)
        for name, count in (("steps", steps), ("leapfrog_steps", leapfrog_steps), ("num_samples", num_samples)):
            check_count(name, count)
        check_positive("step_size", step_size)
        self.steps, self.leapfrog_steps, self.step_size = steps, leapfrog_steps, step_size
        self.num_samples = num_samples

    def build(self, input_shape):
        start = math.log(self.step_size)
        self.log_size = self.add_weight(
            shape=(),
            initializer=lambda shape, dtype: ops.full(shape, start, dtype),
            trainable=False,
            aggregation="mean",
            name="log_size",
        )
        self.built = True

    def call(self, vae, x, training=False):
        densities = vae.log_densities(x, self.num_samples, training=training)
        log_weight = densities.annealed_log_weight
        bound = ops.mean(log_weight, axis=0)
        if not training:
            return bound, densities
        start = ops.stop_gradient(densities.z)
        end = ops.stop_gradient(self._moved(vae, x, start, stream(densities.key, "chains of training")))
        # At draws without a gradient of their own the joint has that of p alone: here it takes away the bound's.
        change = self._joint(vae, x, end, densities) - self._joint(vae, x, start, densities)
        return bound + change - ops.stop_gradient(change), densities

    def _joint(self, vae, x, z, densities):
        log_likelihood, log_prior = vae.log_joint(x, z, training=True)
        return ops.mean(log_likelihood + densities.kl_weight * log_prior, axis=0)

    def _moved(self, vae, x, z, key):
        """The ends of the chains, `[S, B, D]`; the step size follows what they accepted."""
        size = ops.convert_to_tensor(self.log_size)
        sizes = ops.broadcast_to(ops.exp(size), ops.shape(z)[1:2])
        accepted = 0.0
        for step in range(self.steps):
            z, share = hmc_step(lambda z: sum(vae.log_joint(x, z)), z, sizes, self.leapfrog_steps, fold_in(key, step))
            accepted = accepted + ops.mean(share) / self.steps
        self.log_size.assign(size + GAIN * (ops.stop_gradient(accepted) - ACCEPTANCE))
        return z
