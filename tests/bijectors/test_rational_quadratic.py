import numpy as np
import pytest
from keras import ops

from zoo.bijectors.rational_quadratic import LEAST, RationalQuadratic
from zoo.numerics.gradient import gradient

BOUND = 3.0


def spline(rng, scale=1.0, bins=5, size=4, count=200):
    """A function of each dimension of each of many vectors, and points within the bound and beyond it."""
    numbers = (scale * rng.normal(size=(count, size, 3 * bins - 1))).astype("float32")
    return numbers, rng.uniform(-1.1 * BOUND, 1.1 * BOUND, size=(count, size)).astype("float32")


def test_zeros_stand_for_the_identity(rng):
    x = rng.uniform(-5, 5, size=(50, 4)).astype("float32")
    step = RationalQuadratic(np.zeros([50, 4, 14], "float32"), BOUND)
    assert np.allclose(step.forward(x), x, atol=1e-6)
    assert np.allclose(step.inverse(x), x, atol=1e-6)
    assert np.allclose(step.forward_log_det_jacobian(x), 0, atol=1e-5)


def test_it_goes_through_its_knots_with_their_slopes():
    """The knots from the definition, with SciPy's softmax."""
    from scipy.special import softmax

    numbers = np.random.default_rng(4).normal(size=(1, 1, 11)).astype("float32")
    widths, heights = (
        2 * BOUND * (LEAST + (1 - 4 * LEAST) * softmax(numbers[0, 0, 4 * i : 4 * i + 4].astype("float64")))
        for i in (0, 1)
    )
    x, y = (np.concatenate([[0], np.cumsum(each)]) - BOUND for each in (widths, heights))
    slopes = np.exp(2 * np.tanh(numbers[0, 0, 8:].astype("float64") / 2))
    step = RationalQuadratic(np.repeat(numbers, 3, 0), BOUND)
    at = x[1:-1, None].astype("float32")
    assert np.allclose(np.asarray(step.forward(at))[:, 0], y[1:-1], atol=1e-5)
    assert np.allclose(step.forward_log_det_jacobian(at), np.log(slopes), atol=1e-4)
    # In the middle of a bin the quotient of the docstring.
    left, right = np.concatenate([[1], slopes]), np.concatenate([slopes, [1]])
    s = heights / widths
    middle = y[:-1] + heights * (s / 4 + left / 4) / (s + (left + right - 2 * s) / 4)
    step = RationalQuadratic(np.repeat(numbers, 4, 0), BOUND)
    at = ((x[1:] + x[:-1]) / 2)[:, None].astype("float32")
    assert np.allclose(np.asarray(step.forward(at))[:, 0], middle, atol=1e-5)


def test_its_log_det_is_the_sum_of_its_slopes_logs(rng):
    numbers, x = spline(rng)
    slope = gradient(lambda x: RationalQuadratic(numbers, BOUND).forward(x), ops.convert_to_tensor(x))
    found = RationalQuadratic(numbers, BOUND).forward_log_det_jacobian(x)
    assert found.shape == (200,)
    assert np.allclose(found, np.log(np.asarray(slope)).sum(-1), atol=1e-3)


@pytest.mark.parametrize(("scale", "error"), [(0.5, 1e-5), (1.0, 1e-4)])
def test_the_inverse_undoes_it(scale, error, rng):
    numbers, x = spline(rng, scale)
    y = np.array(RationalQuadratic(numbers, BOUND).forward(x))
    other = RationalQuadratic(numbers, BOUND)
    assert np.allclose(other.inverse(y), x, atol=error)
    forward = np.asarray(RationalQuadratic(numbers, BOUND).forward_log_det_jacobian(x))
    assert np.allclose(other.inverse_log_det_jacobian(y), -forward, atol=20 * error)


def test_beyond_the_bound_it_is_the_identity_and_nothing_jumps_there(rng):
    numbers, _ = spline(rng)
    for x, y in ((7.5, 7.5), (-300.0, -300.0), (BOUND, BOUND), (-BOUND, -BOUND), (BOUND - 1e-5, BOUND)):
        step = RationalQuadratic(numbers, BOUND)
        assert np.allclose(step.forward(np.full([200, 4], x, "float32")), y, atol=1e-4)
        assert np.allclose(step.forward_log_det_jacobian(np.full([200, 4], x, "float32")), 0, atol=1e-2)


@pytest.mark.parametrize("scale", [50.0, 1e25])
def test_the_most_extreme_numbers_leave_it_monotone_and_finite(scale, rng):
    numbers, x = spline(rng, scale)
    y = np.array(RationalQuadratic(numbers, BOUND).forward(x))
    back = np.array(RationalQuadratic(numbers, BOUND).inverse(y))
    # Where it is flat, many x have a y: any of them has this one.
    assert np.allclose(RationalQuadratic(numbers, BOUND).forward(back), y, atol=1e-4)
    slopes = gradient(
        lambda n: (
            RationalQuadratic(n, BOUND).forward_log_det_jacobian(x)
            + ops.sum(RationalQuadratic(n, BOUND).inverse(y), axis=-1)
        ),
        ops.convert_to_tensor(numbers),
    )
    assert np.isfinite(np.asarray(slopes)).all()
    line = np.linspace(-4, 4, 200, dtype="float32")[:, None]
    rising = np.asarray(RationalQuadratic(np.repeat(numbers[:1, :1], 200, 0), BOUND).forward(line))[:, 0]
    assert (np.diff(rising) >= -1e-6).all()


def test_a_density_bent_by_it_integrates_to_one(rng):
    numbers = np.repeat(rng.normal(size=(1, 1, 14)).astype("float32"), 40001, 0)
    y = np.linspace(-10, 10, 40001, dtype="float32")[:, None]
    step = RationalQuadratic(numbers, BOUND)
    x = np.asarray(step.inverse(y), "float64")[:, 0]
    p = np.exp(-0.5 * x**2 + np.asarray(step.inverse_log_det_jacobian(y), "float64")) / np.sqrt(2 * np.pi)
    assert p.sum() * (y[1, 0] - y[0, 0]) == pytest.approx(1, abs=1e-3)
