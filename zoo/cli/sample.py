"""`zoo sample`."""

from pathlib import Path

import click

from zoo.cli.start import new_console, quiet, start
from zoo.errors import InputError


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--n", type=click.IntRange(1), default=64, show_default=True, help="How many images, or rows.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--pixels", is_flag=True, help="Draw the pixels too, instead of showing their means.")
@click.option("--label", type=click.IntRange(0), help="Images of this label or cluster alone.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="A .png, or a .npy of float32 [n, height, width, channels]; of a table a .csv.  [default: samples.png, .csv]",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=60.0,
    show_default=True,
    help="Seconds that a SavedModel may take which you didn't export yourself.",
)
@click.option(
    "--memory", type=click.FloatRange(0, min_open=True), default=4.0, show_default=True, help="GiB that it may take."
)
@click.option("--overwrite", is_flag=True, help="Replace the file if it is there.")
def sample(path, n, seed, pixels, label, out, timeout, memory, overwrite):
    """Draws images from PATH: a run's folder, a pretrained model's name, a .keras, a SavedModel or a .tflite.

    They are the same from each form of a model. Of a table's model it draws rows, with the columns of the table.

    \b
    Example: zoo sample runs/iaf_mixture_vae-digits/model.tflite --n 64 --seed 7 --out grid.png
    """
    from zoo.runs.sample import columns_of, sample_from, shown_by

    columns = columns_of(path)
    out = out or Path("samples.csv" if columns else "samples.png")
    accepted = (".csv", ".npy") if columns else (".png", ".npy")
    if out.suffix not in accepted:
        raise InputError(f"--out is {out}, but must end in {' or '.join(accepted)}.")
    # Classes have no mean.
    pixels = pixels or bool(columns)
    if out.exists() and not overwrite:
        raise InputError(f"--out is {out}, which is there already. Give another name, or --overwrite.")
    import numpy as np

    lines = []
    with quiet():
        images = sample_from(path, n, seed, pixels, label, timeout, int(memory * 2**30), start=start, say=lines.append)
    if out.suffix == ".csv":
        from zoo.data.table import write_rows
        from zoo.files.saving import replacing

        with replacing(out) as temporary:
            write_rows(temporary, images, columns)
    elif out.suffix == ".png":
        from zoo.data.pixels import grey
        from zoo.pictures.grid import grid, save_png

        save_png(out, grid(grey(images, shown_by(path, images))))
    else:
        from zoo.files.saving import replacing

        with replacing(out) as temporary:
            np.save(temporary, images)
    new_console().print(str(out), soft_wrap=True)
    for line in lines:
        click.echo(f"zoo: {line}", err=True)
