"""The lines of a CSV from outside."""

import csv
import io
from pathlib import Path

from zoo.files.foreign import check_file, reading

#: Bytes that such a file may have.
LARGEST = 2**30


def csv_lines(path, what):
    """The number of each line that isn't blank, and its fields, without the spaces around them.

    Args:
        path: of the file.
        what: what it should be, in words that come after "isn't".

    Returns:
        A list of pairs of an int and a list of texts.

    Raises:
        InputError: there is no such file, it is too large, or it is no CSV in UTF-8.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "some.csv"
        ...     _ = path.write_text("a, b\\n\\n1,\\n")
        ...     csv_lines(path, "a CSV")
        [(1, ['a', 'b']), (3, ['1', ''])]
    """
    check_file(path, LARGEST)
    with reading(path, what):
        reader = csv.reader(io.StringIO(Path(path).read_bytes().decode("utf-8-sig"), newline=""), strict=True)
        return [(reader.line_num, [field.strip() for field in fields]) for fields in reader if fields]
