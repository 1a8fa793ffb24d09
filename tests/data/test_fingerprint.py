import numpy as np
import pytest
from PIL import Image

from zoo.data import named


@pytest.fixture
def x(rng):
    return rng.integers(0, 256, (20, 6, 5), "uint8")


def of(path):
    return named.load(path, (8, 8)).fingerprint


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x[:-1],
        lambda x: np.concatenate([x, x[:1]]),
        lambda x: x[::-1],
        lambda x: np.where(np.arange(20)[:, None, None] == 7, x ^ 1, x),
        lambda x: x.astype("int32"),
        lambda x: x / 255,
        lambda x: x.reshape(20, 5, 6),
        lambda x: x[..., None],
    ],
)
def test_an_array_that_changed_has_another(tmp_path, x, change):
    np.save(tmp_path / "a.npy", x)
    np.save(tmp_path / "b.npy", change(x))
    assert of(tmp_path / "a.npy") != of(tmp_path / "b.npy")


def test_the_same_array_in_another_file_has_the_same(tmp_path, x):
    np.save(tmp_path / "a.npy", x)
    np.save(tmp_path / "b.npy", np.asfortranarray(x))
    np.savez_compressed(tmp_path / "c.npz", anything=x)
    a, b, c = (of(tmp_path / name) for name in ("a.npy", "b.npy", "c.npz"))
    assert a == b == c and a.images == 20


@pytest.mark.parametrize("key", ["x_train", "y_train", "x_test", "y_test"])
def test_of_a_npz_every_array_counts(tmp_path, x, key):
    arrays = {"x_train": x, "y_train": np.arange(20), "x_test": x[:5], "y_test": np.arange(5)}
    np.savez(tmp_path / "a.npz", **arrays)
    np.savez(tmp_path / "b.npz", **arrays | {key: arrays[key] + np.uint8(1)})
    np.savez(tmp_path / "c.npz", **dict(reversed(arrays.items())))
    a, b, c = (of(tmp_path / f"{name}.npz") for name in "abc")
    assert a == c != b and a.images == b.images == 25


@pytest.mark.parametrize("change", ["more", "fewer", "renamed", "swapped", "contents", "moved within"])
def test_a_folder_that_changed_has_another(tmp_path, x, change):
    folder = tmp_path / "photos"
    (folder / "below").mkdir(parents=True)
    for number, image in enumerate(x[:10]):
        Image.fromarray(image).save(folder / f"{number}.png")
    before = of(folder)
    assert before.images == 10
    first, second = folder / "0.png", folder / "1.png"
    if change == "more":
        Image.fromarray(x[10]).save(folder / "10.png")
    elif change == "fewer":
        first.unlink()
    elif change == "renamed":
        # To a name as long, and as far down in their order.
        (folder / "9.png").rename(folder / "a.png")
    elif change == "swapped":
        one, other = first.read_bytes(), second.read_bytes()
        first.write_bytes(other)
        second.write_bytes(one)
    elif change == "contents":
        Image.fromarray(x[11]).save(first)
    else:
        first.rename(folder / "below/0.png")
    assert of(folder) != before


def test_a_folder_in_another_place_has_the_same(tmp_path, x):
    (tmp_path / "photos").mkdir()
    for number, image in enumerate(x[:5]):
        Image.fromarray(image).save(tmp_path / f"photos/{number}.png")
    before = of(tmp_path / "photos")
    moved = (tmp_path / "photos").rename(tmp_path / "pictures")
    (moved / "0.png").touch()
    (moved / "notes.txt").touch()
    assert of(moved) == before


def test_named_sets_have_one():
    digits, shapes = (named.load(name).fingerprint for name in ("digits", "shapes"))
    assert (digits.images, shapes.images) == (1797, 3072)
    assert digits == named.load("digits").fingerprint != shapes
