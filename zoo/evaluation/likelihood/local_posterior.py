"""Inference without amortization: a posterior for each example, made by optimizing it alone."""

import math

import keras
import numpy as np
from keras import ops

from zoo.abilities import require, require_support
from zoo.errors import NonFiniteLossError
from zoo.evaluation.batched import batch_key, batched
from zoo.numerics.compilation import compiled, fusing
from zoo.numerics.counts import check_count, check_positive
from zoo.probability import sampler_seed, tfb, tfd
from zoo.random import draw_and_log_prob
from zoo.support import Support

_MOMENTS = 1  # the number of the draws that find a flow's moments; those of a bound are 0, 100, 200, ...


class LocalPosterior(keras.Model):
    """q_n(z) for each of N examples, with parameters of its own, which `optimize` moves to the best ELBO.

        own kind:                q_n = posterior.given(*statistics_n)
        Gaussian (0 couplings):  q_n = N(loc_n, diag(scale_n^2))
        flow (T couplings):      z_0 ~ N(loc_n, diag(scale_n^2)),  z = f_(n,T) o ... o f_(n,1) o g(z_0)
        coupling f_(n,t):        z_b = z_b * exp(s) + m,  s = 2 tanh(r / 2),
                                 [m, r] = V_(n,t) tanh(W_(n,t) z_a + a_(n,t)) + c_(n,t)

    The own kind is what the encoder chooses from: its statistics are optimized (loc and scale; for an IAF the context
    too), and what they are put into, an IAF's networks say, stays as it is. g is the amortized posterior's own flow
    where it has one, else the identity. Everything begins at the amortized posterior q(z|x_n): the own kind at its
    statistics, a Gaussian at its mean and standard deviation (those of 1000 draws, for a flow), a flow at itself, with
    couplings that do nothing yet.

    Args:
        vae: a model with `prior`, `posterior` and `likelihood`; it isn't changed.
        x: images, `[N, height, width, channels]`.
        couplings: how many, T; 0 for a Gaussian, None for the posterior's own kind.
        units: the width of each coupling's hidden layer.
        seed: an int.

    Returns (of a call without arguments):
        A distribution with batch shape `[N]` and event shape `[D]`.

    Raises:
        InputError: couplings or units that can't be, an autoencoder, or images that the model doesn't take.

    Example:
        >>> import zoo
        >>> vae, x = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2), np.zeros([3, 8, 8, 1])
        >>> q = LocalPosterior(vae, x)
        >>> before = q.elbo(num_samples=200)
        >>> q.optimize(steps=100)
        >>> bool((q.elbo(num_samples=200) > before).all())
        True

    References:
        Cremer et al. 2018, "Inference Suboptimality in Variational Autoencoders", section 5.2; Hoffman et al. 2013,
        "Stochastic Variational Inference"; Dinh et al. 2017, "Density Estimation Using Real NVP", equation 4.
    """

    def __init__(self, vae, x, couplings=None, units=64, seed=0):
        super().__init__()
        require(vae, "has_density", "a posterior of each image's own")
        require_support(vae, Support.REALS, "a posterior of each image's own")
        if couplings is not None:
            check_count("couplings", couplings, least=0)
        check_count("units", units)
        # Plain attributes: Keras would take what is assigned in its way for further weights to train.
        object.__setattr__(self, "vae", vae)
        object.__setattr__(self, "x", ops.concatenate(list(batched(x, vae))))
        self.couplings, self.seed = couplings, seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        if couplings is None:
            self._begin_as_amortized()
        else:
            self._begin(units)
        self.built = True

    def _begin_as_amortized(self):
        found = self.vae.posterior.statistics(self.vae.for_posterior(self.x), training=False)
        statistics = [np.asarray(ops.cast(s, "float32")) for s in found]
        self.statistics = [self._weight(f"statistic_{number}", s) for number, s in enumerate(statistics)]

    def _begin(self, units):
        posterior = self.vae.infer(self.x)
        count, dimensions = len(self.x), self.vae.latent_dim
        base = posterior.distribution if self.couplings and hasattr(posterior, "bijector") else posterior
        if isinstance(base, tfd.Independent):
            loc, scale = base.mean(), base.stddev()
        else:
            z, _ = draw_and_log_prob(base, batch_key(self.seed, _MOMENTS), (1000,))
            loc, scale = ops.mean(z, axis=0), ops.std(z, axis=0)
        self.loc = self._weight("loc", np.asarray(loc))
        self.log_scale = self._weight("log_scale", np.log(np.maximum(np.asarray(scale), 1e-6)))
        given, moved = dimensions // 2, dimensions - dimensions // 2
        rng = np.random.default_rng(self.seed)
        self.networks = [
            (
                self._weight(f"W_{t}", rng.normal(size=(count, given, units)) / max(1, given) ** 0.5),
                self._weight(f"a_{t}", np.zeros([count, units])),
                self._weight(f"V_{t}", np.zeros([count, units, 2 * moved])),
                self._weight(f"c_{t}", np.zeros([count, 2 * moved])),
            )
            for t in range(self.couplings)
        ]

    def _weight(self, name, value):
        return self.add_weight(
            shape=value.shape, initializer=lambda shape, dtype: ops.convert_to_tensor(value, dtype), name=name
        )

    def call(self, inputs=None):
        if self.couplings is None:
            statistics = tuple(map(ops.convert_to_tensor, self.statistics))
            return self.vae.posterior.given(statistics, lambda z: sum(self.vae.log_joint(self.x, z)))
        base = tfd.Independent(tfd.Normal(ops.convert_to_tensor(self.loc), ops.exp(self.log_scale)), 1)
        if not self.couplings:
            return base
        posterior = self.vae.infer(self.x)
        chain = [posterior.bijector] if hasattr(posterior, "bijector") else []
        size = int(base.event_shape[0])
        backwards = tfb.Permute(list(reversed(range(size))))
        for step, weights in enumerate(self.networks):
            chain += [backwards] * (step > 0) + [tfb.RealNVP(size // 2, shift_and_log_scale_fn=_coupling(*weights))]
        # Couplings that do nothing leave every dimension in its place.
        chain += [backwards] * (self.couplings % 2 == 0)
        # tfb.Chain applies its last bijector first.
        return tfd.TransformedDistribution(base, tfb.Chain(chain[::-1]))

    def _bound(self, z, log_q):
        log_likelihood, log_prior = self.vae.log_joint(self.x, z)
        return log_likelihood + log_prior - log_q

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        # x counts the draws: [S, 1]. The sum over examples keeps each one's steps its own.
        q, seed = self(), sampler_seed(self.seed_generator)
        if isinstance(q, tfd.Distribution):
            # TFP's own draws, on which the published gaps hang.
            z, log_q = q.experimental_sample_and_log_prob(x.shape[0], seed=seed)
        else:
            z, log_q = draw_and_log_prob(q, ops.cast(seed, "int32"), (x.shape[0],))
        # Keras compiles this step, and knows nothing of kernels.
        with fusing():
            bound = self._bound(z, log_q)
        return -ops.sum(ops.mean(bound, axis=0))

    def optimize(self, learning_rate=1e-2, num_samples=100, steps=2000, progress=None):
        """Moves the parameters to the best mean ELBO, by Adam with a learning rate that falls to zero.

        Along half a cosine it falls: large steps far from the optimum, and none of the noise of the draws at the end.

        Args:
            learning_rate: the first one.
            num_samples: draws for each example and step.
            steps: how many.
            progress: a function called with the number of steps done since the last call.

        Raises:
            InputError: a number that isn't positive.
            NonFiniteLossError: the steps were so large that parameters became infinite or NaN.
        """
        check_positive("learning_rate", learning_rate)
        check_count("num_samples", num_samples)
        check_count("steps", steps)
        self.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(learning_rate, steps)))
        draws = np.zeros([num_samples, 1], "float32")
        for _ in range(steps):
            self.train_on_batch(draws)
            if progress is not None:
                progress(1)
        if not all(np.isfinite(weight).all() for weight in self.get_weights()):
            raise NonFiniteLossError(
                f"the parameters aren't finite after {steps} steps: learning_rate is {learning_rate:g}. Begin again "
                "with a smaller one."
            )

    def elbo(self, num_samples=1000, seed=0):
        """E_q[log p(x, z) - log q(z)] for each example, from fresh draws of the counter-based generator.

        Args:
            num_samples: draws for each example; they are taken 100 at a time.
            seed: an int.

        Returns:
            float64 `[N]`, in nats.

        Raises:
            InputError: num_samples isn't a positive integer.
        """
        return self.log_weights(num_samples, seed).mean(axis=0)

    def log_weights(self, num_samples=1000, seed=0):
        """log p(x, z) - log q(z) at each draw z ~ q, whose mean is `elbo`.

        Args:
            num_samples, seed: as of `elbo`.

        Returns:
            float64 `[S, N]`, in nats.
        """
        check_count("num_samples", num_samples)
        piece = compiled(lambda key: self._bound(*draw_and_log_prob(self(), key, (100,))))
        return np.concatenate(
            [
                np.asarray(piece(batch_key(seed, start)), "float64")[: num_samples - start]
                for start in range(0, num_samples, 100)
            ]
        )


def _each(x, matrices):
    """Each example's rows with its own matrix: `[..., N, D]` and `[N, D, U]` to `[..., N, U]`."""
    # With the examples in front it is a batch of products, whose gradient is one too; an einsum's gradient takes the
    # outer product of every row before it sums them.
    draws = math.prod(ops.shape(x)[:-2])
    rows = ops.transpose(ops.reshape(x, (draws, *matrices.shape[:2])), (1, 0, 2))
    products = ops.transpose(ops.matmul(rows, matrices), (1, 0, 2))
    return ops.reshape(products, (*ops.shape(x)[:-1], matrices.shape[-1]))


def _coupling(W, a, V, c):
    def shift_and_log_scale(given, output_units=None, **kwargs):
        # Each example has its own network.
        hidden = ops.tanh(_each(given, W) + a)
        shift, raw = ops.split(_each(hidden, V) + c, 2, axis=-1)
        # A scale within exp(-2) and exp(2): one draw far out can't make the bound infinite.
        return shift, 2 * ops.tanh(raw / 2)

    return shift_and_log_scale
