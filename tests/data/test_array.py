import numpy as np
import pytest

from zoo.data import named
from zoo.data.splits import at_random
from zoo.errors import InputError


def test_one_array_is_divided_without_loss_or_overlap(tmp_path):
    images = np.arange(50, dtype="uint8")[:, None, None] * np.ones([1, 4, 5], "uint8")
    np.save(tmp_path / "a.npy", images)
    np.savez(tmp_path / "a.npz", anything=images)
    for name in ("a.npy", "a.npz"):
        splits = named.load(tmp_path / name)
        assert splits.image_shape == (4, 5, 1)
        numbers = [np.asarray(split.images)[:, 0, 0, 0].tolist() for split in splits]
        assert [len(n) for n in numbers] == [44, 3, 3]
        assert sorted(n for part in numbers for n in part) == list(range(50))


def test_keras_keys_keep_their_test_set_and_labels(tmp_path):
    x = np.arange(20, dtype="uint8")[:, None, None, None] * np.ones([1, 4, 4, 3], "uint8")
    np.savez(tmp_path / "a.npz", x_train=x, y_train=np.arange(20), x_test=x[:7], y_test=np.arange(7))
    splits = named.load(tmp_path / "a.npz")
    assert [len(s.images) for s in splits] == [19, 1, 7]
    assert splits.validation.labels.tolist() == [9]
    assert np.asarray(splits.validation.images)[:, 0, 0, 0].tolist() == [9]
    # What held before.
    splits = named.load(tmp_path / "a.npz", rule=at_random)
    assert splits.train.labels.tolist() == list(range(18))


def test_of_training_images_copies_are_on_one_side(tmp_path):
    x = np.repeat(np.arange(60, dtype="uint8"), 2)[:, None, None, None] * np.ones([1, 4, 4, 1], "uint8")
    np.savez(tmp_path / "a.npz", x_train=x, x_test=x[:7])
    np.save(tmp_path / "a.npy", np.asfortranarray(x))
    for name in ("a.npz", "a.npy"):
        train, validation, test = ({*np.asarray(s.images)[:, 0, 0, 0]} for s in named.load(tmp_path / name))
        assert validation and not train & validation
        assert name == "a.npz" or not test & (train | validation)


def test_real_values_stay_real(tmp_path):
    np.save(tmp_path / "a.npy", np.full([5, 2, 2, 1], 0.25))
    assert named.load(tmp_path / "a.npy").train.images.dtype == np.float32


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros([0, 8, 8, 1]), "is empty"),
        (np.zeros([1, 8, 8, 1]), "has 1 image, but at least 3"),
        (np.full([5, 8, 8, 1], np.nan), "has no pixels but NaN"),
        (np.zeros([5, 64]), "images come as"),
        (np.zeros([5, 3, 32, 32]), "channels seem to come first"),
        (np.full([5, 8, 8, 1], 300), "from 300 to 300, but integers are"),
        (np.array(["a", "b"]), "images come as"),
    ],
)
def test_what_are_no_images_is_refused(tmp_path, array, message):
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(InputError, match=message):
        named.load(tmp_path / "a.npy")


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
@pytest.mark.parametrize("content", [b"", b"garbage", b"PK\x03\x04 cut short"])
def test_a_damaged_file_is_refused(tmp_path, suffix, content):
    (tmp_path / f"a{suffix}").write_bytes(content)
    with pytest.raises(InputError, match=r"isn't a whole \.np|Python objects"):
        named.load(tmp_path / f"a{suffix}")


def test_pickles_are_not_opened(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{}, {}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match=r"isn't a whole \.np|Python objects"):
        named.load(tmp_path / "a.npy")


def test_other_keys_are_refused(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.zeros(1), b=np.zeros(1))
    with pytest.raises(InputError, match="has the arrays a, b"):
        named.load(tmp_path / "a.npz")
