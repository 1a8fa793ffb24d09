import numpy as np
import pytest

from zoo.data.named import load
from zoo.data.table import Column, encode, read_rows, write_rows
from zoo.errors import InputError

HEAD = "size,kind,sold,colour,grade,balance\n"


def rows(rng, n=60):
    """A number, a class by a text, a count, a class with a gap, a class of numbers, and whole numbers below 0."""
    return [
        (
            f"{rng.normal(170, 10):.2f}",
            "ab"[rng.integers(2)],
            str(rng.poisson(20)),
            ["red", "blue", ""][rng.integers(3)],
            str(rng.integers(1, 4)),
            str(rng.integers(-500, 500)),
        )
        for _ in range(n)
    ]


@pytest.fixture
def table(tmp_path, rng):
    path, cells = tmp_path / "table.csv", rows(rng)
    path.write_text(HEAD + "\n".join(",".join(row) for row in cells))
    return path, cells


def test_each_column_is_what_its_cells_say(table):
    path, cells = table
    splits = load(path)
    kinds = [(column.kind, column.classes) for column in splits.columns]
    assert kinds == [
        ("number", None),
        ("class", ("a", "b")),
        ("count", None),
        ("class", ("blue", "red")),
        ("class", ("1", "2", "3")),
        ("number", None),
    ]
    assert [column.of_model for column in splits.columns] == ["number", 2, "count", 2, 3, "number"]
    x = np.concatenate([np.asarray(split.images) for split in splits])
    assert x.shape == (60, 6) and x.dtype == "float32" and splits.image_shape == (6,)
    train = np.asarray(splits.train.images)
    assert np.allclose(train[:, [0, 5]].mean(0), 0, atol=1e-5) and np.allclose(train[:, [0, 5]].std(0), 1, atol=1e-5)
    assert np.isnan(x[:, 3]).sum() == sum(row[3] == "" for row in cells) and not np.isnan(np.delete(x, 3, 1)).any()
    assert sorted(x[:, 2]) == sorted(float(row[2]) for row in cells)
    assert splits.columns[5].whole and not splits.columns[0].whole


def test_what_is_written_is_what_was_read(table, tmp_path):
    path, cells = table
    columns = load(path).columns
    x = read_rows(path, columns)
    write_rows(tmp_path / "again.csv", x, columns)
    again = [line.split(",") for line in (tmp_path / "again.csv").read_text().splitlines()]
    assert again[0] == HEAD.strip().split(",")
    for found, row in zip(again[1:], cells, strict=True):
        assert found[1:] == list(row[1:]) and float(found[0]) == pytest.approx(float(row[0]), abs=1e-2)
    assert np.allclose(read_rows(tmp_path / "again.csv", columns), x, atol=1e-4, equal_nan=True)
    assert load(path).fingerprint == load(path).fingerprint != load_changed(path).fingerprint


def load_changed(path):
    path.write_text(path.read_text().replace("red", "green"))
    return load(path)


def test_columns_may_come_in_another_order_and_numbers_in_another_form(tmp_path):
    columns = (Column("a", "class", ("1", "2")), Column("b", "number", None, 10.0, 2.0))
    (tmp_path / "x.csv").write_text("c,b,a\n9,14,2.0\n9,NA,?\n")
    assert np.array_equal(read_rows(tmp_path / "x.csv", columns), [[1, 2], [np.nan, np.nan]], equal_nan=True)
    assert encode(np.array([[0.0, 12.0]]), columns).tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1\n", "line 2: there are 1 cells, but 2 columns"),
        ("a,a\n1,2\n", "its first line has the columns' names, each once"),
        ("1,2\n1,2\n", "its first line has the columns' names"),
        ("a,b\n", "a table has a line of names, and rows below it"),
        ("a,b\n1,\n2,\n3,?\n", "has nothing in column 'b'"),
        ("a\n" + "\n".join(f"name {n}" for n in range(101)), "has 101 different texts in column 'a'"),
        ("a\n1\n2\n", "data has 2 images, but at least 3"),
        ('a\n"1\n', "a CSV, in UTF-8"),
    ],
)
def test_what_is_no_table_is_refused(text, message, tmp_path):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        load(tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\n1\n", "x.csv has no column 'b': it has a"),
        ("a,b\n3,1\n", "x.csv has '3' in column 'a', which has the classes 1, 2"),
        ("a,b\n1,-1\n", "x.csv has '-1' in column 'b', which is a count"),
        ("a,b\n1,x\n", "x.csv has 'x' in column 'b', which is a count"),
    ],
)
def test_rows_of_other_columns_are_refused(text, message, tmp_path):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_rows(tmp_path / "x.csv", (Column("a", "class", ("1", "2")), Column("b", "count")))
