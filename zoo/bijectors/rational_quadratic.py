"""The monotone spline of rational quadratics."""

import functools

from keras import ops

from zoo.bijectors.step import Step

#: The least width and height of a bin, of all bins' together.
LEAST = 1e-2


class RationalQuadratic(Step):
    """A monotone function of each dimension, in K bins from -B to B a quotient of quadratics, and beyond them x itself.

    In the bin of x, from (x_k, y_k) to (x_k + w, y_k + h), with the slopes d_k and d_(k+1) at its ends, s = h / w and
    t = (x - x_k) / w:

        y = y_k + h (s t^2 + d_k t (1 - t)) / (s + (d_k + d_(k+1) - 2 s) t (1 - t))
        dy/dx = s^2 (d_(k+1) t^2 + 2 s t (1 - t) + d_k (1 - t)^2) / (s + (d_k + d_(k+1) - 2 s) t (1 - t))^2

    and the inverse is the root of a quadratic. Widths and heights are softmaxes, of at least 2 B / 100 where K is at
    most 50; slopes are exp(2 tanh(r / 2)), within 1/7.4 and 7.4, where the paper has a softplus without an upper
    bound: so the inverse keeps its digits. Numbers that are all 0 stand for the identity.

    A bin is found by comparisons, and its numbers by sums over all bins: TFLite has no search and no gather by example.

    Args:
        numbers: raw widths, raw heights and the raw slopes between bins, float `[..., 3 K - 1]`; the leading axes are
            those of x, `[..., D]`.
        bound: B.

    Example:
        >>> step = RationalQuadratic(ops.zeros([2, 11]), bound=3.0)
        >>> [round(float(y), 4) for y in step.forward(ops.convert_to_tensor([1.25, 7.0]))]
        [1.25, 7.0]

    References:
        Durkan et al. 2019, "Neural Spline Flows", section 3.1; Gregory and Delbourgo 1982, "Piecewise Rational
        Quadratic Interpolation to Monotonic Data".
    """

    def __init__(self, numbers, bound, name="rational_quadratic"):
        super().__init__(name, numbers=numbers, bound=bound)
        self._numbers, self._bound = ops.cast(numbers, "float32"), bound

    @functools.cached_property
    def _bins(self):
        """The left ends, sizes and end slopes of the bins: x, y, w, h, and d at the left and the right, `[..., K]`."""
        count = (self._numbers.shape[-1] + 1) // 3
        raw = self._numbers[..., :count], self._numbers[..., count : 2 * count]
        least = min(LEAST, 0.5 / count)
        w, h = (2 * self._bound * (least + (1 - count * least) * ops.softmax(each)) for each in raw)
        x, y = (ops.cumsum(each, axis=-1) - each - self._bound for each in (w, h))
        inner = ops.exp(2 * ops.tanh(self._numbers[..., 2 * count :] / 2))
        end = ops.ones_like(w[..., :1])
        left, right = (ops.concatenate(each, axis=-1) for each in ([end, inner], [inner, end]))
        return x, y, w, h, left, right

    def _bin(self, at, value):
        """The bin's numbers for each value, where `at` is 0 for bins along x and 1 for those along y."""
        # 1 from where the bin begins: less that of the next, this is 1 in one bin alone.
        begun = ops.cast(ops.expand_dims(value, -1) >= self._bins[at][..., 1:], "float32")
        one = ops.ones_like(begun[..., :1])
        mask = ops.concatenate([one, begun], axis=-1) - ops.concatenate([begun, ops.zeros_like(one)], axis=-1)
        return [ops.sum(mask * each, axis=-1) for each in self._bins]

    def _inside(self, value):
        """Which are within the bound, and the values clipped to it."""
        return ops.abs(value) < self._bound, ops.clip(value, -self._bound, self._bound)

    def _forward(self, x):
        inside, clipped = self._inside(x)
        x_k, y_k, w, h, left, right = self._bin(0, clipped)
        t, s = ops.clip((clipped - x_k) / w, 0.0, 1.0), h / w
        y = y_k + h * (s * t * t + left * t * (1 - t)) / (s + (left + right - 2 * s) * t * (1 - t))
        return ops.where(inside, y, x)

    def _inverse(self, y):
        inside, clipped = self._inside(y)
        x_k, y_k, w, h, left, right = self._bin(1, clipped)
        return ops.where(inside, x_k + w * _root(ops.clip((clipped - y_k) / h, 0.0, 1.0), h / w, left, right), y)

    def _forward_log_det_jacobian(self, x):
        inside, clipped = self._inside(x)
        x_k, _, w, h, left, right = self._bin(0, clipped)
        t = ops.clip((clipped - x_k) / w, 0.0, 1.0)
        return ops.sum(ops.where(inside, _log_slope(t, h / w, left, right), 0.0), axis=-1)

    def _inverse_log_det_jacobian(self, y):
        inside, clipped = self._inside(y)
        _, y_k, w, h, left, right = self._bin(1, clipped)
        t = _root(ops.clip((clipped - y_k) / h, 0.0, 1.0), h / w, left, right)
        return -ops.sum(ops.where(inside, _log_slope(t, h / w, left, right), 0.0), axis=-1)


def _root(v, s, left, right):
    """t of v = (y - y_k) / h: that root of a t^2 + b t = s v which is 0 at 0, in the form that takes no difference."""
    b = left - v * (left + right - 2 * s)
    # a = s - b, so that what is under the root is 0 nowhere, but for rounding.
    root = ops.sqrt(ops.maximum(b * b + 4 * s * v * (s - b), 1e-12))
    negative = b < 0
    return ops.clip(ops.where(negative, root - b, 2 * s * v) / ops.where(negative, 2 * (s - b), b + root), 0.0, 1.0)


def _log_slope(t, s, left, right):
    """log dy/dx."""
    over = right * t * t + 2 * s * t * (1 - t) + left * (1 - t) * (1 - t)
    under = s + (left + right - 2 * s) * t * (1 - t)
    return 2 * ops.log(s) + ops.log(over) - 2 * ops.log(under)
