import gzip
import os

import numpy as np
import pytest

from zoo.data import named
from zoo.errors import InputError

REAL = {
    "mnist": ((59600, 400, 10000), (28, 28, 1)),
    "mnist_static": ((50000, 10000, 10000), (28, 28, 1)),
    "fashion_mnist": ((59600, 400, 10000), (28, 28, 1)),
    "omniglot": ((23000, 1345, 8115), (28, 28, 1)),
    "caltech_silhouettes": ((4100, 2264, 2307), (28, 28, 1)),
    "frey_faces": ((1565, 200, 200), (28, 20, 1)),
    "cifar10": ((49600, 400, 10000), (32, 32, 3)),
}


def sizes(splits):
    return tuple(len(split.images) for split in splits)


@pytest.mark.skipif("ZOO_DATA" not in os.environ, reason="ZOO_DATA is not set")
@pytest.mark.parametrize("name", REAL)
def test_the_real_sets_have_their_published_sizes(name):
    splits = named.load(name)
    assert sizes(splits) == REAL[name][0]
    assert splits.image_shape == REAL[name][1]
    assert splits.test_in_train() == {"omniglot": 1, "caltech_silhouettes": 11}.get(name, 0)
    for split in splits:
        assert split.images.dtype == np.uint8
        assert split.labels is None or len(split.labels) == len(split.images)
    if name in ("mnist_static", "caltech_silhouettes"):
        assert set(np.unique(splits.test.images[:100])) == {0, 255}


@pytest.mark.skipif("ZOO_DATA" not in os.environ, reason="ZOO_DATA is not set")
def test_the_mnist_images_are_mnists():
    """Published: pixel mean 0.1307 and deviation 0.3081 over the training images; the first test image is a 7."""
    splits = named.load("mnist")
    images = np.concatenate([splits.train.images, splits.validation.images]) / 255
    assert images.mean() == pytest.approx(0.1307, abs=1e-4)
    assert images.std() == pytest.approx(0.3081, abs=1e-4)
    assert splits.test.labels[0] == 7


def test_every_set_is_held_to_its_sizes():
    assert {*REAL, "digits", "shapes", "patches_8", "patches_32"} == set(named.NAMES), "give a new set its sizes above"


@pytest.mark.parametrize(
    ("name", "expected", "side"), [("patches_8", (20000, 5000, 5000), 8), ("patches_32", (3200, 800, 800), 32)]
)
def test_patches_are_of_scikit_learns_photographs(name, expected, side):
    splits = named.load(name)
    assert sizes(splits) == expected
    assert splits.image_shape == (side, side, 3)
    assert splits.test_in_train() == 0


def test_digits_are_scikit_learns():
    splits = named.load("digits")
    assert sizes(splits) == (1257, 180, 360)
    assert splits.train.images.max() == 255
    assert len(np.unique(splits.train.images)) == 17


def test_shapes_are_the_rendered_ones():
    splits = named.load("shapes")
    assert sizes(splits) == (2458, 307, 307)
    assert splits.image_shape == (32, 32, 1)
    assert set(splits.test.labels) == {0, 1, 2}


@pytest.fixture
def stand_ins(tmp_path, monkeypatch, rng):
    """Small files in the layouts of the real ones."""
    monkeypatch.setenv("ZOO_DATA", str(tmp_path))
    square = rng.integers(0, 256, (500, 28, 28), "uint8")
    packed = rng.integers(0, 256, (20, 98), "uint8")
    labels = np.arange(500, dtype="uint8") % 10
    np.savez(tmp_path / "mnist.npz", x_train=square, y_train=labels, x_test=square[:50], y_test=labels[:50])
    np.savez(
        tmp_path / "mnist_static_binarized.npz", train_packed=packed, valid_packed=packed[:5], test_packed=packed[:6]
    )
    arrays = {f"{k}_{part}": v for part in ("train", "val", "test") for k, v in (("x", packed), ("y", labels[:20]))}
    np.savez(tmp_path / "caltech101_silhouettes.npz", **arrays)
    np.savez(tmp_path / "frey_faces.npz", x=np.zeros([1965, 28, 20], "uint8"))
    drawer = np.arange(2000) % 20
    np.savez(tmp_path / "omniglot28_area.npz", x=square[drawer], alphabet=drawer, drawer=drawer)
    (tmp_path / "fashion-mnist").mkdir()
    for part, count in (("train", 500), ("t10k", 50)):
        for kind, array in (("images-idx3", square[:count]), ("labels-idx1", labels[:count])):
            head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
            (tmp_path / "fashion-mnist" / f"{part}-{kind}-ubyte.gz").write_bytes(gzip.compress(head + array.tobytes()))
    (tmp_path / "cifar10").mkdir()
    for part in ("test", *(f"train_{i}" for i in range(1, 6))):
        colour = rng.integers(0, 256, (100, 32, 32, 3), "uint8")
        np.savez(tmp_path / "cifar10" / f"{part}.npz", x=colour, y=labels[:100])
    return square, packed


def test_all_layouts_are_read(stand_ins):
    square, packed = stand_ins
    mnist = named.load("mnist")
    assert sizes(mnist) == (100, 400, 50)
    assert np.array_equal(np.concatenate([mnist.train.images, mnist.validation.images])[..., 0], square)
    fashion = named.load("fashion_mnist")
    assert np.array_equal(fashion.test.images[..., 0], square[:50])
    assert np.array_equal(fashion.train.labels, np.arange(100) % 10)
    static = named.load("mnist_static")
    assert sizes(static) == (20, 5, 6)
    assert np.array_equal(np.packbits(static.train.images.reshape(20, 784) > 0, axis=1), packed)
    assert sizes(named.load("caltech_silhouettes")) == (20, 20, 20)
    assert sizes(named.load("frey_faces")) == (1565, 200, 200)
    assert sizes(named.load("cifar10")) == (100, 400, 100)
    omniglot = named.load("omniglot")
    assert sizes(omniglot) == (155, 1345, 500)
    assert set(omniglot.test.labels) == {15, 16, 17, 18, 19}


def test_a_damaged_file_is_refused_by_name(stand_ins, tmp_path):
    for name in ("mnist.npz", "fashion-mnist/train-images-idx3-ubyte.gz"):
        path = tmp_path / name
        path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(InputError, match=r"mnist\.npz isn't a whole"):
        named.load("mnist")
    with pytest.raises(InputError, match=r"train-images-idx3-ubyte\.gz isn't a whole"):
        named.load("fashion_mnist")


def test_a_set_that_is_nowhere_is_refused_with_where_to_put_it(tmp_path, monkeypatch):
    monkeypatch.setenv("ZOO_DATA", str(tmp_path))
    with pytest.raises(InputError, match=r"omniglot28_area\.npz in the folder.*ZOO_DATA"):
        named.load("omniglot")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("mnits", "Did you mean 'mnist'"),
        ("nowhere/images", "no such file or folder"),
        ("x.npy", "no such file or folder"),
        (__file__, "only folders of images"),
    ],
)
def test_what_is_no_data_set_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        named.load(data)
