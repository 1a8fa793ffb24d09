import numpy as np

from tests.linear_gaussian import LinearGaussian
from zoo.pictures.edits import STEPS, edit_sheet, edited


def test_a_step_moves_the_code_by_exactly_so_much_of_the_vector():
    """Where the decoder is linear the image of z + t v is that of z, and t W v."""
    model = LinearGaussian()
    v = np.array([0.7, -1.3])
    images = edited(model.vae, model.x, v, steps=(-2.0, 0.0, 0.5))
    start = np.asarray(model.vae.reconstruct(model.x))
    change = (model.W @ v).reshape(model.shape)
    for t, found in zip((-2.0, 0.0, 0.5), images, strict=True):
        assert np.allclose(found, start + t * change, atol=1e-5)


def test_a_row_is_the_image_and_then_its_edits():
    model = LinearGaussian()
    model.vae.seen = (0.0, 1.0)
    x = np.clip(model.x[:3], 0, 1)
    sheet = edit_sheet(model.vae, x, [1.0, 0.0])
    height, width, _ = model.shape
    assert sheet.shape == (3 * (height + 1) - 1, (1 + len(STEPS)) * (width + 1) - 1, 1)
    assert np.array_equal(sheet[height + 1 : 2 * height + 1, :width], np.round(x[1] * 255).astype("uint8"))
    middle = 1 + STEPS.index(0.0)
    unchanged = np.round(np.clip(np.asarray(model.vae.reconstruct(x))[1], 0, 1) * 255).astype("uint8")
    left = middle * (width + 1)
    assert np.array_equal(sheet[height + 1 : 2 * height + 1, left : left + width], unchanged)
