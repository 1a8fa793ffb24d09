"""`zoo edit`."""

from pathlib import Path

import click

from zoo.cli.data import data_options
from zoo.cli.start import new_console, start


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--attribute", help="Its name: label=3, say. Without one, what there are is said.")
@click.option(
    "--by",
    type=click.Choice(["means", "regression"]),
    default="means",
    show_default=True,
    help="The difference of mean codes, or the direction of a logistic regression.",
)
@click.option("--examples", type=click.IntRange(2), default=5000, show_default=True, help="How many training images.")
@data_options
@click.option("--overwrite", is_flag=True, help="Replace the attribute's vector.")
def edit(run, attribute, by, examples, data, changed_data, overwrite):
    """Finds the direction of an attribute among the codes of the run in folder RUN, and shows where it leads.

    It writes the vector to RUN/attributes, with a picture: a row for each test image, which goes from less of the
    attribute to more. `zoo export RUN --web PAGE` has a slider for each.

    \b
    Example: zoo edit runs/conv_vae-mnist --attribute label=3
    """
    start()
    from zoo.runs.edit import edit_run
    from zoo.runs.run import Run

    opened, console = Run.open(run, data, changed_data), new_console()
    opened.check_own()
    with console.status("codes"):
        found, *paths = edit_run(opened, attribute, by, examples, overwrite)
    console.print(
        f"Of a test image with {found.attribute} and one without, the one with it is further along in "
        f"{found.ranked_above:.1%} ± {found.ranked_above_se:.1%}.",
        soft_wrap=True,
    )
    for path in paths:
        console.print(f"Written to {path}", soft_wrap=True)
