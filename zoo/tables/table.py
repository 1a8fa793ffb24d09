"""A published table: what is trained for each of its rows, how it is judged, and what was published."""

import dataclasses
import re
import shlex
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from zoo.runs.settings import options

#: How rows are trained where they don't say otherwise.
TRAINING = {"batch_size": 100, "learning_rate": 3e-3, "fit_prior": False}


class Row(NamedTuple):
    """One row of a table: what is trained, and what was published for it."""

    label: str  #: what it is called in the table
    model: str | None  #: a name of the catalogue; None for what the data choose
    arguments: dict  #: what the model is built with
    data: str  #: a data set's name
    published: dict  #: figures by the names that the table's `judge` gives ours
    published_as: str = ""  #: what the published row is, where it isn't what is trained here
    training: Mapping[str, Any] = MappingProxyType({})  #: settings of `zoo.runs.settings` that aren't the tables' own
    epochs: float = 1.0  #: how many, as a multiple of the table's
    binarization: Any = None  #: None for what suits the likelihood
    start_from: str | None = None  #: the label of an earlier row, of the same data, with whose weights it begins
    same_start: bool = False  #: whether all of its draws begin with that row's first, and not each with another
    by_the_data: bool = False  #: whether the data choose what isn't said here, as `zoo train` has it
    source: str = ""  #: the authors and the year of what was published, where that isn't the table's paper
    limit: int | None = None  #: for how many epochs a row by the data is trained at most; None for what the data choose
    draws: int = 1  #: how many times it is trained, with as many seeds, of which the figures are means

    @property
    def name(self):
        """The name of the row's run folder."""
        return re.sub("[^a-z0-9]+", "-", f"{self.label} {self.data}".lower())

    def folder(self, draw=0):
        """The name of the run folder of one of its draws: 0 is the first, and has the row's own."""
        return f"{self.name}-{draw}" if draw else self.name

    def start_draw(self, draw=0):
        """With the weights of which draw of the earlier row a draw begins: of as many on, or of the first."""
        return 0 if self.same_start else draw

    def start_folder(self, draw=0):
        """The name of the run folder with whose weights a draw begins."""
        return self._replace(label=self.start_from).folder(self.start_draw(draw))

    def settings(self, epochs, seed, runs="runs", draw=0):
        """The settings of its training, a dict.

        Args:
            epochs: for how many it is trained.
            seed: of the table; a draw's is as many more.
            runs: the folder of the rows' run folders.
            draw: which of its trainings.
        """
        start = {"start_from": f"{runs}/{self.start_folder(draw)}"} if self.start_from else {}
        at_mean = {} if self.start_from else {"start_at_mean": True}
        return TRAINING | at_mean | dict(self.training) | {"decay": epochs, "seed": seed + draw} | start

    def command(self, epochs, seed):
        """What trains the row by itself: a command of the shell."""
        arguments = (shlex.quote(f"{key}={value}".replace(" ", "")) for key, value in self.arguments.items())
        given = "".join(f" --set {argument}" for argument in arguments)
        if self.binarization:
            given += f" --binarization {self.binarization}"
        if self.by_the_data:
            epochs, settings = epochs or self.limit, {"seed": seed} | dict(self.training)
        else:
            settings = self.settings(epochs, seed)
        if epochs:
            given += f" --epochs {epochs}"
        model = f"{self.model} " if self.model else ""
        return f"zoo train {model}--data {self.data}{given} {options(settings)} --out runs/{self.name}"


def no_pictures(row):
    """What most tables show: figures alone."""
    return ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Table:
    """A published table, as `zoo reproduce` trains and judges it again.

    Each is a file of `zoo/tables/published`, whose `TABLE` is one of these.

    Example:
        >>> from zoo.tables.published import load_table
        >>> table = load_table("iwae")
        >>> table.rows[0].label, table.rows[0].published
        ('VAE, k = 1', {'nll': 86.76, 'active_units': 19})
        >>> table.rows[0].command(epochs=10, seed=0)
        "zoo train vae --data mnist --set latent_dim=50 --set 'units=[200,200]' --set samples=1 --epochs 10 ..."
    """

    title: str  #: what is compared
    paper: str  #: where it was published, and what its figures are
    deviations: tuple[str, ...]  #: how this differs from the published protocol, a sentence or some each
    why: str  #: why our figures are others than the published ones
    columns: tuple[tuple[str, str, str], ...]  #: (heading, name of the figure, format) of each figure
    rows: tuple[Row, ...]  #: what is trained, one after the other
    judge: Callable  #: a function of a run, `samples`, `limit` and a `rich.console.Console`, to a dict of figures
    samples: int | None = None  #: importance samples for each image; None where the judge takes none
    judged_on: str = "test images"  #: which images those are
    limit: int | None = None  #: how many of them, chosen at random; None for all
    compared: tuple[str, ...] = ()  #: the figures whose distance from the published ones is told; () for the first
    rows_are_columns: bool = False  #: whether the page has a column for each row, as a paper with many figures may
    pictures: Callable = no_pictures  #: a function of a row to the names of a run's pictures that the page shows

    @property
    def by_the_data(self):
        """Whether the data choose how the rows are trained, and for how long."""
        return all(row.by_the_data for row in self.rows)
