"""Tables of numbers, classes and counts: a CSV to rows of numbers, and back."""

import csv
from typing import Literal

import msgspec
import numpy as np

from zoo.data.fingerprint import array_digest, as_bytes, fingerprint, row_digests
from zoo.data.splits import Splits, by_hash, divide
from zoo.errors import InputError
from zoo.files.csv_lines import csv_lines

#: What such a file is.
CSV = "a CSV, in UTF-8, whose first line has the columns' names"
#: A cell of one of these, in any case of letters, is missing.
MISSING = ("", "na", "nan", "?")
#: Whole numbers of so many values are classes, and so many different texts are.
FEW, MOST = 10, 100


class Column(msgspec.Struct, frozen=True):
    """What a column of a table is, on a run's card."""

    name: str
    kind: Literal["number", "count", "class"]
    classes: tuple[str, ...] | None = None  #: what a class's numbers stand for, from 0
    mean: float = 0.0  #: of a number's, of the rows to train on, which is taken away
    deviation: float = 1.0  #: theirs, which is divided by
    whole: bool = False  #: whether all of a number's are whole

    @property
    def of_model(self):
        """As `zoo.models.table_vae` has it: `number`, `count`, or how many classes there are."""
        return len(self.classes) if self.classes else self.kind

    @property
    def in_words(self):
        """Example:
        >>> Column("sex", "class", ("f", "m")).in_words
        'sex (class: f, m)'
        """
        if not self.classes:
            return f"{self.name} ({self.kind})"
        more = ", ..." if len(self.classes) > 5 else ""
        return f"{self.name} (class: {', '.join(self.classes[:5])}{more})"


def load(path, rule=by_hash):
    """`Splits` of the rows of a CSV, float32 `[N, D]`. A row's number says which part it belongs to.

    The first line has the columns' names. An empty cell is missing, and so is one of `NA`, `NaN` or `?`: NaN. What a
    column is follows from its cells, of all rows:

        a text among them                               classes, at most 100, in the order of the alphabet
        whole numbers of at most 10 different values    classes, in their order
        other whole numbers from 0 to 1000000           counts
        other numbers                                   numbers, less their mean and divided by their deviation

    Args:
        path: of the file.
        rule: `zoo.data.splits.by_hash`, or what held before it.

    Raises:
        InputError: it can't be read, or isn't a table: a line has more cells or fewer, a column has nothing in it, or
            more texts than classes may be.
    """
    names, cells = _read(path)
    found = [_column(path, name, [row[number] for row in cells]) for number, name in enumerate(names)]
    raw = np.stack([values for _, values in found], axis=1)
    digests = row_digests(raw)
    chosen = rule(range(len(raw)), digests)
    columns = tuple(_standardized(column, values[chosen[0]]) for column, values in found)
    contents = {"rows": array_digest(raw, digests)}
    contents |= {
        f"column {j}": as_bytes("\n".join((c.name, c.kind, *(c.classes or ())))) for j, c in enumerate(columns)
    }
    rows = encode(raw, columns)
    return Splits(*divide(rows, chosen), fingerprint(len(rows), contents), columns=columns)


def encode(raw, columns):
    """Numbers as they are in the file, `[N, D]` with numbers for classes, as a model sees them: float32."""
    mean, deviation = (np.array([getattr(c, each) for c in columns]) for each in ("mean", "deviation"))
    return ((raw - mean) / deviation).astype("float32")


def read_rows(path, columns):
    """The rows of another CSV of the same columns, as a model sees them.

    Args:
        path: of the file; its columns may come in another order, and others besides.
        columns: a list of `Column`.

    Returns:
        float32 `[N, D]`.

    Raises:
        InputError: it lacks a column, or a cell is none that the column may have.
    """
    names, cells = _read(path)
    raw = np.full((len(cells), len(columns)), np.nan)
    for j, column in enumerate(columns):
        if column.name not in names:
            raise InputError(f"{path} has no column {column.name!r}: it has {', '.join(names)}.")
        place = names.index(column.name)
        for i, row in enumerate(cells):
            raw[i, j] = _number(path, column, row[place])
    return encode(raw, columns)


def write_rows(path, x, columns):
    """Writes rows as a model sees them as a CSV: names of classes, whole counts, numbers on their own scale.

    Args:
        path: where to.
        x: float `[N, D]`; NaN is an empty cell.
        columns: a list of `Column`.
    """
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in columns])
        for row in np.asarray(x, "float64"):
            writer.writerow([_text(column, value) for column, value in zip(columns, row, strict=True)])


def _text(column, value):
    """One cell.

    Example:
        >>> _text(Column("a", "class", ("x", "y")), 1.0), _text(Column("b", "number", None, 10.0, 2.0), 0.25)
        ('y', '10.5')
    """
    if np.isnan(value):
        return ""
    if column.classes:
        return column.classes[int(np.clip(round(value), 0, len(column.classes) - 1))]
    value = value * column.deviation + column.mean
    return str(round(value)) if column.kind == "count" or column.whole else f"{value:.6g}"


def _read(path):
    """The names of the columns, and the rows of texts."""
    rows = csv_lines(path, CSV)
    if len(rows) < 2:
        raise InputError(f"{path} has {len(rows)} lines, but a table has a line of names, and rows below it.")
    (_, names), *rows = rows
    if any(_is_missing(name) or _as_number(name) is not None for name in names) or len(set(names)) < len(names):
        raise InputError(
            f"{path} begins with {', '.join(names)}, but its first line has the columns' names, each once."
        )
    for number, row in rows:
        if len(row) != len(names):
            raise InputError(f"{path}, line {number}: there are {len(row)} cells, but {len(names)} columns.")
    return names, [row for _, row in rows]


def _column(path, name, cells):
    """A column's `Column`, and its values, `[N]`, with numbers for classes."""
    seen = [cell for cell in cells if not _is_missing(cell)]
    if not seen:
        raise InputError(f"{path} has nothing in column {name!r}: leave it out.")
    numbers = [_as_number(cell) for cell in seen]
    texts = any(number is None for number in numbers)
    whole = not texts and all(number == round(number) for number in numbers)
    different = sorted(set(seen) if texts else set(numbers))
    if texts and len(different) > MOST:
        raise InputError(
            f"{path} has {len(different)} different texts in column {name!r}, more than {MOST} classes: leave it out, "
            "or bring them down to fewer."
        )
    if texts or (whole and len(different) <= FEW):
        classes = tuple(different) if texts else tuple(str(int(value)) for value in different)
        column = Column(name, "class", classes)
    elif whole and different[0] >= 0 and different[-1] <= 1_000_000:
        column = Column(name, "count")
    else:
        column = Column(name, "number", whole=whole)
    return column, np.array([_number(path, column, cell) for cell in cells])


def _number(path, column, cell):
    """The number of one cell, as in the file; of a class its number."""
    if _is_missing(cell):
        return np.nan
    value = _as_number(cell)
    if column.classes:
        # 3 and 3.0 are one.
        text = cell if cell in column.classes or value is None or value != round(value) else str(int(value))
        if text not in column.classes:
            raise InputError(
                f"{path} has {cell!r} in column {column.name!r}, which has the classes {', '.join(column.classes)}."
            )
        return column.classes.index(text)
    if value is None or (column.kind == "count" and not (0 <= value <= 1_000_000 and value == round(value))):
        raise InputError(f"{path} has {cell!r} in column {column.name!r}, which is a {column.kind}.")
    return value


def _standardized(column, values):
    """A number's column, with the mean and the deviation of the rows to train on."""
    seen = values[~np.isnan(values)]
    if column.kind != "number" or not seen.size:
        return column
    deviation = float(seen.std())
    return msgspec.structs.replace(column, mean=float(seen.mean()), deviation=deviation or 1.0)


def _is_missing(cell):
    return cell.lower() in MISSING


def _as_number(cell):
    """A finite number, or None."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if np.isfinite(value) else None
