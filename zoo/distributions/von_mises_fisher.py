"""The von Mises-Fisher distribution on the unit sphere."""

import math

import numpy as np
from keras import ops

from zoo.distributions.spherical_uniform import SphericalUniform, log_area
from zoo.numerics.divergence import kl_per_dimension
from zoo.numerics.unit_vector import unit_vector
from zoo.random import center, draw, normal, split, uniform

#: How many proposals a draw has. At least 0.658 of them are accepted, whatever kappa and m, so that a draw has none
#: with a probability below 1e-9: it then takes the last.
PROPOSALS = 20
#: Nodes of the quadratures over all angles, and over those beyond one.
NODES, NODES_BEYOND = 256, 24


class VonMisesFisher:
    """q(z) = C_m(kappa) exp(kappa loc'z), on the unit sphere in R^m.

        1 / C_m(kappa) = a int_0^pi exp(kappa cos t) sin(t)^(m - 2) dt,  a the area of the unit sphere in R^(m - 1)

    The integral is the modified Bessel function I_(m/2 - 1)(kappa), but for what doesn't hang on the integrand. Here it
    is Gauss and Legendre's sum of 256 terms, to float32's last digits up to m = 500 and kappa = 10^4: every backend and
    TFLite compute it alike, it has no steps, and as a sum of exponentials its logarithm is convex in kappa, so that the
    mean of loc'z, which is its derivative, grows with kappa.

    Draws have a gradient by kappa: the angle's, at which its cumulative distribution stays what it is.

    Args:
        loc: the mean direction, unit vectors, float `[..., m]`, m at least 2.
        concentration: kappa, float `[...]`, 0 to 10^4.

    Example:
        >>> q = VonMisesFisher(ops.convert_to_tensor([0.0, 0.0, 1.0]), ops.convert_to_tensor(100.0))
        >>> round(float(q.log_normalizer()), 3)
        -97.233

    References:
        Davidson et al. 2018, "Hyperspherical Variational Auto-Encoders", section 3; Wood 1994, "Simulation of the von
        Mises Fisher distribution", for draws; Figurnov et al. 2018, "Implicit Reparameterization Gradients", for their
        gradient.
    """

    def __init__(self, loc, concentration):
        self.loc, self.concentration = ops.cast(loc, "float32"), ops.cast(concentration, "float32")
        self.size = loc.shape[-1]
        nodes, weights = np.polynomial.legendre.leggauss(NODES)
        angles = (nodes + 1) * math.pi / 2
        #: 1 - cos t at each node, and the log of what the node stands for.
        self._fall = (2 * np.sin(angles / 2) ** 2).astype("float32")
        log_weights = np.log(weights * math.pi / 2) + (self.size - 2) * np.log(np.sin(angles))
        self._log_weights = log_weights.astype("float32")

    def _terms(self):
        """The logs of what the nodes have in the integral of exp(kappa (cos t - 1)) sin(t)^(m - 2), `[..., NODES]`."""
        return self._log_weights - self.concentration[..., None] * self._fall

    def _log_integral(self):
        return log_area(self.size - 1) + ops.logsumexp(self._terms(), axis=-1)

    def log_normalizer(self):
        """log C_m(kappa), `[...]`."""
        return -self._log_integral() - self.concentration

    def mean_fall(self):
        """1 - E[loc'z], `[...]`: the mean resultant length I_(m/2)(kappa) / I_(m/2 - 1)(kappa) from the other end."""
        return ops.sum(ops.softmax(self._terms()) * self._fall, axis=-1)

    def log_prob(self, z):
        """log q(z), `[...]`, in nats, at unit vectors z `[..., m]`."""
        # kappa (loc'z - 1): of unit vectors, and without a difference of large numbers.
        distance = ops.sum(ops.square(z - self.loc), axis=-1)
        return -self.concentration * distance / 2 - self._log_integral()

    def at(self, cosine, sine, tangent):
        """The vector at an angle from loc, in a direction.

        Householder's reflection brings the first axis, or its opposite, to loc: whichever is the further of the two.

        Args:
            cosine, sine: of the angle, `[...]`.
            tangent: the direction, unit vectors `[..., m - 1]`.
        """
        first = self.loc[..., :1]
        sign = ops.where(first >= 0, 1.0, -1.0)
        across = self.loc + sign * np.eye(1, self.size, dtype="float32")[0]
        tangent = ops.concatenate([ops.zeros_like(tangent[..., :1]), tangent], axis=-1)
        along = ops.sum(across * tangent, axis=-1, keepdims=True) / (1 + ops.abs(first))
        return cosine[..., None] * self.loc + sine[..., None] * (tangent - along * across)


@draw.register(VonMisesFisher)
def _(distribution, key, shape=()):
    keys, batch = split(key), ops.shape(distribution.concentration)
    concentration = ops.broadcast_to(distribution.concentration, (*shape, *batch))
    noise = normal(keys[0], (*shape, *batch, PROPOSALS, distribution.size))
    accepted = _accepted(concentration[..., None], noise, uniform(keys[1], (*shape, *batch, PROPOSALS)))
    noise = ops.sum(accepted[..., None] * noise, axis=-2)
    cosine, sine = ops.split(_angle(concentration, noise, distribution.mean_fall()), 2, axis=-1)
    return distribution.at(cosine[..., 0], sine[..., 0], unit_vector(noise[..., 1:]))


def _proposal(concentration, noise):
    """Wood's b, and of uniform unit vectors Z = (1 + the first number) / 2, a beta variable, 1 - Z, sqrt(Z (1 - Z))."""
    size = noise.shape[-1]
    b = (size - 1) / (2 * concentration + ops.sqrt(4 * ops.square(concentration) + (size - 1) ** 2))
    first, rest = noise[..., 0], ops.sum(ops.square(noise[..., 1:]), axis=-1)
    length = ops.sqrt(ops.square(first) + rest + 1e-30)
    # The smaller of Z and 1 - Z, without a difference.
    small = rest / (2 * length * (length + ops.abs(first)))
    z, other = ops.where(first < 0, small, 1 - small), ops.where(first < 0, 1 - small, small)
    return b, z, other, ops.sqrt(rest) / (2 * length)


def _accepted(concentration, noise, u):
    """1 for the first proposal that is accepted, `[..., PROPOSALS]`, 0 for the others."""
    b, z, other, _ = _proposal(concentration, noise)
    below = other + b * z
    log_ratio = 2 * concentration * b * (1 / (1 + b) - z / below)
    log_ratio = log_ratio + (noise.shape[-1] - 1) * ops.log((1 + b) / (2 * below))
    last = np.eye(1, PROPOSALS, PROPOSALS - 1, dtype="float32")[0]
    accepted = ops.maximum(ops.cast(ops.log(u) < log_ratio, "float32"), last)
    return accepted * ops.cast(ops.cumsum(accepted, axis=-1) < 1.5, "float32")


@ops.custom_gradient
def _angle(concentration, noise, mean_fall):
    """The cosine and the sine of the angle from loc, `[..., 2]`, of the noise of an accepted proposal."""
    b, z, other, half = _proposal(concentration, noise)
    below = other + b * z
    cosine, sine = 1 - 2 * b * z / below, 2 * ops.sqrt(b) * half / below

    def gradient(*args, upstream=None):
        if upstream is None:
            (upstream,) = args
        turn = cosine * upstream[..., 1] - sine * upstream[..., 0]
        slope = _slope(concentration, cosine, sine, mean_fall, noise.shape[-1])
        return turn * slope, ops.zeros_like(noise), ops.zeros_like(mean_fall)

    return ops.stack([cosine, sine], axis=-1), gradient


def _slope(concentration, cosine, sine, mean_fall, size):
    """d angle / d kappa, at which the cumulative distribution F(angle; kappa) stays the same: -dF/dkappa / q(angle).

    dF/dkappa is the integral of (cos t - E[cos t]) q(t) from 0 to the angle, which is that from the angle to pi with
    the other sign. Of the two the one is taken whose terms are all positive, as far as there is anything to find.
    """
    nodes, weights = (each.astype("float32") for each in np.polynomial.legendre.leggauss(NODES_BEYOND))
    angle, sine = ops.arctan2(sine, cosine), ops.maximum(sine, 1e-9)
    fall = 2 * ops.square(ops.sin(angle / 2))
    curvature = concentration * ops.relu(cosine) + (size - 2) / ops.square(sine)
    reach = 10 / ops.sqrt(curvature + 1e-6)
    near = fall < mean_fall
    low = ops.where(near, ops.relu(angle - reach), angle)
    high = ops.where(near, angle, ops.minimum(angle + reach, math.pi))
    t = low[..., None] + (high - low)[..., None] * (nodes + 1) / 2
    falls = 2 * ops.square(ops.sin(t / 2))
    log_ratio = ops.log(ops.maximum(ops.sin(t), 1e-9)) - ops.log(sine)[..., None]
    ratio = ops.exp(concentration[..., None] * (fall[..., None] - falls) + (size - 2) * log_ratio)
    integral = ops.sum((mean_fall[..., None] - falls) * ratio * weights, axis=-1) * (high - low) / 2
    return ops.where(near, -integral, integral)


@center.register(VonMisesFisher)
def _(distribution):
    """The mean direction, which is on the sphere as no mean is."""
    return distribution.loc


@kl_per_dimension.register(VonMisesFisher)
def _(q, p, z=None):
    """log C_m(kappa) + kappa E[loc'z] + log area, `[..., 1]`: on a sphere no dimension is by itself."""
    if not isinstance(p, SphericalUniform):
        return None
    kl = log_area(q.size) - q._log_integral() - q.concentration * q.mean_fall()
    return kl[..., None]
