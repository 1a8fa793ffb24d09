"""A mixture of Gaussians with full covariances."""

from keras import ops

from zoo.probability import tfd, tfp
from zoo.random import categorical, draw, normal, split


class GaussianMixture(tfd.Distribution):
    """p(z) = sum_k w_k N(z; m_k, L_k L_k'), given the triangular factors L_k and their inverses too.

        log N(z; m, L L') = -1/2 |L^-1 (z - m)|^2 + sum_d log (L^-1)_dd - D/2 log(2 pi)

    With both at hand, draws and densities are matrix products; TFLite has those, and no triangular solver, which
    `tfd.MultivariateNormalTriL` takes.

    Args:
        logits: float `[K]`; w = softmax(logits).
        loc: the means m, float `[K, D]`.
        scale_tril: the lower triangular L, float `[K, D, D]`, with positive diagonals.
        inverse: L^-1, of that shape.

    Example:
        >>> eye = ops.eye(2)[None]
        >>> mixture = GaussianMixture(ops.zeros([1]), ops.zeros([1, 2]), 2 * eye, eye / 2)
        >>> round(float(mixture.log_prob([2.0, 0.0])), 4)
        -3.7242

    References:
        Bishop 2006, "Pattern Recognition and Machine Learning", section 2.3.9.
    """

    def __init__(self, logits, loc, scale_tril, inverse, name="GaussianMixture"):
        parameters = {"logits": logits, "loc": loc, "scale_tril": scale_tril, "inverse": inverse}
        self.logits, self.loc, self.scale_tril, self.inverse = logits, loc, scale_tril, inverse
        super().__init__(
            dtype="float32",
            reparameterization_type=tfd.NOT_REPARAMETERIZED,
            validate_args=False,
            allow_nan_stats=True,
            parameters=parameters,
            name=name,
        )

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        # Each belongs to all of the mixture: there is no batch.
        ranks = {"logits": 1, "loc": 2, "scale_tril": 3, "inverse": 3}
        return {name: tfp.util.ParameterProperties(event_ndims=rank) for name, rank in ranks.items()}

    def _event_shape(self):
        return self.loc.shape[-1:]

    def _event_shape_tensor(self):
        return ops.convert_to_tensor(self.loc.shape[-1:], "int32")

    def log_components(self, z):
        """log w_k + log N(z; m_k, L_k L_k'), `[..., K]`, at z `[..., D]`."""
        components, size = self.loc.shape
        # One product with all components' matrices side by side: [..., D] x [D, K D] -> [..., K, D]
        matrices = ops.reshape(ops.transpose(self.inverse, (2, 0, 1)), (size, components * size))
        whitened = ops.matmul(z, matrices)
        whitened = ops.reshape(whitened, (*ops.shape(z)[:-1], components, size))
        whitened = whitened - ops.matmul(self.inverse, self.loc[..., None])[..., 0]
        log_det = ops.sum(ops.log(ops.diagonal(self.inverse, axis1=-2, axis2=-1)), axis=-1)
        log_normal = tfd.Normal(0.0, 1.0).log_prob(whitened)
        return ops.log_softmax(self.logits) + log_det + ops.sum(log_normal, axis=-1)

    def _log_prob(self, z):
        return ops.logsumexp(self.log_components(z), axis=-1)

    def _mean(self):
        return ops.matmul(ops.softmax(self.logits)[None], self.loc)[0]


@draw.register(GaussianMixture)
def _(distribution, key, shape=()):
    keys = split(key)
    component = categorical(keys[0], distribution.logits, shape)
    loc, scale_tril = (ops.take(x, component, axis=0) for x in (distribution.loc, distribution.scale_tril))
    noise = normal(keys[1], (*shape, *distribution.loc.shape[-1:]))
    return loc + ops.sum(scale_tril * ops.expand_dims(noise, -2), axis=-1)
