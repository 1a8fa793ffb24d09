from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from zoo.data import named
from zoo.data.folder_labels import numbered, of_file, of_subfolders
from zoo.errors import InputError

PICTURES = [Path(name) for name in ("a.png", "b/a.png", "b/c.png", "caf\u00e9.png")]


@pytest.fixture
def read(tmp_path):
    def read(text, encoding="utf-8"):
        path = tmp_path / "labels.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return of_file(path, PICTURES, (".png",))

    return read


@pytest.mark.parametrize("heading", ["", "file,label\n", "\n\n image , class \n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_words_are_numbered_in_their_order_and_nothing_is_a_missing_label(read, heading, encoding):
    text = 'c.png, dog\r\n.\\a.png,"cat, old"\r\n\r\ncafe\u0301.png,\r\nb/a.png,dog\r\n'
    found = read(heading + text, encoding)
    assert found.numbers.tolist() == [0, 1, 1, -1]
    assert found.names == ("cat, old", "dog")


@pytest.mark.parametrize(
    ("texts", "numbers", "names"),
    [
        (["0", "2", "1", "-1"], [0, 2, 1, -1], None),
        (["00", "+1", "1", ""], [0, 1, 1, -1], None),
        (["10", "9", "10", ""], [1, 0, 1, -1], ("9", "10")),
        (["0", "3", "0", "3"], [0, 1, 0, 1], ("0", "3")),
        (["10", "9", "x", ""], [0, 1, 2, -1], ("10", "9", "x")),
        (["-1", "a", "b", ""], [0, 1, 2, -1], ("-1", "a", "b")),
        (["B", "a", "b", "a"], [0, 1, 2, 1], ("B", "a", "b")),
    ],
)
def test_numbers_from_0_are_as_they_are_and_others_are_numbered(texts, numbers, names):
    found = numbered(texts, "it")
    assert (found.numbers.tolist(), found.names) == (numbers, names)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("d.png,1\n", "'d.png' in line 1, but there is no such picture"),
        ("file,label\nb/d.png,1\n", "'b/d.png' in line 2, but there is no such picture"),
        ("c.png,1\nc.png,1\n", "'c.png' a second time in line 2"),
        ("c.png,1\na.png,2\n", r"lacks b/a.png and 1 more pictures: give each a line"),
        ("c.png,1\na.png,2\nb/a.png,2\n", r"lacks caf.*: give each a line"),
        ("c.png,1,2\n", "line 1 has 3 fields"),
        ("c.png\n", "line 1 has 1 fields"),
        ('c.png,"1\n', "isn't a CSV"),
        (b"\x89PNG\r\n\x1a\n\xff\xff", "isn't a CSV"),
        (b"a.png,\xe9\n", "isn't a CSV"),
        ("", "lacks a.png and 3 more"),
    ],
)
def test_what_is_no_file_of_labels_is_refused_in_a_line(read, text, message):
    with pytest.raises(InputError, match=message) as error:
        read(text)
    assert len(str(error.value).splitlines()) == 1


def test_a_name_that_two_pictures_have_is_a_path(tmp_path):
    path, twice = tmp_path / "labels.csv", [Path("b/a.png"), Path("c/a.png")]
    path.write_text("a.png,1\n")
    with pytest.raises(InputError, match="2 pictures of that name: give the path"):
        of_file(path, twice, (".png",))
    path.write_text("c/a.png,1\nb/a.png,0\n")
    assert of_file(path, twice, (".png",)).numbers.tolist() == [0, 1]


@pytest.mark.parametrize("texts", [["1.5", "2"], ["1", "nan"], ["-2", "1"], ["1", "1", ""], ["", ""], ["-1", "1"]])
def test_labels_that_are_none_are_refused(texts):
    with pytest.raises(InputError, match=r"it has (the label|. different labels)"):
        numbered(texts, "it")


def test_folders_are_labels_where_all_pictures_are_in_two_or_more():
    found = of_subfolders([Path(f"{name}/x.png") for name in ("10", "cat", "9", "cat/old")])
    assert (found.numbers.tolist(), found.names) == ([1, 2, 0, 2], ("9", "10", "cat"))
    assert of_subfolders([Path("1/x.png"), Path("0/x.png")]).names is None
    assert of_subfolders([Path("cat/a.png"), Path("cat/b.png")]) is None
    assert of_subfolders(PICTURES) is None


def test_each_image_keeps_its_label_wherever_it_is_divided_to(tmp_path):
    """An image's level is its label, so that a slip in the order shows."""
    for number in range(40):
        folder = tmp_path / "pictures" / ("dark" if number < 20 else "light")
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full([8, 8], 3 * number + 100 * (number >= 20), "uint8")).save(folder / f"{number}.png")
    splits = named.load(tmp_path / "pictures", image_size=(8, 8))
    assert splits.label_names == ("dark", "light")
    for images, labels in splits:
        assert np.array_equal(np.asarray(images)[:, 0, 0, 0] > 100, labels == 1)
    lines = [f"{number}.png,{'' if number == 3 else number}" for number in range(40)]
    (tmp_path / "own.csv").write_text("\n".join(lines))
    told = named.load(tmp_path / "pictures", image_size=(8, 8), labels=tmp_path / "elsewhere" / "own.csv")
    for images, labels in told:
        levels = np.asarray(images)[:, 0, 0, 0].astype(int)
        which = np.array([number - (number > 3) for number in (levels - 100 * (levels >= 100)) // 3])
        assert np.array_equal(labels, np.where(levels == 9, -1, which))
    assert told.fingerprint != splits.fingerprint
    (tmp_path / "own.csv").write_text("\n".join(lines[::-1]))
    again = named.load(tmp_path / "pictures", image_size=(8, 8), labels=tmp_path / "own.csv")
    assert again.fingerprint == told.fingerprint, "the order of the lines says nothing"
    lines[5] = "5.png,"
    (tmp_path / "own.csv").write_text("\n".join(lines))
    assert named.load(tmp_path / "pictures", labels=tmp_path / "own.csv").fingerprint != told.fingerprint
    with pytest.raises(InputError, match="labels is for folders of pictures, and data is digits"):
        named.load("digits", labels=tmp_path / "own.csv")
