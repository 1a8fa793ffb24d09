import numpy as np
import pytest

from zoo.random import key
from zoo.random.permuted_columns import permuted_columns


def test_each_column_has_its_own_numbers_in_an_order_of_its_own():
    z = np.array([[1000 * j + i for j in range(5)] for i in range(64)], "float32")
    found = np.asarray(permuted_columns(z, key(3)))
    assert np.array_equal(np.sort(found, axis=0), z)
    orders = [tuple(column % 1000) for column in found.T]
    assert len(set(orders)) == 5
    assert not any(np.array_equal(row, other) for row in found for other in z)
    assert np.array_equal(found, permuted_columns(z, key(3))) and not np.array_equal(found, permuted_columns(z, key(4)))


def test_what_was_correlated_no_longer_is(rng):
    z = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 4000).astype("float32")
    assert np.corrcoef(np.asarray(permuted_columns(z, key(0))).T)[0, 1] == pytest.approx(0, abs=0.06)
