"""No patch of one part has a pixel in common with one of another."""

import numpy as np
import pytest

from zoo.data import patches as module
from zoo.data.patches import patches


@pytest.mark.parametrize(("size", "stride"), [(8, 4), (32, 8), (32, 37)])
def test_no_pixel_is_in_two_parts(monkeypatch, size, stride):
    """In photographs whose pixels are their own numbers."""
    import sklearn.datasets

    count = 427 * 640
    numbered = np.stack([np.arange(2 * count).reshape(2, 427, 640)] * 3, -1)
    monkeypatch.setattr(sklearn.datasets, "load_sample_images", lambda: type("", (), {"images": list(numbered)}))
    parts = [set(np.unique(split.images).tolist()) for split in patches(size, stride)]
    assert all(not a & b for a, b in ((parts[0], parts[1]), (parts[0], parts[2]), (parts[1], parts[2])))
    # A patch is what it was: its rows are those of one photograph, one beneath the other.
    some = patches(size, stride).train.images[7]
    assert (np.diff(some[..., 0], axis=0) == 640).all() and (np.diff(some[..., 0], axis=1) == 1).all()
    assert module.HELD_OUT * 2 < 48
