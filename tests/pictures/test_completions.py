import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.pictures.completions import completion_sheet


def test_under_each_view_alone_are_its_completions(rng):
    model = zoo.build("multimodal_vae", image_shape=(4, 4, 1), latent_dim=2, units=(4,))
    images = (rng.random((3, 4, 4, 1)) < 0.5).astype("float32")
    sheet = completion_sheet(model, images, seed=7, draws=2)[..., 0] / 255
    assert sheet.shape == (34, 14)
    rows = [sheet[top : top + 4, :4] for top in range(0, 34, 5)]
    original, left, *lefts = rows[:4]
    right, *rights = rows[4:]
    assert np.array_equal(original, images[0, ..., 0])
    assert np.array_equal(left[:, :2], original[:, :2]) and np.allclose(left[:, 2:], 0.5, atol=0.01)
    assert np.array_equal(right[:, 2:], original[:, 2:]) and np.allclose(right[:, :2], 0.5, atol=0.01)
    assert all(np.array_equal(each[:, :2], original[:, :2]) for each in lefts)
    assert all(np.array_equal(each[:, 2:], original[:, 2:]) for each in rights)
    assert not np.array_equal(*lefts) and not np.array_equal(*rights), "each row has draws of its own"


def test_a_model_without_views_has_none():
    with pytest.raises(InputError, match="takes images whole"):
        completion_sheet(zoo.build("vae", image_shape=(4, 4, 1), latent_dim=2, units=(4,)), np.zeros([2, 4, 4, 1]), 7)
