"""`zoo reproduce`."""

import shlex
from pathlib import Path

import click

from zoo.cli.data import changed_data_option
from zoo.cli.kept import kept
from zoo.cli.start import new_console, start


class Duration(click.ParamType):
    """90s, 60m or 2h, in seconds."""

    name = "duration"

    def convert(self, value, parameter, context):
        if isinstance(value, float):
            return value
        unit = {"s": 1, "m": 60, "h": 3600}.get(value[-1:])
        try:
            seconds = float(value[:-1]) * unit if unit else 0
        except ValueError:
            seconds = 0
        if not 0 < seconds < float("inf"):
            self.fail(f"{value!r} isn't a time: give 90s, 60m or 2h, say.", parameter, context)
        return seconds


@click.command()
@click.argument("table")
@click.option(
    "--budget", type=Duration(), default="60m", show_default=True, help="About how long it may take: 90s, 60m, 2h."
)
@click.option("--epochs", type=click.IntRange(1), help="How long each row is trained.  [default: as the budget has it]")
@click.option("--samples", type=click.IntRange(1), help="Importance samples an image.  [default: the table's]")
@click.option("--limit", type=click.IntRange(1), help="Only so many images are judged, chosen at random.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--runs", type=click.Path(path_type=Path), help="Where it trains.  [default: runs/tables/TABLE]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The table's folder.  [default: saved_models/tables, or tables where that has another reproduction's]",
)
@changed_data_option
@click.option("--overwrite", is_flag=True, help="Replace another reproduction's table.")
def reproduce(table, budget, epochs, samples, limit, seed, runs, out, changed_data, overwrite):
    """Trains and judges what the published table TABLE compares, and prints it beside the published figures.

    Four fifths of the budget are for training, by the speed that is measured first; to judge may take more than the
    rest. The same command goes on where it was stopped.

    \b
    Example: zoo reproduce iwae --budget 60m
    """
    start()
    from zoo.tables.reproduce import Reproduction

    console = new_console()
    runs = runs or Path("runs/tables") / table
    reproduction = Reproduction(table, runs, out or "saved_models/tables", seed, samples, limit, changed_data)
    if not out and not overwrite and reproduction.in_the_way:
        # The repository comes with tables of its own.
        reproduction.out = Path("tables")
    reproduction.check_out(overwrite)
    plan = reproduction.plan(budget, epochs, console)
    _print_table(console, reproduction.make(plan, console), reproduction.table.columns)
    written = reproduction.out / table
    console.print(f"{written}.md, {written}.json", soft_wrap=True)
    with kept(f"the table is in {written}.md", "The same command tries again"):
        reproduction.show()
    console.print(f"Next: zoo leaderboard --tables {shlex.quote(str(reproduction.out))}", soft_wrap=True)


def _print_table(console, content, columns):
    """What we found beside what was published, a line for each figure: a terminal is narrow."""
    from rich.table import Table
    from rich.text import Text

    from zoo.tables.page import cell, published_cell

    table = Table("", "ours", "published", box=None, header_style="bold", title=content["title"])
    for row in content["rows"]:
        results, published = row["results"] or {}, row["published"]
        epochs = " + ".join(map(str, row["stages"]))
        table.add_row(Text(f"{row['label']}, {row['data']}, {epochs} epoch{'s' * (epochs != '1')}", style="bold"))
        for heading, key, form in columns:
            if key in results or key in published:
                table.add_row(f"  {heading}", cell(results, key, form), published_cell(row, key, content["rows"]))
    console.print(table)
