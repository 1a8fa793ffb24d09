import numpy as np
import pytest

from tests.corruptions.contract import check_corruption
from zoo.corruptions.masking import Masking
from zoo.errors import InputError


def test_the_share_is_zero_and_the_rest_is_as_it_was():
    x = np.random.default_rng(0).uniform(0.5, 1, [100, 8, 8, 1]).astype("float32")
    spoiled = np.asarray(Masking(0.3)(x, training=True))
    kept = spoiled != 0
    assert np.array_equal(spoiled[kept], x[kept])
    assert kept.mean() == pytest.approx(0.7, abs=4 * np.sqrt(0.21 / x.size))


def test_it_is_fresh_in_training_and_off_else():
    check_corruption(Masking(0.3))


@pytest.mark.parametrize("share", [0.0, 1.0, -1, float("nan")])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(InputError, match="share is"):
        Masking(share)
