"""A mixture of discretized logistics over the channels of an 8-bit pixel, each of which sees those before it."""

from keras import ops

from zoo.distributions.discretized_logistic import DiscretizedLogistic
from zoo.probability import tfd, tfp
from zoo.random import categorical, draw, from_uniform, level_of, sides, split, uniform

#: The least distance of a uniform from 0 and 1.
EDGE = 2.0**-24


class DiscretizedLogisticMixture(tfd.Distribution):
    """P(x) of a pixel of C channels, k/255 each: one of K components for all channels, red, then green, then blue.

        P(x) = sum_k pi_k prod_c P(x_c; loc_ck + sum_(j < c) t_cjk (x_j - 1/2), scale_ck),   pi = softmax(logits)

    with a discretized logistic for each factor, the edges open.

    Args:
        logits: float tensor `[..., K]`.
        loc, scale: float tensors `[..., C * K]`, each channel's K in a row, in units where the pixels are 0 to 1; the
            scale is positive.
        coupling: float tensor `[..., C (C - 1) / 2 * K]`: t of green on red, of blue on red, and of blue on green; None
            for one channel.

    Example:
        >>> half = ops.ones([15]) / 2
        >>> pixel = DiscretizedLogisticMixture(ops.zeros([5]), loc=half, scale=half / 5, coupling=0 * half)
        >>> round(float(pixel.log_prob(ops.full([3], 0.6))), 4)
        -14.5956

    References:
        Salimans et al. 2017, "PixelCNN++: Improving the PixelCNN with Discretized Logistic Mixture Likelihood and Other
        Modifications", sections 2.1 and 2.2.
    """

    def __init__(self, logits, loc, scale, coupling=None, name="DiscretizedLogisticMixture"):
        parameters = {"logits": logits, "loc": loc, "scale": scale, "coupling": coupling}
        self.logits, self.loc, self.scale, self.coupling = logits, loc, scale, coupling
        self.channels = loc.shape[-1] // logits.shape[-1]
        # Each by itself: TFLite takes no slices of as many axes as they would have together.
        self.locs, self.scales = (ops.split(each, self.channels, axis=-1) for each in (loc, scale))
        pairs = self.channels * (self.channels - 1) // 2
        self.couplings = ops.split(coupling, pairs, axis=-1) if pairs else []
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
        names = ("logits", "loc", "scale", "coupling")
        return {name: tfp.util.ParameterProperties(event_ndims=1) for name in names}

    def _event_shape(self):
        return (self.channels,)

    def _event_shape_tensor(self):
        return ops.convert_to_tensor([self.channels], "int32")

    def _log_prob(self, x):
        channels = ops.split(x, self.channels, axis=-1)
        terms = [
            DiscretizedLogistic(_moved(self.locs, self.couplings, channels[:c]), scale).log_prob(channels[c])
            for c, scale in enumerate(self.scales)
        ]
        return ops.logsumexp(ops.log_softmax(self.logits, axis=-1) + sum(terms), axis=-1)

    def _mean(self):
        """Each component's mean, with those of the channels before it in their place, and of these the mean.

        Without coupling, or where no mass lies beyond the edges, that is the mean; else what is cut off at the edges of
        one channel bends the next one's a little.
        """
        means = []
        for scale in self.scales:
            means.append(DiscretizedLogistic(_moved(self.locs, self.couplings, means), scale).mean())
        weights = ops.softmax(self.logits, axis=-1)
        return ops.stack([ops.sum(weights * mean, axis=-1) for mean in means], axis=-1)

    def _sample_n(self, n, seed=None):
        zeros = ops.concatenate([each[..., :1] for each in self.locs], axis=-1) * 0
        return from_uniform(self, tfd.Uniform(zeros, 1.0).sample(n, seed=seed))


def _moved(loc, coupling, before):
    """The location of the channel after those before it, moved as they say: of each component, `[..., K]`."""
    c = len(before)
    first = c * (c - 1) // 2
    return sum([coupling[first + j] * (x - 0.5) for j, x in enumerate(before)], loc[c])


def _drawn(distribution, component, u, by=0.0):
    """A pixel of the component, `[...]`, by uniforms, `[..., C]`, each channel moved by `by` before it is rounded."""
    mask = ops.one_hot(component, distribution.logits.shape[-1], dtype="float32")
    loc, scale, coupling = (
        [ops.sum(mask * each, axis=-1, keepdims=True) for each in parameters]
        for parameters in (distribution.locs, distribution.scales, distribution.couplings)
    )
    channels = []
    for c, each in enumerate(ops.split(u, distribution.channels, axis=-1)):
        pixel = DiscretizedLogistic(_moved(loc, coupling, channels) + by, scale[c])
        channels.append(from_uniform(pixel, each))
    return ops.concatenate(channels, axis=-1)


def _size(distribution, shape):
    """The shape of a draw, but for its channels."""
    return (*shape, *ops.shape(distribution.logits)[:-1])


@from_uniform.register(DiscretizedLogisticMixture)
def _(distribution, u):
    """The first channel's uniform chooses the component too: where it lies among those that choose it is uniform."""
    p, first = ops.softmax(distribution.logits, axis=-1), u[..., 0]
    component = level_of(first, distribution.logits)
    mask = ops.one_hot(component, p.shape[-1], dtype="float32")
    below, width = (ops.sum(mask * each, axis=-1) for each in (ops.cumsum(p, axis=-1) - p, p))
    within = ops.clip((first - below) / width, EDGE, 1 - EDGE)
    return _drawn(distribution, component, ops.concatenate([ops.expand_dims(within, -1), u[..., 1:]], axis=-1))


@draw.register(DiscretizedLogisticMixture)
def _(distribution, key, shape=()):
    keys = split(key)
    component = categorical(keys[0], distribution.logits, shape)
    return _drawn(distribution, component, uniform(keys[1], (*_size(distribution, shape), distribution.channels)))


@sides.register(DiscretizedLogisticMixture)
def _(distribution, key, tolerance, shape=()):
    keys = split(key)
    first = uniform(keys[0], _size(distribution, shape))
    u = uniform(keys[1], (*_size(distribution, shape), distribution.channels))
    return tuple(
        _drawn(distribution, level_of(first + by, distribution.logits), u, by) for by in (-tolerance, tolerance)
    )
