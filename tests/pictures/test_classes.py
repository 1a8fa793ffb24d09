import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.pictures.classes import class_sheet


def test_each_label_has_a_row_whose_columns_have_a_code():
    model = zoo.build("conditional_vae", image_shape=(4, 4, 1), latent_dim=2, labels=3, units=(4,))
    sheet = class_sheet(model, seed=7, columns=5)
    assert sheet.shape == (14, 24, 1)
    # Image (row y, column i) is of label y and of code i.
    images = np.asarray(model.sample_label(np.full(5, 2), seed=7))
    assert np.abs(sheet[10:14, 5:9] / 255 - images[1]).max() < 0.01
    assert class_sheet(model, seed=7, columns=5, most=2).shape == (9, 24, 1)


def test_a_model_without_labels_has_none():
    with pytest.raises(InputError, match="has neither labels nor clusters"):
        class_sheet(zoo.build("vae", image_shape=(4, 4, 1), latent_dim=2, units=(4,)), seed=7)
