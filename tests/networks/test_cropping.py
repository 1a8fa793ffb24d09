import numpy as np

from zoo.networks.cropping import cropping


def test_the_last_rows_and_columns_are_cut(rng):
    x = rng.normal(size=(2, 4, 6, 3)).astype("float32")
    (layer,) = cropping((4, 6), [3, 4])
    assert np.array_equal(layer(x), x[:, :3, :4])
    (layer,) = cropping((4, 6), (4, 5))
    assert np.array_equal(layer(x), x[:, :, :5])
