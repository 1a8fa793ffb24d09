"""Many images in one."""

import numpy as np

from zoo.files.saving import replacing


def grid(images, columns=None, gap=1):
    """Images side by side, row after row, with thin lines between them.

    Args:
        images: float `[n, height, width, channels]` in [0, 1] (`zoo.data.pixels.grey` brings them there), of 1 or 3
            channels (of another number, the first is shown). What is missing, NaN, is grey.
        columns: how many in a row; None for about as many as there are rows.
        gap: the width of the lines, in pixels.

    Returns:
        uint8 `[rows, columns, channels]` of pixels.

    Example:
        >>> grid(np.zeros([4, 8, 8, 1])).shape
        (17, 17, 1)
    """
    images = np.asarray(images)
    images = np.where(np.isnan(images), 0.5, images)
    n, height, width, channels = images.shape
    if channels not in (1, 3):
        images, channels = images[..., :1], 1
    columns = columns or int(np.ceil(np.sqrt(n)))
    rows = -(-n // columns)
    canvas = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, channels), 128, "uint8")
    for index, image in enumerate(np.round(np.clip(images, 0, 1) * 255).astype("uint8")):
        top, left = (index // columns) * (height + gap), (index % columns) * (width + gap)
        canvas[top : top + height, left : left + width] = image
    return canvas


def save_png(path, pixels, least_width=640):
    """Writes pixels as a PNG, each enlarged to a square block until the picture is about `least_width` wide.

    The file says that zoo made it: among a folder's images it is none of them.

    Args:
        path: where to.
        pixels: uint8 `[height, width, 1 or 3]`.
        least_width: in pixels; small pictures are hard to look at.
    """
    from PIL import Image, PngImagePlugin

    made_by = PngImagePlugin.PngInfo()
    made_by.add_text("Software", "vae-zoo")
    factor = max(1, round(least_width / pixels.shape[1]))
    large = np.kron(pixels, np.ones((factor, factor, 1), "uint8"))
    with replacing(path) as temporary:
        Image.fromarray(large[..., 0] if large.shape[-1] == 1 else large).save(temporary, format="PNG", pnginfo=made_by)
