import numpy as np
from PIL import Image

from zoo.pictures.curves import save_curves


def test_one_epoch_and_constant_values_are_drawn(tmp_path):
    for rows in (1, 3, 50):
        save_curves(
            tmp_path / "c.png", [{"epoch": i + 1, "loss": 5.0, "val_loss": 6.0, "seconds": 1} for i in range(rows)]
        )
        with Image.open(tmp_path / "c.png") as picture:
            assert np.asarray(picture.convert("L")).min() < 100
