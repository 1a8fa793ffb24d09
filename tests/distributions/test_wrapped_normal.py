import math

import numpy as np
import pytest
from keras import ops
from scipy import stats

from zoo.distributions.wrapped_normal import RIM, WrappedNormal, from_center
from zoo.numerics.gradient import gradient
from zoo.random import center, draw, draw_and_log_prob, key


def moebius(x, y, c):
    """x (+) y in the ball of curvature -c, float64."""
    xy, xx, yy = (np.sum(a * b, -1, keepdims=True) for a, b in ((x, y), (x, x), (y, y)))
    return ((1 + 2 * c * xy + c * yy) * x + (1 - c * xx) * y) / (1 + 2 * c * xy + c**2 * xx * yy)


def log_density(z, loc, scale, c):
    """Of z in the ball of radius 1 / sqrt(c), as the paper has it, and times the volume that the metric has there."""
    y = moebius(-loc, z, c)
    length = np.linalg.norm(y, axis=-1, keepdims=True)
    distance = 2 / np.sqrt(c) * np.arctanh(np.sqrt(c) * length)
    log_normal = stats.norm.logpdf(distance * y / length, scale=scale).sum(-1)
    ratio = np.sqrt(c) * distance[..., 0]
    volume = z.shape[-1] * np.log(2 / (1 - c * np.sum(z * z, -1)))
    return log_normal + (z.shape[-1] - 1) * np.log(ratio / np.sinh(ratio)) + volume


def in_ball(rng, count, size, most=0.95):
    z = rng.normal(size=(count, size))
    return z / np.linalg.norm(z, axis=-1, keepdims=True) * most * rng.random((count, 1)) ** (1 / size)


def wrapped(loc, scale):
    return WrappedNormal(*(ops.convert_to_tensor(np.asarray(each, "float32")) for each in (loc, scale)))


@pytest.mark.parametrize("c", [0.1, 1.0, 4.0])
def test_its_density_is_the_papers_of_any_curvature_in_units_of_the_balls_radius(c, rng):
    """The trap: z / s and c s^2 are the same space."""
    for size in (1, 2, 5):
        loc, z = in_ball(rng, 1, size)[0].astype("float32"), in_ball(rng, 200, size).astype("float32")
        scale = rng.uniform(0.3, 1.5, size).astype("float32")
        expected = log_density(z / np.sqrt(c), loc / np.sqrt(c), scale.astype("float64"), c) - size / 2 * np.log(c)
        found = wrapped(loc, np.sqrt(c) * scale).log_prob(z)
        assert np.allclose(found, expected, rtol=1e-3, atol=1e-3)


def test_it_integrates_to_one_over_the_disc():
    """The trap: the term of r / sinh r left out. In polar coordinates, for a loc off the centre and unequal scales."""
    distance = (np.arange(300) + 0.5) * 10 / 300
    angles = np.arange(180) * 2 * np.pi / 180
    radius = np.tanh(distance / 2)
    z = radius[:, None, None] * np.stack([np.cos(angles), np.sin(angles)], -1)
    volume = (radius * (1 - radius**2) / 2 * 10 / 300)[:, None] * 2 * np.pi / 180
    for c in (0.5, 1.2):
        q = wrapped([0.3, -0.2], math.sqrt(c) * np.array([0.5, 0.8]))
        mass = np.exp(np.asarray(q.log_prob(z.astype("float32")), "float64")) * volume
        assert mass.sum() == pytest.approx(1, abs=1e-3)
        drawn = np.asarray(draw(q, key(1), (20_000,)), "float64")
        for moment in (lambda z: z, lambda z: z**2, lambda z: z[..., :1] * z[..., 1:]):
            found, expected = moment(drawn), np.tensordot(mass, moment(z), 2)
            assert (np.abs(found.mean(0) - expected) < 4.5 * found.std(0) / np.sqrt(len(found)) + 1e-4).all()


def test_flat_space_is_the_normal():
    """Near the centre and of a small scale, as where the curvature goes to 0: z is half of v."""
    rng = np.random.default_rng(0)
    root = 1e-3
    loc, scale, v = rng.normal(size=3), np.array([0.5, 1.0, 2.0]), rng.normal(size=(50, 3))
    q = wrapped(root * loc / 2, root * scale)
    expected = stats.norm.logpdf(v, loc, scale).sum(-1) - 3 * np.log(root / 2)
    assert np.allclose(q.log_prob((root * v / 2).astype("float32")), expected, atol=1e-3)
    z = np.asarray(draw(q, key(2), (20_000,)), "float64") * 2 / root
    for d in range(3):
        assert stats.kstest(z[:, d], stats.norm(loc[d], scale[d]).cdf).pvalue > 1e-3


def test_a_draw_comes_with_its_density_however_far_it_is(rng):
    """The trap: an artanh whose argument has rounded to 1. The tangent's length is the distance."""
    loc = in_ball(rng, 3, 4)
    loc *= np.tanh(np.array([[0.01], [3], [6]]) / 2) / np.linalg.norm(loc, axis=-1, keepdims=True)
    q = wrapped(loc, np.full((3, 4), 0.7))
    z, log_q = draw_and_log_prob(q, key(3), (500,))
    assert np.array_equal(z, draw(q, key(3), (500,)))
    error = np.abs(np.asarray(log_q - q.log_prob(z)))
    assert error[:, 0].max() < 1e-4 and error[:, 1].max() < 2e-3 and error[:, 2].max() < 0.1
    exact = log_density(np.asarray(z, "float64"), np.asarray(q.loc, "float64"), 0.7, 1.0)
    assert np.allclose(log_q[:, :2], exact[:, :2], atol=2e-3)


@pytest.mark.long
@pytest.mark.parametrize("scale", [1e-4, 1.0, 30.0, 1e3, 1e30])
def test_codes_are_strictly_inside_and_all_is_finite(scale):
    q = wrapped([[0.0, 0.0], [0.999, 0.0]], np.full((2, 2), scale))
    z, log_q = draw_and_log_prob(q, key(4), (2000,))
    assert (np.linalg.norm(np.asarray(z, "float64"), axis=-1) < 1 - RIM / 2).all()
    assert np.isfinite(log_q).all() and np.isfinite(q.log_prob(z)).all()
    slopes = gradient(lambda s: draw_and_log_prob(WrappedNormal(q.loc, s), key(4), (2000,))[1], q.scale)
    assert scale > 1e20 or np.isfinite(np.asarray(slopes)).all()
    outside = np.array([[1.0, 0.0], [0.8, 0.8], [3.0, -4.0]], "float32")
    assert np.isneginf(wrapped([0.1, 0.0], [1.0, 1.0]).log_prob(outside)).all()


def test_gradients_are_finite_and_right_at_the_middle_of_it(rng):
    """The trap: value = loc, where |v| has no gradient. The density's slope by loc, beside differences."""
    loc, scale = ops.convert_to_tensor(np.array([0.3, -0.4], "float32")), np.array([0.5, 0.9], "float32")
    for z in np.array([[0.3, -0.4], [0.301, -0.4], [-0.5, 0.6]], "float32"):
        found = np.asarray(gradient(lambda at, z=z: WrappedNormal(at, scale).log_prob(z), loc))
        at, here = np.asarray(z, "float64"), np.asarray(loc, "float64") + 1e-12
        slopes = []
        for h in 1e-5 * np.eye(2):
            ends = [log_density(at, here + step, scale.astype("float64"), 1.0) for step in (h, -h)]
            slopes.append((ends[0] - ends[1]) / 2e-5)
        assert np.allclose(found, slopes, atol=5e-3)
    assert np.isfinite(np.asarray(gradient(lambda v: from_center(v)[0], ops.zeros([3])))).all()
    assert np.array_equal(center(WrappedNormal(loc, loc)), loc)


def test_the_divergence_of_draws_is_never_below_zero_in_the_mean_and_is_zero_of_itself():
    q, p = wrapped([[0.3, 0.1]], [[0.6, 0.4]]), wrapped([0.0, 0.0], [1.0, 1.0])
    z, log_q = draw_and_log_prob(q, key(5), (20_000,))
    ratio = np.asarray(log_q - p.log_prob(z), "float64")
    assert ratio.mean() > 3 * ratio.std() / np.sqrt(ratio.size) > 0
    same, log_same = draw_and_log_prob(p, key(5), (1000,))
    assert np.allclose(log_same, p.log_prob(same), atol=2e-4)
