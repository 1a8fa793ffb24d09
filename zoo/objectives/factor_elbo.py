"""The ELBO less the total correlation of z, as a critic estimates it."""

from keras import ops

from zoo.errors import InputError
from zoo.networks.code_critic import code_critic
from zoo.networks.frozen import frozen
from zoo.networks.shapes import check_sizes
from zoo.numerics.counts import check_count, check_positive
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound
from zoo.objectives.objective import Objective
from zoo.random import fold_in, stream
from zoo.random.permuted_columns import permuted_columns


class FactorELBO(Objective):
    """ELBO - gamma TC(z), the total correlation being a critic's estimate: no bound on log p(x).

        TC(z) = KL(q(z) || prod_d q(z_d)) = E_q(z)[T(z)],   T = log q(z) - sum_d log q(z_d)

    A critic that tells draws of q(z) from draws of the product has T for its logit, once it has learned. Draws of the
    product are the batch's draws, each dimension in an order of its own. The critic is a network of the objective's,
    which learns in the same steps: its gradient is that of

        1/2 E_q(z)[log sigmoid(T(z))] + 1/2 E_prod[log(1 - sigmoid(T(z)))],

    which moves nothing else, as the TC moves the encoder and not the critic. The value is without it. In training a
    `WarmUp` callback's weight multiplies the KL term and the TC.

    Args:
        latent_dim: the size of z, D.
        gamma: what the total correlation counts for.
        units: the width of each hidden layer of the critic; the paper has six of 1000.
        num_samples: draws of z for each image, S.

    Returns (of a call on a model, images and `training`):
        The objective, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: a size or a number that isn't positive, or z has another size.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3, objective=FactorELBO(latent_dim=3))
        >>> tuple(vae.objective(vae, ops.zeros([5, 8, 8, 1]))[0].shape)
        (5,)

    References:
        Kim and Mnih 2018, "Disentangling by Factorising", equations 2 and 3 and algorithm 2.
    """

    bound = Bound.NONE

    def __init__(self, latent_dim=10, gamma=35.0, units=(256, 256, 256), num_samples=1, **kwargs):
        super().__init__(**kwargs)
        check_count("num_samples", num_samples)
        check_positive("gamma", gamma)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))
        self.gamma, self.num_samples = gamma, num_samples
        self.critic = code_critic(latent_dim, units, "leaky_relu")

    def build(self, input_shape):
        self.built = True

    def call(self, vae, x, training=False):
        densities = vae.log_densities(x, self.num_samples, training=training)
        z = densities.z
        if z.shape[-1] != self.latent_dim:
            raise InputError(
                f"latent_dim is {self.latent_dim}, but the model's codes have {z.shape[-1]} numbers: give "
                f"FactorELBO(latent_dim={z.shape[-1]})."
            )
        price = densities.kl + self.gamma * ops.mean(_logit(frozen(self.critic), z), axis=0)
        value = densities.log_likelihood - densities.kl_weight * price
        if not training:
            return value, densities
        return with_gradient_of(value + self._learned(ops.stop_gradient(z), densities.key), value), densities

    def _learned(self, z, key):
        """What the critic is to make large, `[B]`."""
        # In each of the S draws by itself, so that no image meets itself.
        orders = stream(key, "orders of a batch")
        keys = [fold_in(orders, s) for s in range(self.num_samples)]
        permuted = ops.stack([permuted_columns(z[s], keys[s]) for s in range(self.num_samples)])
        right = ops.softplus(-_logit(self.critic, z)) + ops.softplus(_logit(self.critic, permuted))
        return -0.5 * ops.mean(right, axis=0)


def _logit(critic, z):
    """T of each draw, `[S, B]`."""
    logits = critic(ops.reshape(z, (-1, z.shape[-1])))
    return ops.reshape(ops.cast(logits, "float32"), ops.shape(z)[:-1])
