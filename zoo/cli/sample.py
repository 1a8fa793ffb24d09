"""`zoo sample`."""

from pathlib import Path

import click

from zoo.cli.start import new_console, quiet, start
from zoo.errors import InputError


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--n", type=click.IntRange(1), default=64, show_default=True, help="How many images.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--pixels", is_flag=True, help="Draw the pixels too, instead of showing their means.")
@click.option("--label", type=click.IntRange(0), help="Images of this label or cluster alone.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="samples.png",
    show_default=True,
    help="A .png, or a .npy of float32 [n, height, width, channels].",
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

    They are the same from each form of a model.

    \b
    Example: zoo sample runs/iaf_mixture_vae-digits/model.tflite --n 64 --seed 7 --out grid.png
    """
    if out.suffix not in (".png", ".npy"):
        raise InputError(f"--out is {out}, but must end in .png or .npy.")
    if out.exists() and not overwrite:
        raise InputError(f"--out is {out}, which is there already. Give another name, or --overwrite.")
    import numpy as np

    from zoo.runs.sample import sample_from, shown_by

    lines = []
    with quiet():
        images = sample_from(path, n, seed, pixels, label, timeout, int(memory * 2**30), start=start, say=lines.append)
    if out.suffix == ".png":
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
