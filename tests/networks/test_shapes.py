import numpy as np
import pytest

from zoo.errors import InputError
from zoo.networks.shapes import check_image_shape, check_sizes


@pytest.mark.parametrize("value", [0, -3, 1.5, True, "2", None])
def test_what_is_no_size_is_refused_with_its_name(value):
    with pytest.raises(InputError, match="latent_dim is"):
        check_sizes("latent_dim", (value,))


def test_numpy_integers_are_sizes():
    assert check_sizes("units", (np.int64(3),)) == (3,)


def test_channels_first_is_recognized():
    with pytest.raises(InputError, match=r"channels seem to come first.*\(32, 28, 3\)"):
        check_image_shape((3, 32, 28))


def test_a_forgotten_channel_axis_is_recognized():
    with pytest.raises(InputError, match=r"\(height, width, channels\)"):
        check_image_shape((28, 28))
