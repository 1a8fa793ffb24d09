import numpy as np
import pytest
from keras import ops

from zoo.numerics.gradient import gradient
from zoo.numerics.mmd import SCALES, mmd


def by_a_double_loop(x, y, scales):
    def k(a, b):
        distance = sum((a[d] - b[d]) ** 2 for d in range(len(a)))
        return sum(2 * len(a) * s / (2 * len(a) * s + distance) for s in scales)

    within = [
        sum(k(z[i], z[j]) for i in range(len(z)) for j in range(len(z)) if i != j) / (len(z) * (len(z) - 1))
        for z in (x, y)
    ]
    return sum(within) - 2 * sum(k(a, b) for a in x for b in y) / (len(x) * len(y))


def test_of_four_numbers_it_is_what_a_hand_finds():
    found = mmd(np.array([[0.0], [2.0]], "float32"), np.array([[1.0], [3.0]], "float32"), scales=(1.0,))
    assert float(found) == pytest.approx(-14 / 33, abs=1e-6)


@pytest.mark.parametrize("sizes", [(5, 7, 3), (2, 2, 2)])
def test_it_is_the_double_loop(rng, sizes):
    n, m, size = sizes
    x, y = rng.normal(size=(2, n, size)), 1 + rng.normal(size=(2, m, size))
    found = mmd(x.astype("float32"), y.astype("float32"))
    assert np.allclose(found, [by_a_double_loop(a, b, SCALES) for a, b in zip(x, y, strict=True)], atol=1e-5)


def test_its_mean_is_zero_for_the_same_and_above_for_others(rng):
    x, y = rng.normal(size=(2, 400, 20, 2)).astype("float32")
    same, moved = np.asarray(mmd(x, y)), np.asarray(mmd(x, y + 0.5))
    assert abs(same.mean()) < 4 * same.std() / 20 and (same < 0).mean() > 0.3
    assert moved.mean() > 20 * same.std() / 20


@pytest.mark.parametrize("sizes", [(1, 5), (5, 1), (1, 1)])
def test_beside_one_draw_it_is_nothing(sizes):
    x, y = (ops.ones([size, 3]) * (1 + size) for size in sizes)
    assert float(mmd(x, y)) == 0
    assert np.array_equal(gradient(lambda x: mmd(x, y), x), np.zeros(x.shape))


def test_codes_far_out_have_finite_gradients_and_are_told_apart():
    x = ops.convert_to_tensor([[1e4, 1e4], [1e4 + 1, 1e4], [1e4, 1e4 + 2]])
    far = x + ops.convert_to_tensor([0.0, 1e15])
    assert np.isfinite(gradient(lambda x: mmd(x, far), x)).all()
    assert float(mmd(x, x + 0.0)) == pytest.approx(float(mmd(x - 1e4, x - 1e4)), abs=1e-5)
