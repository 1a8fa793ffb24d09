"""A mixture of Gaussians with full covariances as a prior that is given, not trained."""

import numpy as np
from keras import ops

from zoo.distributions.gaussian_mixture import GaussianMixture
from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.priors.prior import Prior


class FullMixture(Prior):
    """p(z) = sum_k w_k N(z; m_k, C_k), which `assign` sets and training leaves alone. It starts as N(0, I).

    `zoo.fitting.ex_post` fits one to the codes of a trained model. For a mixture that is trained along with the
    rest, take `zoo.priors.mixture.Mixture`, of diagonal covariances.

    Args:
        latent_dim: the size D of z.
        components: how many Gaussians, K.

    Returns (of a call):
        `GaussianMixture` with event shape `[D]`, no batch shape.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> prior = FullMixture(latent_dim=2, components=3)
        >>> round(float(prior().log_prob([0.0, 0.0])), 4)
        -1.8379

    References:
        Ghosh et al. 2020, "From Variational to Deterministic Autoencoders", section 4.
    """

    has_components = True

    def __init__(self, latent_dim, components=10, **kwargs):
        super().__init__(**kwargs)
        self.latent_dim, self.components = check_sizes("latent_dim", (latent_dim,)) + check_sizes(
            "components", (components,)
        )

    def build(self, input_shape=None):
        size, components = self.latent_dim, self.components

        def identities(shape, dtype):
            return ops.broadcast_to(ops.eye(size, dtype=dtype)[:, None], shape)

        self.logits = self.add_weight(shape=(components,), initializer="zeros", trainable=False, name="logits")
        self.loc = self.add_weight(shape=(components, size), initializer="zeros", trainable=False, name="loc")
        self.axes = self.add_weight(
            shape=(size, components, size), initializer=identities, trainable=False, name="axes"
        )
        self.scale = self.add_weight(shape=(components, size), initializer="ones", trainable=False, name="scale")
        self.built = True

    def assign(self, weights, means, covariances):
        """Sets the mixture.

        Args:
            weights: w, positive numbers `[K]`.
            means: m, `[K, D]`.
            covariances: C, symmetric and positive definite `[K, D, D]`.

        Raises:
            InputError: they are of other shapes, or a weight or a covariance isn't positive.
        """
        if not self.built:
            self.build()
        weights, means, covariances = (np.asarray(x, "float64") for x in (weights, means, covariances))
        shapes, wanted = (weights.shape, means.shape, covariances.shape), (*self.loc.shape, self.latent_dim)
        if shapes != (wanted[:1], wanted[:2], wanted):
            raise InputError(f"weights, means and covariances are {shapes}, but must be [K], [K, D] and [K, D, D].")
        variances, axes = np.linalg.eigh(covariances)
        if not ((variances > 0).all() and (weights > 0).all()):
            raise InputError("weights or covariances aren't positive: take fewer components, or a larger reg_covar.")
        self.logits.assign(np.log(weights / weights.sum()))
        self.loc.assign(means)
        self.axes.assign(axes.swapaxes(0, 1))
        self.scale.assign(np.sqrt(variances))

    def load_own_variables(self, store):
        if len(store["3"].shape) == 2:
            super().load_own_variables(store)
            return
        # Files of before have two triangular factors of each covariance.
        logits, loc, factor = (np.asarray(store[name], "float64") for name in "012")
        self.assign(np.exp(logits - logits.max()), loc, factor @ factor.swapaxes(-1, -2))

    def call(self, inputs=None):
        return GaussianMixture(*(ops.convert_to_tensor(v) for v in (self.logits, self.loc, self.axes, self.scale)))

    def log_components(self, z):
        """log w_k + log N(z; m_k, C_k), `[..., K]`, at z `[..., D]`."""
        return self().log_components(z)
