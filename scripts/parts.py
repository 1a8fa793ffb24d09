"""Writes `docs/parts.md`: every part with its formula, its paper, its truth, its models and its best figure.

python scripts/parts.py
"""

import ast
import functools
import inspect
import itertools
import os
import re
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

from zoo import catalogue
from zoo.errors import InputError
from zoo.files.saving import read_json, replacing
from zoo.tables.leaderboard import TABLES

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {
    "priors": "p(z): what z looks like before data",
    "posteriors": "q(z|x): how z is guessed from data",
    "likelihoods": "p(x|z): what data look like, given z",
    "objectives": "what training makes large",
    "quantizers": "codes of whole numbers, and the vectors that they stand for",
    "penalties": "what an autoencoder's training makes small besides the loss of its reconstructions",
    "corruptions": "what an autoencoder's encoder sees in place of an image, in training",
}
#: Where a model has its parts.
PLACES = ("prior", "posterior", "likelihood", "objective", "quantizer", "penalty", "corruption", "first", "second")
#: What each part of a room is held to, beside its own tests.
LAWS = {
    "priors": "its density integrates to one over its support, and its draws have that density",
    "posteriors": "E[p(x, z) / exp(log_q)] = p(x), against quadrature or enumeration of p(x, z)",
    "likelihoods": "it sums or integrates to one, and its draws have its mean",
    "objectives": "it is the bound that it says on a model whose log p(x) is exact, and its gradient is its value's",
}
HEAD = """# Parts

Every prior, posterior, likelihood and objective, and what autoencoders have in their place: its formula, its paper,
what its tests hold it against, the models that have it, and the best figure of such a model among
[the tables](../saved_models/LEADERBOARD.md), -log p(x) in nats; two of them may be compared within one data set alone.
[Choosing](choosing.md) says when to take which.

The parts of a VAE are in one contract (`tests/test_parts.py`): they train in half precision, come back from a file,
sample by their seed, and are exported to SavedModel and `.tflite`, unless it says otherwise. Any prior goes with any
posterior of its support and with any likelihood (`tests/test_pairs.py`).

Of an objective it says whether its value is a bound on log p(x), an estimate or neither. What else a model reports:

| model | figure | what it is |
|---|---|---|
| `VAE` | `elbo`, `log_px` | a lower bound on log p(x), whatever it was trained by; an estimate of Markov chains |
| `AdversarialVB` | `elbo_estimate` | neither: a critic's word, the ELBO if there is no better critic |
| `VQVAE` | `bits_per_dim` | an upper bound on -log p(x) from one code |
| `Autoencoder`, `TwoStage`, `VAEGAN` | `loss` | neither: there is no density of images |

This page is written by `python scripts/parts.py`.
"""


def section(room, stem, part):
    """What the page says of a part."""
    text, models = inspect.getdoc(part), _models().get((room, stem), [])
    first = ast.get_docstring(ast.parse((ROOT / "zoo" / room / f"{stem}.py").read_text())).splitlines()[0]
    lines = [f"### `{part.__name__}`\n", f"{first} [`zoo/{room}/{stem}.py`](../zoo/{room}/{stem}.py)\n"]
    lines.append("\n".join(f"    {line}" for line in _formula(text)) + "\n")
    lines.append(f"*{_references(text)}*\n" if _references(text) else "")
    if hasattr(part, "bound"):
        lines.append(f"Its value is {part.bound.value}.\n")
    if truths(room, stem):
        lines.append(f"Held against: {'; '.join(truths(room, stem))}.\n")
    if models:
        figure = f" {best(room, stem)}" if room in LAWS else ""
        lines.append(f"In {', '.join(f'`{name}`' for name in models)}.{figure}\n")
    return "\n".join(line for line in lines if line)


def _formula(text):
    """The first sentence of a docstring, which is the formula, and what is set off below it."""
    head = text.split("\n\n")[0].splitlines()
    block = itertools.takewhile(lambda line: not line.startswith(("Args", "Raises")), text.splitlines()[len(head) :])
    return head + [line.strip() for line in block if line.startswith("    ")]


def _references(text):
    found = re.search(r"^References:\n((?:    .*\n?)+)", text, re.MULTILINE)
    return " ".join(line.strip() for line in found[1].splitlines()) if found else ""


def truths(room, stem):
    """The law of a part's room, and the names of its own tests as sentences."""
    path = ROOT / "tests" / room / f"test_{stem}.py"
    tests = ast.parse(path.read_text(encoding="utf-8")).body if path.exists() else []
    names = [node.name for node in tests if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return [*([LAWS[room]] if room in LAWS else []), *(name.removeprefix("test_").replace("_", " ") for name in names)]


def _parts_of(model):
    """The (room, stem) of each part in a model, those inside parts too."""
    found, left = set(), [model]
    while left:
        part = left.pop()
        if isinstance(part, tuple | keras.Model):
            left += part if isinstance(part, tuple) else [getattr(part, place, None) for place in PLACES]
            continue
        function = getattr(part, "func", part)
        where = getattr(function, "__module__", "") if inspect.isfunction(function) else type(part).__module__
        room, _, stem = where.removeprefix("zoo.").partition(".")
        if where.startswith("zoo.") and room in ROOMS:
            found.add((room, stem))
            left += [v for v in getattr(part, "_arguments", {}).values() if hasattr(v, "_arguments")]
    return found


@functools.cache
def _models():
    """The names of the catalogue's models, by the (room, stem) of their parts."""
    found = {}
    for name in catalogue.names():
        for part in _parts_of(catalogue.build(name)):
            found.setdefault(part, []).append(name)
    return found


@functools.cache
def _figures():
    """(data and protocol, nats, error, words) of each row of the tables, by the (room, stem) of its model's parts."""
    found = {}
    for path in sorted(TABLES.glob("*.json")):
        table = read_json(path)
        for row in table["rows"]:
            if "nll" not in (row["results"] or {}):
                continue
            try:
                model = catalogue.build(row["model"], **row["arguments"])
            except InputError:
                continue
            figures = row["results"]
            words = f"{row['data']}, {row['model']} in `{table['table']}`"
            for part in _parts_of(model):
                found.setdefault(part, []).append((figures["nll"], figures["nll_se"], row["data"], words))
    return found


def best(room, stem):
    """The lowest -log p(x) on MNIST of the tables' models with a part, or else on any other set."""
    rows = sorted(_figures().get((room, stem), []))
    rows = [row for row in rows if row[2] in ("mnist", "mnist_static")] or rows
    return f"Best figure: {rows[0][0]:.2f} ± {rows[0][1]:.2f} ({rows[0][3]})." if rows else "No figure yet."


def text():
    """The whole page."""
    pages = [HEAD]
    for room, what in ROOMS.items():
        pages.append(f"## {room.capitalize()}\n\n{what}.\n")
        pages += [section(room, stem, part) for stem, part in catalogue.parts(room).items()]
    return "\n".join(pages)


if __name__ == "__main__":
    with replacing(ROOT / "docs" / "parts.md") as temporary:
        temporary.write_text(text(), encoding="utf-8")
