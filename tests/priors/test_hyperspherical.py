import pytest

from zoo.errors import InputError
from zoo.priors.hyperspherical import Hyperspherical


@pytest.mark.parametrize("size", [0, 1, 2.5])
def test_a_sphere_of_two_points_is_refused(size):
    with pytest.raises(InputError, match=f"latent_dim is {size}, but must be an integer of at least 2"):
        Hyperspherical(size)
