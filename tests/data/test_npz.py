import numpy as np
import pytest

from zoo.data.array import load
from zoo.data.npz import read_parts
from zoo.data.splits import at_random
from zoo.errors import InputError

X = np.arange(30, dtype="uint8")[:, None, None] * np.ones([1, 4, 5], "uint8")
Y = np.arange(30)


def file(tmp_path, **arrays):
    np.savez(tmp_path / "a.npz", **arrays)
    return tmp_path / "a.npz"


@pytest.mark.parametrize("images", ["x", "X", "image", "images", "Images", "img", "imgs", "data"])
@pytest.mark.parametrize("labels", ["y", "label", "labels", "target", "targets"])
def test_images_and_labels_are_known_by_their_names(tmp_path, images, labels):
    parts = read_parts(file(tmp_path, **{labels: Y, images: X}))
    assert list(parts) == ["all"]
    assert np.array_equal(parts["all"].images, X) and np.array_equal(parts["all"].labels, Y)


@pytest.mark.parametrize(
    "names",
    [
        ("x_train", "y_train", "x_test", "y_test"),
        ("X_train", "Y_train", "X_test", "Y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("train_x", "train_y", "test_x", "test_y"),
        ("train_data", "train_targets", "test_data", "test_targets"),
    ],
)
def test_divided_sets_are_known_by_their_names(tmp_path, names):
    parts = read_parts(file(tmp_path, **dict(zip(names, (X[:20], Y[:20], X[20:], Y[20:]), strict=True))))
    assert {part: split.labels.tolist() for part, split in parts.items()} == {
        "train": list(range(20)),
        "test": list(range(20, 30)),
    }


@pytest.mark.parametrize("validation", ["x_val", "val_images", "x_valid", "validation_images"])
def test_what_is_to_be_watched_may_be_given(tmp_path, validation):
    path = file(tmp_path, x_train=X[:20], x_test=X[20:25], **{validation: X[25:]})
    assert [np.asarray(split.images)[:, 0, 0, 0].tolist() for split in load(path)] == [
        list(range(20)),
        list(range(25, 30)),
        list(range(20, 25)),
    ]
    # Runs of before went on without it.
    assert [len(split.images) for split in load(path, at_random)] == [18, 2, 5]


def test_labels_stay_with_their_images(tmp_path):
    for splits in (load(file(tmp_path, x=X, y=Y)), load(file(tmp_path, x=X, y=Y), at_random)):
        for split in splits:
            assert np.array_equal(np.asarray(split.images)[:, 0, 0, 0], split.labels)


@pytest.mark.parametrize(
    "labels",
    [Y[:, None], Y.astype("uint8"), Y.astype("float64"), Y.astype("int16"), Y.astype("float32")[:, None]],
)
def test_labels_are_whole_numbers_in_any_form(tmp_path, labels):
    found = read_parts(file(tmp_path, x=X, y=labels))["all"].labels
    assert found.dtype.kind in "iu" and found.tolist() == list(range(30))


def test_booleans_are_labels(tmp_path):
    assert read_parts(file(tmp_path, x=X, y=Y > 3))["all"].labels.tolist() == [0] * 4 + [1] * 26


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.eye(30), r"y of .*a\.npz has shape \(30, 30\).* give y\.argmax\(axis=1\)"),
        (np.eye(30, dtype="uint8"), r"argmax"),
        (np.ones([30, 2]), r"argmax"),
        (np.zeros([30, 1, 1], int), r"shape \(30, 1, 1\)"),
        (Y.astype(str), r"dtype <U\d+.* np\.unique\(y, return_inverse=True\)\[1\]"),
        (Y.astype("S"), r"np\.unique"),
        (Y.astype("datetime64[D]"), r"np\.unique"),
        (Y.astype(complex), r"np\.unique"),
        (Y[:10], r"10 labels for the 30 images of x"),
        (np.zeros(31, int), r"31 labels for the 30 images of x"),
        (Y[:0], r"0 labels for the 30 images"),
        (np.int64(3), r"shape \(\)"),
        (Y + 0.5, "no whole numbers"),
        (np.full(30, np.nan), "no whole numbers"),
        (np.full(30, np.inf), "no whole numbers"),
    ],
)
def test_what_are_no_labels_is_refused(tmp_path, labels, message):
    with pytest.raises(InputError, match=message):
        load(file(tmp_path, x=X, y=labels))
    with pytest.raises(InputError, match=message.replace("y of", "y_test of").replace("of x", "of x_test")):
        load(file(tmp_path, x_train=X, y_train=Y, x_test=X, y_test=labels))


@pytest.mark.parametrize(
    "names",
    [
        ("a", "b"),
        ("x", "images"),
        ("x_train", "train_images"),
        ("x_train", "x_val"),
        ("x", "x_test"),
        ("y", "z"),
        ("x_train_test", "y"),
        ("x_train", "x_test", "y_val"),
    ],
)
def test_what_is_not_clear_is_refused(tmp_path, names):
    with pytest.raises(InputError, match=rf"has the arrays {', '.join(names)}, but should have x_train"):
        load(file(tmp_path, **{name: Y if name.startswith("y") else X for name in names}))


def test_what_is_neither_is_said(tmp_path):
    said = []
    load(file(tmp_path, x=X, y=Y, names=Y.astype(str), pca=X), say=said.append)
    assert said == [f"{tmp_path / 'a.npz'} has the arrays names, pca too: they aren't used."]
