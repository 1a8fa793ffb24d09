import numpy as np
import pytest

from zoo.errors import InputError
from zoo.random.keys import low_bits


@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1, 2**32 + 7, 2**64 - 1, -1, -(2**63), np.int64(-3), np.int32(5)])
def test_low_bits_are_those_of_the_integer(seed):
    assert low_bits(seed) == int(seed) % 2**32


@pytest.mark.parametrize("seed", [1.5, True, "7", 2**64, None])
def test_what_is_no_seed_is_refused_by_name(seed):
    with pytest.raises(InputError, match="seed is"):
        low_bits(seed)
