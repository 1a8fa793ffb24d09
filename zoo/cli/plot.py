"""`zoo plot`."""

from pathlib import Path

import click

from zoo.cli.data import data_options
from zoo.cli.start import new_console, start


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@data_options
def plot(run, data, changed_data):
    """Makes the pictures of the run in folder RUN again.

    \b
    Example: zoo plot runs/iaf_mixture_vae-digits
    """
    start()
    from zoo.runs.run import Run

    opened = Run.open(run, data, changed_data)
    opened.check_own()
    console = new_console()
    for path in opened.plot():
        console.print(str(path), soft_wrap=True)
