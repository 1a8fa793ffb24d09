"""The options of commands that read a run's data again."""

import click

changed_data_option = click.option(
    "--changed-data", is_flag=True, help="Take data that aren't what the run had: more images, or others."
)


def data_options(command):
    """`--data` and `--changed-data`: they are given to `zoo.runs.run.Run.open`."""
    where = "Where the run's data are now: a folder of images, a .npy or .npz file.  [default: where they were]"
    return click.option("--data", metavar="PATH", help=where)(changed_data_option(command))
