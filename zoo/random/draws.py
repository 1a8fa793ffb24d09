"""Draws from distributions with the counter-based generator, by the distribution's class."""

import functools

from keras import ops

from zoo.errors import InputError
from zoo.probability import tfd
from zoo.random.keys import key as key
from zoo.random.threefry import categorical, normal, split, uniform

# TFP makes instances of a base class of its own where a part isn't a composite tensor: register for those too.
_Independent, _Transformed, _MixtureSameFamily = (
    cls.__mro__[1] for cls in (tfd.Independent, tfd.TransformedDistribution, tfd.MixtureSameFamily)
)


@functools.singledispatch
def draw(distribution, key, shape=()):
    """Draws from a distribution with the counter-based generator.

    Args:
        distribution: a `tfd.Normal`, `Logistic`, `Laplace`, `Uniform`, `Bernoulli`, `Independent`,
            `TransformedDistribution`, `MixtureSameFamily` of what is known over vectors, or whatever has been
            registered with `draw.register`.
        key: int32 `[2]`.
        shape: the sample's shape, in front of the distribution's batch and event shape; ints and int32 scalars.

    Returns:
        Tensor `shape + batch_shape + event_shape`.

    Raises:
        InputError: the distribution's class is not known here, or it is a mixture over others than vectors.

    Example:
        >>> z = draw(tfd.Normal(loc=ops.zeros([3]), scale=1.0), key(7), (2,))
        >>> tuple(z.shape)
        (2, 3)
    """
    raise InputError(
        f"zoo.random.draw doesn't know {type(distribution).__name__}: register a function for it with draw.register."
    )


@functools.singledispatch
def draw_and_log_prob(distribution, key, shape=()):
    """A draw z and its log_q, under one law: E[p(x, z) / exp(log_q)] = p(x) for a q of x.

    Of a density it is the log density, at no further cost: a flow's bijectors remember what they were given. What is no
    density of z, a Markov chain's end say, registers a function of its own with `draw_and_log_prob.register`: its log_q
    is an extended density less the reverse model's.

    Args:
        distribution, key, shape: as for `draw`.

    Returns:
        The draw, and its log_q, `shape + batch_shape`, in nats.

    Example:
        >>> z, log_q = draw_and_log_prob(tfd.Normal(loc=0.0, scale=1.0), key(7), (2,))
        >>> tuple(log_q.shape)
        (2,)
    """
    z = draw(distribution, key, shape)
    return z, distribution.log_prob(z)


@functools.singledispatch
def strata(distribution, key, shape=()):
    """A draw of each component of a mixture, so that its weights have a gradient, which a drawn choice hasn't.

    E[sum_k w_k p(x, z_k) / exp(log_q_k)] = p(x). What is no mixture is one component, whose weight is 1.

    Args:
        distribution, key, shape: as for `draw_and_log_prob`.

    Returns:
        The draws, `shape + [K] + batch_shape + event_shape`; log_q of each, which is the whole mixture's,
        `shape + [K] + batch_shape`, in nats; and the weights w, `[K] + batch_shape`, or `[K, 1]` where all have the
        same.

    Example:
        >>> z, log_q, weights = strata(tfd.Normal(loc=ops.zeros([3]), scale=1.0), key(7), (2,))
        >>> tuple(z.shape), tuple(log_q.shape), tuple(weights.shape)
        ((2, 1, 3), (2, 1, 3), (1, 1))
    """
    z, log_q = draw_and_log_prob(distribution, key, (*shape, 1))
    return z, log_q, ops.ones([1, 1])


def _batch_shape(distribution):
    """Ints where known, int32 scalar tensors elsewhere."""
    static = tuple(distribution.batch_shape)
    if None not in static:
        return static
    dynamic = distribution.batch_shape_tensor()
    return tuple(dynamic[axis] if size is None else size for axis, size in enumerate(static))


@draw.register(tfd.Normal)
def _(distribution, key, shape=()):
    noise = normal(key, (*shape, *_batch_shape(distribution)))
    return distribution.loc + distribution.scale * noise


@functools.singledispatch
def from_uniform(distribution, u):
    """The draw that uniforms stand for, one for each number: what `draw` makes of those of its key.

    Args:
        distribution: a `tfd.Logistic`, `Laplace`, `Uniform` or `Bernoulli`, an `Independent` one of these, or
            whatever has been registered with `from_uniform.register`.
        u: float tensor in (0, 1), of the draw's shape.

    Returns:
        Tensor of that shape.

    Raises:
        InputError: the distribution's class is not known here.

    Example:
        >>> float(from_uniform(tfd.Bernoulli(probs=0.3), 0.2)), float(from_uniform(tfd.Bernoulli(probs=0.3), 0.4))
        (1.0, 0.0)
    """
    kind = type(distribution).__name__
    raise InputError(f"zoo.random.from_uniform doesn't know {kind}: register a function for it.")


@from_uniform.register(tfd.Logistic)
def _(distribution, u):
    return distribution.loc + distribution.scale * (ops.log(u) - ops.log(1 - u))


@from_uniform.register(tfd.Laplace)
def _(distribution, u):
    # Either tail's logarithm, of a number that isn't 0.
    noise = ops.where(u < 0.5, ops.log(2 * u), -ops.log(2 * (1 - u)))
    return distribution.loc + distribution.scale * noise


@from_uniform.register(tfd.Uniform)
def _(distribution, u):
    return distribution.low + (distribution.high - distribution.low) * u


@from_uniform.register(tfd.Bernoulli)
def _(distribution, u):
    return ops.cast(u < distribution.probs_parameter(), "float32")


@from_uniform.register(_Independent)
def _(distribution, u):
    return from_uniform(distribution.distribution, u)


@draw.register(tfd.Logistic)
@draw.register(tfd.Laplace)
@draw.register(tfd.Uniform)
@draw.register(tfd.Bernoulli)
def _(distribution, key, shape=()):
    return from_uniform(distribution, uniform(key, (*shape, *_batch_shape(distribution))))


@draw.register(_Independent)
def _(distribution, key, shape=()):
    return draw(distribution.distribution, key, shape)


@draw.register(_Transformed)
def _(distribution, key, shape=()):
    return distribution.bijector.forward(draw(distribution.distribution, key, shape))


@draw.register(_MixtureSameFamily)
def _(distribution, key, shape=()):
    if len(distribution.event_shape) != 1:
        raise InputError(f"zoo.random.draw knows mixtures over vectors, and none over {distribution.event_shape}.")
    keys = split(key)
    logits = ops.convert_to_tensor(distribution.mixture_distribution.logits_parameter())
    component = categorical(keys[0], logits, shape)
    components = distribution.components_distribution
    normals = getattr(components, "distribution", None)
    if not isinstance(normals, tfd.Normal):
        # Each component has a draw, of which one counts: [..., K, D] -> [..., D]
        return _chosen(draw(components, keys[1], shape), component)
    loc, scale = (_chosen(ops.convert_to_tensor(x), component) for x in (normals.loc, normals.scale))
    return loc + scale * normal(keys[1], (*shape, *_batch_shape(distribution), loc.shape[-1]))


def _chosen(x, component):
    """Each draw's component of x, `[..., K, D]`."""
    if len(x.shape) == 2:
        return ops.take(x, component, axis=0)
    # Each example of the batch has components of its own.
    mask = ops.one_hot(component, x.shape[-2], dtype=x.dtype)
    return ops.sum(ops.expand_dims(mask, -1) * x, axis=-2)


@functools.singledispatch
def sides(distribution, key, tolerance, shape=()):
    """The draws that `draw` may give where parameters are within `tolerance` of these, as rounding leaves them.

    A draw that has steps, a black or a white pixel, falls on one side of an edge or on the other. The two given here
    differ where an edge is within `tolerance` of the uniform or of what was drawn before it was rounded.

    Args:
        distribution, key, shape: as of `draw`; what has no steps is drawn alike twice.
        tolerance: in units of the mean.

    Returns:
        Two tensors of the shape that `draw` gives, of the lower side and of the upper.

    Example:
        >>> low, high = sides(tfd.Bernoulli(probs=ops.full([1000], 0.5)), key(7), 0.1)
        >>> bool(ops.all(low <= high)), 100 < int(ops.sum(high - low)) < 300
        (True, True)
    """
    drawn = draw(distribution, key, shape)
    return drawn, drawn


@sides.register(tfd.Bernoulli)
def _(distribution, key, tolerance, shape=()):
    u = uniform(key, (*shape, *_batch_shape(distribution)))
    p = distribution.probs_parameter()
    return ops.cast(u < p - tolerance, "float32"), ops.cast(u < p + tolerance, "float32")


@sides.register(_Independent)
def _(distribution, key, tolerance, shape=()):
    return sides(distribution.distribution, key, tolerance, shape)


@functools.singledispatch
def mean_image(distribution, key):
    """The mean of a distribution of images; where pixels see each other, their means along one drawn image.

    Args:
        distribution: of images, with a `mean`, or whatever has been registered with `mean_image.register`.
        key: int32 `[2]`, for what has to be drawn.

    Returns:
        Tensor `batch_shape + event_shape`.

    Example:
        >>> float(mean_image(tfd.Normal(1.0, 1.0), key(7)))
        1.0
    """
    return distribution.mean()


@mean_image.register(_Independent)
def _(distribution, key):
    return mean_image(distribution.distribution, key)


@functools.singledispatch
def center(distribution):
    """The point that stands for a distribution where one is wanted: what `encode` gives.

    It is the mean, and for a flow the mean of the base pushed through it.

    Args:
        distribution: any distribution with a mean, or a `tfd.TransformedDistribution` of one.

    Returns:
        Tensor `batch_shape + event_shape`.

    Example:
        >>> from zoo.probability import tfb
        >>> float(center(tfd.TransformedDistribution(tfd.Normal(1.0, 1.0), tfb.Scale(3.0))))
        3.0
    """
    return distribution.mean()


@center.register(_Transformed)
def _(distribution):
    return distribution.bijector.forward(center(distribution.distribution))
