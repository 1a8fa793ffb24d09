"""Draws of bits as what numbers of any size say by their sign: what gradients can go through."""

import functools
from typing import Any, NamedTuple

from keras import ops

from zoo.errors import InputError
from zoo.probability import tfd
from zoo.random.streams import stream
from zoo.random.threefry import uniform

# TFP makes instances of a base class of its own where a part isn't a composite tensor.
_Independent = tfd.Independent.__mro__[1]


@functools.singledispatch
def relaxation(distribution):
    """A discrete distribution as a threshold of a continuous one, logits + noise, which is smooth in the logits.

    Args:
        distribution: a `tfd.Independent(tfd.Bernoulli)`, or whatever has been registered with `relaxation.register`: a
            function that gives an object with the attribute and the methods of `Bits`.

    Returns:
        `Bits`, or such an object.

    Raises:
        InputError: the distribution's class is not known here.

    Example:
        >>> bits = relaxation(tfd.Independent(tfd.Bernoulli(logits=ops.zeros([3, 2])), 1))
        >>> tuple(bits.logits.shape)
        (3, 2)
    """
    raise InputError(
        f"zoo.random.relaxation doesn't know {type(distribution).__name__}: register a function for it, or take an "
        "objective that needs the score function alone (score_function, nvil, vimco)."
    )


class Bits(NamedTuple):
    """Independent bits z_d = 1[h_d > 0], h = logits + logit(u), u ~ Uniform(0, 1).

    Example:
        >>> bits = Bits(ops.zeros([2]))
        >>> h = bits.perturbed(ops.convert_to_tensor([0.0, 1.0]), ops.convert_to_tensor([0.5, 0.5]))
        >>> [round(float(each), 4) for each in h], [round(float(each), 4) for each in bits.soft(h, 0.1)]
        ([-1.0986, 1.0986], [0.0, 1.0])

    References:
        Maddison et al. 2017, "The Concrete Distribution: A Continuous Relaxation of Discrete Random Variables"; Tucker
        et al. 2017, "REBAR: Low-variance, unbiased gradient estimates for discrete latent variable models".
    """

    logits: Any  #: log p(z_d = 1) / p(z_d = 0), `[B, D]`

    def log_prob(self, z):
        """The log probability of bits, `[..., B, D]` to `[..., B]`."""
        return ops.sum(z * self.logits - ops.softplus(self.logits), axis=-1)

    def perturbed(self, z, v):
        """A draw of h given its bits: of their sign always, and by its gradient as the logits move while z stays.

            z = 1:  h = softplus(logits + log(1 - v)) - log v        z = 0:  the same of -logits, with the other sign

        Args:
            z: bits, `[..., B, D]`.
            v: uniforms in (0, 1) of z's shape.

        Returns:
            float32 of z's shape. Over z ~ p(z) it is logits + logit(u), u ~ Uniform(0, 1).
        """
        sign = 2.0 * z - 1.0
        return sign * (ops.softplus(sign * self.logits + ops.log(1.0 - v)) - ops.log(v))

    def soft(self, h, temperature):
        """The relaxed bits, in (0, 1): sigmoid(h / temperature), which is z where the temperature is 0."""
        return ops.sigmoid(h / temperature)

    def opposite(self, h):
        """The bits of logits - noise, where h = logits + noise: of the same law, and as unlike those of h as can be."""
        return ops.cast(2.0 * self.logits - h > 0, "float32")


@relaxation.register(_Independent)
def _(distribution):
    bits = distribution.distribution
    if not isinstance(bits, tfd.Bernoulli):
        raise InputError(
            f"zoo.random.relaxation doesn't know {type(bits).__name__}: a posterior of bits is a Bernoulli."
        )
    return Bits(ops.convert_to_tensor(bits.logits_parameter()))


def noise_of(z, key):
    """The uniforms for `perturbed`, which are for z alone.

    Args:
        z: draws, `[..., B, D]`.
        key: int32 `[2]`, what they were drawn with.

    Returns:
        float32 of z's shape, in (0, 1).

    Example:
        >>> from zoo.random.keys import key
        >>> tuple(noise_of(ops.zeros([2, 3]), key(7)).shape)
        (2, 3)
    """
    return uniform(stream(key, "relaxed codes"), ops.shape(z))


def softened(bits, z, key, temperature):
    """The relaxed codes of draws: of the very noise that they were drawn with, which stays as the logits move.

    Args:
        bits: `relaxation` of what was drawn from.
        z: the draws, `[S, B, D]`.
        key: int32 `[2]`, what they were drawn with.
        temperature: above 0.

    Returns:
        float32 of z's shape, with the gradient that they have by the logits.

    Example:
        >>> from zoo.random.keys import key
        >>> soft = softened(Bits(ops.zeros([2])), ops.convert_to_tensor([0.0, 1.0]), key(7), 0.1)
        >>> float(soft[0]) < 0.5 < float(soft[1])
        True
    """
    noise = ops.stop_gradient(bits.perturbed(z, noise_of(z, key)) - bits.logits)
    return bits.soft(bits.logits + noise, temperature)
