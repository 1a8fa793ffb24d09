"""A mixture of Gaussians as a prior."""

import keras
import numpy as np
from keras import ops

from zoo.distributions.label import Label
from zoo.networks.shapes import check_sizes
from zoo.numerics.stable import inverse_softplus, softplus
from zoo.priors.prior import Prior
from zoo.probability import tfd


class Mixture(Prior):
    """p(z) = sum_k w_k N(z; m_k, diag(s_k^2)), trained along with the rest.

    The means start as draws of N(0, spread^2), apart from each other in many dimensions and so on speaking terms with
    different regions of z, and the scales at 1: each component has its share of the data from the first step. A
    component can't shrink onto a single code, because its scales stay above `min_scale`.

    Args:
        latent_dim: the size D of z.
        components: how many Gaussians, K.
        spread: the standard deviation of the first means.
        train_weights: whether the weights w are trained; else all are 1/K.
        min_scale: the lower bound of the scales.

    Returns (of a call):
        `tfd.MixtureSameFamily` with event shape `[D]`, no batch shape. Of a call on components' numbers, int32 `[n]`,
        p(z|k), with batch shape `[n]`; anything but 0 .. K - 1 stands for p(z).

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> prior = Mixture(latent_dim=2, components=5)
        >>> prior().event_shape[0]
        2

    References:
        Tomczak and Welling 2018, "VAE with a VampPrior", equation 8 (the "MoG" baseline).
    """

    has_components = True

    def __init__(self, latent_dim, components=10, spread=1.0, train_weights=False, min_scale=1e-2, **kwargs):
        super().__init__(**kwargs)
        self.latent_dim, self.components = check_sizes("latent_dim", (latent_dim,)) + check_sizes(
            "components", (components,)
        )
        self.spread, self.train_weights, self.min_scale = spread, train_weights, min_scale

    @property
    def clusters(self):
        return self.components

    def build(self, input_shape=None):
        shape = (self.components, self.latent_dim)
        self.loc = self.add_weight(shape=shape, initializer=keras.initializers.RandomNormal(0.0, self.spread))
        # softplus(0.5413) = 1.
        self.raw_scale = self.add_weight(shape=shape, initializer=keras.initializers.Constant(0.5413))
        self.logits = self.add_weight(shape=(self.components,), initializer="zeros", trainable=bool(self.train_weights))
        self.built = True

    def call(self, label=None):
        loc, raw_scale, logits = (ops.convert_to_tensor(v) for v in (self.loc, self.raw_scale, self.logits))
        return tfd.MixtureSameFamily(
            tfd.Categorical(logits=Label(logits, label).known_logits()),
            tfd.Independent(tfd.Normal(loc, softplus(raw_scale) + self.min_scale), 1),
        )

    def begin_with(self, codes):
        """Begins at the mixture that scikit-learn's expectation maximization finds; with equal weights where it has."""
        from sklearn.mixture import GaussianMixture

        components = min(self.components, len(codes))
        found = GaussianMixture(components, covariance_type="diag", reg_covar=1e-3, random_state=0).fit(codes)
        loc, raw = np.array(self.loc), np.array(self.raw_scale)
        loc[:components] = found.means_
        raw[:components] = inverse_softplus(np.maximum(np.sqrt(found.covariances_) - self.min_scale, 1e-6))
        self.loc.assign(loc)
        self.raw_scale.assign(raw)
        if self.train_weights:
            logits = np.full(self.components, np.log(1e-6))
            logits[:components] = np.log(found.weights_ + 1e-6)
            self.logits.assign(logits)

    def log_weights(self):
        """log w_k, `[K]`."""
        return ops.log_softmax(ops.convert_to_tensor(self.logits))

    def log_components(self, z):
        """log w_k + log N(z; m_k, diag(s_k^2)), `[..., K]`, at z `[..., D]`."""
        mixture = self()
        log_normal = mixture.components_distribution.log_prob(ops.expand_dims(z, -2))
        return ops.log_softmax(mixture.mixture_distribution.logits_parameter()) + log_normal
