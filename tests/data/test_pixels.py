import numpy as np
import pytest

from zoo.data.pixels import (
    Floats,
    as_kind,
    check_limits,
    check_range,
    extent,
    floats,
    grey,
    kind_of,
    kind_of_all,
)
from zoo.errors import InputError


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64"])
def test_0_and_1_alone_are_black_and_white_in_every_integer_type(dtype):
    images = np.array([[0, 1], [1, 1]], dtype)
    assert kind_of(images, "x") == "bool"
    assert floats(as_kind(images, "bool", "x")).tolist() == [[0.0, 1.0], [1.0, 1.0]]


@pytest.mark.parametrize(
    ("images", "kind", "expected"),
    [
        (np.array([[0, 51, 255]], "uint8"), "uint8", [0, 0.2, 1]),
        (np.array([[0, 1, 2]], "uint8"), "uint8", [0, 1 / 255, 2 / 255]),
        (np.array([[0, 51, 255]], "int16"), "uint8", [0, 0.2, 1]),
        (np.array([[0, 51, 255]], "int64"), "uint8", [0, 0.2, 1]),
        (np.array([[0, 13107, 65535]], "uint16"), "uint16", [0, 0.2, 1]),
        (np.array([[0, 0.2, 1]], "float16"), "float32", [0, 0.2, 1]),
        (np.array([[0, 0.2, 1]], "float64"), "float32", [0, 0.2, 1]),
    ],
)
def test_what_numbers_mean_by_their_type(images, kind, expected):
    assert kind_of(images, "x") == kind
    found = floats(as_kind(images, kind, "x"))
    assert found.dtype == np.float32
    assert np.allclose(found, expected, atol=1e-3 if images.dtype == "float16" else 1e-7)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.array([[-1, 1]]), "x has int64 pixels from -1 to 1, but integers are"),
        (np.array([[0, 4095]], "int32"), "x has int32 pixels from 0 to 4095"),
        (np.array([[0, 300]], "uint32"), "from 0 to 300"),
        (np.array([[0, 100]], "int8"), "x has int8 pixels from 0 to 100"),
        (np.array([[0, 255]], "uint16"), "nearly black where 65535 is white"),
        (np.array([["a"]]), "x has dtype <U1"),
        (np.array([[1j]]), "x has dtype complex128"),
        (np.zeros([0, 2], "uint8"), "x is empty"),
    ],
)
def test_what_cannot_be_meant_is_refused(images, message):
    with pytest.raises(InputError, match=message):
        kind_of(images, "x")


@pytest.mark.parametrize(
    ("images", "kind", "message"),
    [
        (np.array([[0, 255]], "uint8"), "bool", "those before had 1 for white"),
        (np.array([[0, 256]], "uint16"), "uint8", "those before had 255 for white"),
        (np.array([[0, 255]], "uint8"), "uint16", "those before had 65535 for white"),
        (np.array([[-1, 0]], "int64"), "uint8", "from -1 to 0"),
        (np.array([[0.0, 2.0]]), "uint8", "floats must lie in"),
        (np.array([[0.0, np.nan]]), "float32", "NaN or infinite"),
        (np.array([[0.0, np.inf]]), "float32", "NaN or infinite"),
        (np.array([["a"]]), "uint8", "dtype"),
    ],
)
def test_what_comes_later_is_held_to_the_kind_of_the_first(images, kind, message):
    with pytest.raises(InputError, match=message):
        as_kind(images, kind, "x")


@pytest.mark.parametrize(
    ("images", "kind", "expected"),
    [
        (np.array([[0, 1]], "uint8"), "uint8", [0, 1 / 255]),  # a dark image of 8 bits
        (np.array([[False, True]]), "uint8", [0, 1]),
        (np.array([[False, True]]), "uint16", [0, 1]),
        (np.array([[0, 1]], "int64"), "bool", [0, 1]),
        (np.array([[0, 51]], "uint16"), "uint8", [0, 0.2]),
        (np.array([[0, 255]], "uint8"), "float32", [0, 1]),  # floats leave open what integers mean
        (np.array([[0.0, 0.5]]), "bool", [0, 0.5]),
    ],
)
def test_what_comes_later_is_read_by_the_kind_of_the_first(images, kind, expected):
    assert np.allclose(floats(as_kind(images, kind, "x")), [expected])


def test_black_and_white_are_the_ends_of_the_range():
    images = np.array([[0, 51, 255]], "uint8")
    assert np.allclose(floats(images, (-1.0, 1.0)), [[-1, -0.6, 1]])
    assert np.allclose(floats(images, None), [[0, 0.2, 1]])
    assert np.allclose(floats(np.array([[False, True]]), (2.0, 4.0)), [[2, 4]])
    assert np.array_equal(floats(np.array([[-0.5]], "float32"), (-1.0, 1.0)), [[-0.5]])


def test_floats_are_held_to_the_range():
    check_range(np.array([-1.0, 1.0]), (-1.0, 1.0), "x")
    check_range(np.array([-1e9, 1e9]), None, "x")
    check_range(np.array([1.0 + 1e-8]), (0.0, 1.0), "x")
    for outside, hint in (([0.0, 255.0], "divide by 255"), ([-1.0, 1.0], "rescale"), ([0.0, 1e4], "rescale")):
        with pytest.raises(InputError, match=f"x has float64 pixels from .*{hint}.*range="):
            check_range(np.array(outside), (0.0, 1.0), "x")


def test_the_extent_is_of_all_images_however_many_are_looked_at_at_once(monkeypatch, tmp_path):
    np.save(tmp_path / "a.npy", np.arange(5000, dtype="int32").reshape(1000, 5))
    assert extent(np.load(tmp_path / "a.npy", mmap_mode="r"), "x") == (0, 4999)
    wide = np.lib.stride_tricks.as_strided(np.zeros(1, "uint8"), (40, 2**23), (0, 0))  # 336 MB, were they there
    assert extent(wide, "x") == (0, 0)


def test_a_nan_is_found_wherever_it_is():
    for place in (0, 999):
        images = np.zeros([1000, 2**15], "float32")
        images[place, 7] = np.nan
        with pytest.raises(InputError, match="NaN"):
            extent(images, "x")


def test_several_batches_are_black_and_white_if_all_of_them_are():
    dark, grey = np.array([[0, 1]], "uint8"), np.array([[0, 7]], "uint8")
    assert kind_of_all([dark, dark], "x") == "bool"
    assert kind_of_all([dark, grey], "x") == kind_of_all([grey, dark], "x") == "uint8"


def test_floats_are_read_when_they_are_asked_for():
    images = Floats(np.arange(10, dtype="uint8")[:, None], (-1.0, 1.0))
    assert (len(images), images.shape, images.dtype) == (10, (10, 1), np.float32)
    expected = np.arange(10)[:, None] / 255 * 2 - 1
    assert np.allclose(np.asarray(images), expected)
    assert np.allclose(images[np.array([7, 2])], expected[[7, 2]])
    assert np.allclose(np.asarray(images[3:5]), expected[3:5])


def test_grey_is_for_looking_at():
    assert grey(np.array([0.0, 0.25, 2.0])).tolist() == [0.0, 0.25, 1.0]
    assert grey(np.array([-3.0, -1.0, 5.0]), (-3.0, 5.0)).tolist() == [0.0, 0.25, 1.0]
    assert np.isfinite(grey(np.full([2], 7.0), (7.0, 7.0))).all()


@pytest.mark.parametrize("range", [(1, 0), (0, 0), (0, np.inf), (np.nan, 1), 3, "ab", (1, 2, 3), ("a", "b")])
def test_what_is_no_range_is_refused(range):
    with pytest.raises(InputError, match="range is"):
        check_limits(range)


def test_nan_is_taken_where_it_stands_for_what_is_missing():
    x = np.array([[0.0, np.nan], [np.nan, np.nan], [2.0, 1.0]])
    assert extent(x, "x", missing=True) == (0, 2)
    check_range(x, (0, 2), "x", missing=True)
    for wrong, message in (
        (lambda: extent(x, "x"), "x has NaN or infinite pixels.* missing_data_vae say"),
        (lambda: extent(np.array([np.nan, np.inf]), "x", missing=True), "x has NaN or infinite pixels"),
        (lambda: check_range(x, (0, 1), "x", missing=True), "x has float64 pixels from 0 to 2"),
        (lambda: extent(x[1:2], "x", missing=True), "x has no pixels but NaN"),
    ):
        with pytest.raises(InputError, match=message):
            wrong()
