import numpy as np
from PIL import Image

from zoo.pictures.grid import grid, save_png


def test_images_stand_in_reading_order():
    images = np.arange(6, dtype="float32").reshape(6, 1, 1, 1) / 255
    assert grid(images, columns=3, gap=0)[:, :, 0].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_there_are_lines_between_them_and_none_around():
    pixels = grid(np.zeros([4, 2, 2, 3]), columns=2, gap=1)
    assert pixels.shape == (5, 5, 3)
    assert (pixels[2] == 128).all() and (pixels[0, :2] == 0).all()


def test_values_beyond_0_and_1_are_clipped():
    assert grid(np.array([-1.0, 2.0]).reshape(2, 1, 1, 1), columns=2, gap=0).ravel().tolist() == [0, 255]


def test_a_png_is_the_pixels_enlarged(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (3, 4, 1), "uint8")
    save_png(tmp_path / "a.png", pixels, least_width=8)
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (8, 6)
        assert np.array_equal(np.asarray(image)[::2, ::2], pixels[..., 0])
