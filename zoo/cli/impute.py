"""`zoo impute`."""

from pathlib import Path

import click

from zoo.cli.start import new_console, start


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="IMAGE...")
@click.option(
    "--samples",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="Draws of z of which one is chosen, by importance weights.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed makes other completions.")
@click.option("--pixels", is_flag=True, help="Draw the missing pixels too, instead of giving their means.")
@click.option("--overwrite", is_flag=True, help="Replace what is there already.")
def impute(run, images, samples, seed, pixels, overwrite):
    """Makes what is missing of each IMAGE by the model of RUN, a folder or a .keras file.

    IMAGE is a picture, whose pixels of alpha 0 are missing, or a .npy of images, where they are NaN; for the run of a
    table it is a .csv, whose empty cells are. NAME.png is completed as NAME-completed.png beside it.

    \b
    Example: zoo train missing_data_vae --data photos/ --alpha missing
             zoo impute runs/missing_data_vae-photos torn.png
    """
    start()
    from zoo.runs.impute import impute

    console = new_console()
    with console.status("completions"):
        done = impute(run, images, samples, seed, pixels, overwrite)
    made = "drawn" if pixels else "means"
    for each in done:
        table = each.path.suffix == ".csv"
        of = f" of {each.images} {'rows' if table else 'images'}" if each.images > 1 else ""
        what = f"{each.missing} of {each.pixels} {'cells' if table else 'pixels'}{of}"
        console.print(
            f"{each.path}: {what} were missing, and are {made} of p(x|z) for a z chosen among {samples} draws.",
            soft_wrap=True,
        )
