"""A mixture of Gaussians with full covariances."""

from keras import ops

from zoo.probability import tfd, tfp
from zoo.random import categorical, draw, normal, split


class GaussianMixture(tfd.Distribution):
    """p(z) = sum_k w_k N(z; m_k, C_k), given the principal axes of each: C_k = U_k diag(s_k)^2 U_k'.

        log N(z; m, C) = -1/2 |(z - m) U / s|^2 - sum_d log s_d - D/2 log(2 pi)

    With U and s at hand, draws and densities are matrix products; TFLite has those, and no triangular solver, which
    `tfd.MultivariateNormalTriL` takes. One matrix serves both.

    Args:
        logits: float `[K]`; w = softmax(logits).
        loc: the means m, float `[K, D]`.
        axes: the orthogonal U, float `[D, K, D]`: `axes[:, k]` is U_k, with an axis in each column.
        scale: the standard deviations s along them, float `[K, D]`.

    Example:
        >>> mixture = GaussianMixture(ops.zeros([1]), ops.zeros([1, 2]), ops.eye(2)[:, None], 2 * ops.ones([1, 2]))
        >>> round(float(mixture.log_prob([2.0, 0.0])), 4)
        -3.7242

    References:
        Bishop 2006, "Pattern Recognition and Machine Learning", section 2.3.
    """

    def __init__(self, logits, loc, axes, scale, name="GaussianMixture"):
        parameters = {"logits": logits, "loc": loc, "axes": axes, "scale": scale}
        self.logits, self.loc, self.axes, self.scale = logits, loc, axes, scale
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
        ranks = {"logits": 1, "loc": 2, "axes": 3, "scale": 2}
        return {name: tfp.util.ParameterProperties(event_ndims=rank) for name, rank in ranks.items()}

    def _event_shape(self):
        return self.loc.shape[-1:]

    def _event_shape_tensor(self):
        return ops.convert_to_tensor(self.loc.shape[-1:], "int32")

    def side_by_side(self):
        """All components' axes, `[D, K D]`."""
        components, size = self.loc.shape
        return ops.reshape(self.axes, (size, components * size))

    def log_components(self, z):
        """log w_k + log N(z; m_k, C_k), `[..., K]`, at z `[..., D]`."""
        components, size = self.loc.shape
        # One product with all components' matrices side by side: [..., D] x [D, K D] -> [..., K, D]
        along = ops.matmul(z, self.side_by_side())
        along = ops.reshape(along, (*ops.shape(z)[:-1], components, size))
        centre = ops.sum(ops.transpose(self.loc)[..., None] * self.axes, axis=0)
        log_normal = tfd.Normal(0.0, 1.0).log_prob((along - centre) / self.scale)
        return ops.log_softmax(self.logits) + ops.sum(log_normal - ops.log(self.scale), axis=-1)

    def _log_prob(self, z):
        return ops.logsumexp(self.log_components(z), axis=-1)

    def _mean(self):
        return ops.matmul(ops.softmax(self.logits)[None], self.loc)[0]


@draw.register(GaussianMixture)
def _(distribution, key, shape=()):
    keys = split(key)
    component = categorical(keys[0], distribution.logits, shape)
    components, size = distribution.loc.shape
    loc, scale = (ops.take(x, component, axis=0) for x in (distribution.loc, distribution.scale))
    noise = scale * normal(keys[1], (*shape, size))
    # Each noise beside its component's axes and 0 beside the others': a product, whose matrix exports can make smaller,
    # where that of a lookup would stay as it is. [..., K D] x [K D, D] -> [..., D]
    placed = ops.expand_dims(ops.one_hot(component, components), -1) * ops.expand_dims(noise, -2)
    placed = ops.reshape(placed, (*shape, components * size))
    return loc + ops.matmul(placed, ops.transpose(distribution.side_by_side()))
