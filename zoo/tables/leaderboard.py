"""Every figure there is, by data set and protocol: the pretrained models', the reproduced tables', the published."""

from pathlib import Path
from typing import NamedTuple

import msgspec

from zoo.evaluation.likelihood.doubtful import MANY, doubtful_share
from zoo.files.foreign import reading
from zoo.files.saving import read_json
from zoo.loading import FOLDER, pretrained

#: The folder of the package's own tables.
TABLES = FOLDER / "tables"
#: What the pixels of a set are, by how the run binarized them. Nats of different ones are never compared.
PROTOCOLS = {
    "none": "pixels as the set has them",
    "dynamic": "dynamic binarization, test images drawn once",
    "static": "static binarization, a draw of our own",
    "threshold": "binarized at 1/2",
}

#: What `cells` gives.
HEADS = ("", "-log p(x)", "bits/dim", "")


class Standing(NamedTuple):
    """One row of the leaderboard."""

    data: str  #: the data set and its protocol: rows of one alone may be compared
    name: str  #: what was judged
    nll: float  #: the estimate of -log p(x), nats
    source: str  #: where the figure is from
    published: bool  #: whether it is a paper's: then there is none of what follows
    nll_se: float | None = None  #: the estimate's standard error
    bits_per_dim: float | None = None  #: for 8-bit pixels
    bits_per_dim_se: float | None = None  #: its standard error
    num_samples: int | None = None  #: importance samples for each image
    doubtful: float | None = None  #: the share of images whose -log p(x) may be lower


def standings(folders=(TABLES,)):
    """All rows, by data set and protocol, the best first.

    Args:
        folders: those of the tables that `zoo reproduce` wrote.

    Returns:
        A list of `Standing`.

    Raises:
        InputError: a folder has a JSON file in it that is no such table.

    Example:
        >>> any(standing.name == "mnist-conv" for standing in standings())
        True
    """
    paths = dict.fromkeys(path.resolve() for folder in folders for path in sorted(Path(folder).glob("*.json")))
    rows = [*_pretrained(), *(row for path in paths for row in _of_table(path))]
    # What was published for a row that is trained twice, for different times, is said once.
    return sorted(dict.fromkeys(rows), key=lambda row: (row.data, row.nll))


def _protocol(data, binarization):
    if data == "mnist_static":
        return "mnist_static, Larochelle's static binarization"
    return f"{data}, {PROTOCOLS[binarization]}"


def _pretrained():
    for name, card in pretrained().items():
        scores, data = card["scores"], card["data"]
        protocol = _protocol(data["name"], data["binarization"])
        yield _of_scores(protocol, name, scores, f"pretrained, {card['epochs']} epochs")


def _of_table(path):
    with reading(path, "a table that this `zoo reproduce` wrote"):
        return [msgspec.convert(list(row), Standing) for row in _rows_of(read_json(path))]


def _rows_of(table):
    done = [row for row in table["rows"] if "nll" in (row["results"] or {})]
    for row in done:
        results = row["results"]
        epochs = " + ".join(map(str, row["stages"]))
        source = f"table {table['table']}, {epochs} epoch{'s' * (epochs != '1')}"
        if table["plan"]["asked"]["limit"]:
            source += f", {results['num_examples']} images"
        name = row["label"] if row["model"] in row["label"].lower() else f"{row['model']}: {row['label']}"
        yield _of_scores(_protocol(row["data"], results["protocol"]), name, results, source)
    # A row that isn't trained yet has the protocol of those that are on the same data.
    protocols = {(row["data"], row["binarization"]): row["results"]["protocol"] for row in done}
    for row in table["rows"]:
        protocol = protocols.get((row["data"], row["binarization"]))
        if "nll" in row["published"] and protocol:
            # Tables that were written before rows had a source have none.
            source, name = row.get("source") or table["paper"].split(",")[0], row["published_as"] or row["label"]
            figure = row["published"]["nll"]
            yield Standing(_protocol(row["data"], protocol), name, figure, f"published: {source}", True)


def _of_scores(protocol, name, scores, source):
    """A row of what an evaluation found."""
    return Standing(
        protocol,
        name,
        -scores["log_px"],
        source,
        published=False,
        nll_se=scores["log_px_se"],
        bits_per_dim=scores.get("bits_per_dim"),
        bits_per_dim_se=scores.get("bits_per_dim_se"),
        num_samples=scores["num_samples"],
        doubtful=doubtful_share(scores),
    )


def markdown(rows):
    """The leaderboard as Markdown, a table for each data set and protocol.

    Args:
        rows: of `standings`.
    """
    text = (
        "# Leaderboard\n\nEstimates of -log p(x) of test images in nats, lower is better, with the standard error over "
        "test images. They are importance sampling's, which come out the higher the fewer samples there are. Each row "
        "has the share of images whose figures may be lower, for few of their samples have nearly all the weight (an "
        "effective sample size below 10, or a Pareto k above 0.7). Where that is above 5 % the figure is a bound, "
        '"at most": two of these from different numbers of samples can be apart by some tenths of a nat for that '
        "alone. Rows in italics are published figures, such bounds too, of longer training mostly. The table `gaps` "
        "isn't here: its figures are of training images. Written by `python scripts/gallery.py`; `zoo leaderboard` "
        "prints it.\n"
    )
    for data in dict.fromkeys(row.data for row in rows):
        text += f"\n## {data}\n\n| {' | '.join(HEADS)} |\n{'|---' * len(HEADS)}|\n"
        text += "".join(f"| {' | '.join(cells(row))} |\n" for row in rows if row.data == data)
    return text


def cells(row):
    """A row's cells, under `HEADS`; in italics if published.

    Example:
        >>> cells(Standing("mnist", "VAE", 86.76, "published: Burda et al. 2016", True))
        ['*VAE*', '*86.76*', '', '*published: Burda et al. 2016*']
    """
    error = "" if row.nll_se is None else f" ± {row.nll_se:.2f}"
    bits = "" if row.bits_per_dim is None else f"{row.bits_per_dim:.3f}"
    bits += "" if row.bits_per_dim_se is None else f" ± {row.bits_per_dim_se:.3f}"
    source = row.source + ("" if row.num_samples is None else f", {row.num_samples} samples")
    source += "" if row.doubtful is None else f", {100 * row.doubtful:.0f} % may be lower"
    bound = "at most " * (row.doubtful is not None and row.doubtful > MANY)
    texts = [row.name, f"{bound}{row.nll:.2f}{error}", f"{bound * bool(bits)}{bits}", source]
    return [f"*{text}*" if row.published and text else text for text in texts]
