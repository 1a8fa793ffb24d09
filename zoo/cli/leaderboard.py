"""`zoo leaderboard`."""

from pathlib import Path

import click

from zoo.cli.start import new_console


@click.command()
@click.option(
    "--tables",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="A folder of tables that `zoo reproduce` wrote, to have them beside the package's.",
)
def leaderboard(tables):
    """Prints every score there is, by data set and protocol, with the published ones.

    The scores are those of the pretrained models and of the tables, but for `gaps`, which is of training images;
    `zoo evaluate` prints those of a run of your own. Of the images that "may be lower" few samples have nearly all the
    weight; where they are more than 5 % the figure is a bound, "at most".

    \b
    Example: zoo leaderboard
    """
    from rich.table import Table

    from zoo.tables.leaderboard import HEADS, TABLES, cells, standings

    console, rows = new_console(), standings((TABLES, *tables))
    for data in dict.fromkeys(row.data for row in rows):
        here = [row for row in rows if row.data == data]
        # A terminal is narrow: a column that nothing is in would take its room.
        texts = [[text.strip("*") for text in cells(row)] for row in here]
        shown = [number for number in range(len(HEADS)) if any(row[number] for row in texts)]
        table = Table(box=None, header_style="bold", title=data)
        for number in shown:
            table.add_column(HEADS[number], overflow="fold", no_wrap=number == 1, min_width=18 if number == 0 else None)
        for row, text in zip(here, texts, strict=True):
            table.add_row(*(text[number] for number in shown), style="italic" if row.published else None)
        console.print(table)
        console.print()
