import numpy as np
from PIL import Image

from zoo.pictures.neighbours import save_neighbours


def test_each_row_is_a_sample_and_its_neighbours_in_order(tmp_path):
    """Images of one grey value: two samples of 0 and 1, and training images of i/255."""
    samples = np.array([0.0, 1.0]).reshape(2, 1, 1, 1) * np.ones([2, 200, 200, 1])
    images = np.arange(10, dtype="uint8").reshape(10, 1, 1, 1) * np.ones([1, 200, 200, 1], "uint8")
    for number, train in enumerate((images, images / 255.0)):
        save_neighbours(tmp_path / f"{number}.png", samples, train, np.array([[3, 1, 2], [9, 8, 7]]))
        with Image.open(tmp_path / f"{number}.png") as picture:
            pixels = np.asarray(picture)
        assert pixels.shape == (401, 200 + 5 + 3 * 200 + 2)
        assert pixels[100, [100, 305, 506, 707]].tolist() == [0, 3, 1, 2]
        assert pixels[300, [100, 305, 506, 707]].tolist() == [255, 9, 8, 7]
        assert (pixels[:, 200:205] == 128).all()


def test_colours_stay(tmp_path):
    save_neighbours(tmp_path / "a.png", np.zeros([2, 8, 8, 3]), np.ones([5, 8, 8, 3]), np.zeros([2, 4], "int64"))
    with Image.open(tmp_path / "a.png") as picture:
        assert np.asarray(picture).shape[2] == 3
