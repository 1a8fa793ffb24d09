import numpy as np
import pytest
from PIL import Image

from zoo.data import named
from zoo.errors import InputError


@pytest.fixture
def folder(tmp_path):
    """Red above blue, in two sizes and formats, below one another."""
    (tmp_path / "more").mkdir()
    for number in range(6):
        height = 40 + 20 * number
        pixels = np.zeros([height, 80, 3], "uint8")
        pixels[: height // 2, :, 0] = 255
        pixels[height // 2 :, :, 2] = 255
        Image.fromarray(pixels).save(
            tmp_path / ("more" if number % 2 else ".") / f"{number}.{'png' if number < 3 else 'JPG'}"
        )
    (tmp_path / "notes.txt").write_text("no image")
    return tmp_path


def test_images_are_resized_upright_and_in_colour(folder):
    splits = named.load(str(folder), image_size=(16, 12))
    assert splits.image_shape == (16, 12, 3)
    assert sum(len(s.images) for s in splits) == 6
    for split in splits:
        images = np.asarray(split.images)
        top, bottom = images[:, 2, 6], images[:, -3, 6]
        assert (top[:, 0] > 200).all() and (top[:, 2] < 60).all()
        assert (bottom[:, 2] > 200).all() and (bottom[:, 0] < 60).all()


def test_grey_is_to_be_had(folder):
    assert named.load(str(folder), image_size=(8, 8), channels=1).image_shape == (8, 8, 1)
    Image.fromarray(np.zeros([9, 9], "uint8")).save(folder / "!.png")
    assert named.load(str(folder), image_size=(8, 8)).image_shape == (8, 8, 1)


def test_a_folder_without_images_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"which has no \.png, \.jpg, \.jpeg files"):
        named.load(str(tmp_path))


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"garbage", None])
def test_a_broken_image_is_refused_by_name(folder, content):
    content = (folder / "0.png").read_bytes()[:-30] if content is None else content
    (folder / "zz_broken.png").write_bytes(content)
    with pytest.raises(InputError, match=r"zz_broken\.png (can't be read as an image|is broken)"):
        named.load(str(folder), image_size=(8, 8))


def test_too_few_images_are_refused(tmp_path):
    Image.fromarray(np.zeros([9, 9], "uint8")).save(tmp_path / "0.png")
    with pytest.raises(InputError, match="has 1 image, but at least 3"):
        named.load(str(tmp_path), image_size=(8, 8))


def test_one_more_image_leaves_the_others_where_they_were(tmp_path, rng):
    """By their paths within the folder; copies stay together, in another format too."""
    for number in range(30):
        (tmp_path / f"{number % 3}").mkdir(exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (8, 8), "uint8")).save(tmp_path / f"{number % 3}/{number}.png")
    of = lambda folder: [{image.tobytes() for image in np.asarray(s.images)} for s in named.load(folder, (8, 8))]  # noqa: E731
    before = of(tmp_path)
    Image.fromarray(rng.integers(0, 256, (8, 8), "uint8")).save(tmp_path / "another.png")
    with Image.open(tmp_path / "0/0.png") as image:
        image.save(tmp_path / "0/copy.png", compress_level=0)
    tmp_path = tmp_path.rename(tmp_path.with_name("moved"))
    after = of(tmp_path)
    assert all(few <= more for few, more in zip(before, after, strict=True))
    assert sum(map(len, after)) == 31
