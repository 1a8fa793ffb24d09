import itertools

import numpy as np
import pytest

from zoo.numerics.stratified_weights import stratified_weights


def test_each_row_has_the_image_itself_one_that_stands_for_more_and_the_rest():
    weights = np.asarray(stratified_weights(4, images=10))
    assert np.allclose(np.diag(weights), 0.1)
    for i, row in enumerate(weights):
        assert np.allclose(np.sort(np.delete(row, i)), [7 / 30, 1 / 3, 1 / 3])
    assert np.allclose(weights.sum(axis=1), 1)


@pytest.mark.parametrize("size", [2, 3])
def test_over_all_companions_the_mean_is_that_of_all_images(size):
    """Image 0's draw has these densities under the four images' posteriors, whose mean is 0.3325."""
    densities = np.array([0.1, 0.5, 0.03, 0.7])
    weights = np.asarray(stratified_weights(size, images=4))
    if size == 2:
        assert np.allclose(weights[0], [0.25, 0.75])
    found = [weights[0] @ densities[[0, *others]] for others in itertools.permutations(range(1, 4), size - 1)]
    assert np.mean(found) == pytest.approx(0.3325, abs=1e-6)


@pytest.mark.parametrize("images", [None, 1, 5, 1000])
@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_rows_of_any_batch_sum_to_one_and_nothing_is_below_zero(count, images):
    weights = np.asarray(stratified_weights(count, images))
    assert weights.shape == (count, count) and (weights >= 0).all() and np.allclose(weights.sum(axis=1), 1)


def test_where_the_batch_is_all_there_is_it_is_the_mean():
    assert np.allclose(stratified_weights(5), 0.2)
