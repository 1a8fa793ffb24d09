"""A mixture of a few distributions, whatever they are."""

from keras import ops

from zoo.errors import InputError
from zoo.random import categorical, center, draw, split, strata


class Mixed:
    """q(z) = sum_k w_k q_k(z), over vectors, of distributions that have a density each.

    `tfd.MixtureSameFamily` is for many components of one kind, and makes one pass of all. This is for a few of any: a
    mixture may be among them.

    Args:
        log_weights: log w_k, float32 `[K]`, or `[B, K]` where each of the batch has its own; the weights sum to one.
        components: the K distributions q_k, of batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: a component has no density.

    Example:
        >>> from zoo.probability import tfd
        >>> one, other = (tfd.Independent(tfd.Normal(ops.full([1, 2], loc), 1.0), 1) for loc in (0.0, 3.0))
        >>> q = Mixed(ops.log(ops.convert_to_tensor([0.5, 0.5])), [one, other])
        >>> round(float(q.log_prob(ops.convert_to_tensor([[0.0, 3.0]]))[0]), 4)
        -6.3379
    """

    def __init__(self, log_weights, components):
        for each in components:
            if not hasattr(each, "log_prob"):
                raise InputError(
                    f"a {type(each).__name__} has no density, which a mixture needs of its components: a Gaussian or "
                    "an IAF posterior has one."
                )
        self.log_weights, self.components = log_weights, list(components)

    def log_prob(self, z):
        """log sum_k w_k q_k(z), `[..., B]`, at z `[..., B, D]`, in nats."""
        each = ops.stack([q.log_prob(z) for q in self.components], axis=-1)
        return ops.logsumexp(self.log_weights + each, axis=-1)

    @property
    def log_weights_first(self):
        """log w, `[K, B]`, or `[K, 1]` where all have the same."""
        return ops.transpose(self.log_weights if len(self.log_weights.shape) == 2 else self.log_weights[None])

    def draws(self, key, shape):
        """A draw of each component: K tensors `shape + [B, D]`."""
        keys = split(key, len(self.components))
        return [draw(q, keys[number], shape) for number, q in enumerate(self.components)]


@draw.register(Mixed)
def _(q, key, shape=()):
    keys = split(key)
    each = ops.stack(q.draws(keys[1], shape), axis=-2)  # [..., B, K, D]
    leading = tuple(ops.shape(each)[:-2])
    component = categorical(keys[0], q.log_weights, leading if len(q.log_weights.shape) == 1 else shape)
    return ops.sum(ops.one_hot(component, len(q.components))[..., None] * each, axis=-2)


@strata.register(Mixed)
def _(q, key, shape=()):
    z = ops.stack(q.draws(key, shape), axis=len(shape))
    return z, q.log_prob(z), ops.exp(q.log_weights_first)


@center.register(Mixed)
def _(q):
    weights = ops.exp(q.log_weights_first)[..., None]
    return sum(weights[number] * center(each) for number, each in enumerate(q.components))
