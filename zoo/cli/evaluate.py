"""`zoo evaluate`."""

from pathlib import Path

import click

from zoo.cli.data import data_options
from zoo.cli.figures import in_a_sentence, print_baselines, print_figures, warn_of_changed_data, where_it_loses
from zoo.cli.start import new_console, start
from zoo.errors import InputError


def _parse_counts(context, parameter, value):
    try:
        counts = [int(part) for part in value.split(",")]
        if min(counts) > 0:
            return counts if len(counts) > 1 else counts[0]
    except ValueError:
        pass
    raise click.BadParameter(f"{value!r} isn't a positive number, or several with commas.", param_hint="--samples")


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--samples",
    callback=_parse_counts,
    default="1000",
    show_default=True,
    metavar="S[,S...]",
    help="Importance samples for each test image; a bound for each of several numbers.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--limit", type=click.IntRange(1), help="Only so many test images, chosen at random, the same each time.")
@click.option("--per-image", type=click.Path(dir_okay=False, path_type=Path), help="Each image's figures, as CSV.")
@click.option("--no-baselines", is_flag=True, help="Leave out the simpler densities that stand beside the model.")
@data_options
@click.option("--overwrite", is_flag=True, help="Replace an evaluation with more samples or more images, and the CSV.")
def evaluate(run, data, changed_data, samples, seed, limit, per_image, no_baselines, overwrite):
    """Estimates the test log-likelihood of the run in folder RUN, with a standard error.

    Beside it stand the figures of baselines that are fitted to the same training images.

    \b
    Example: zoo evaluate runs/iaf_mixture_vae-digits --samples 1,10,100,1000,5000
    """
    start()
    from zoo.files.saving import check_writable
    from zoo.runs.evaluate import evaluate_run, keep_evaluation
    from zoo.runs.run import Run

    console, opened = new_console(), Run.open(run, data, changed_data)
    if per_image:
        if per_image.exists() and not overwrite:
            raise InputError(f"--per-image is {per_image}, which is there already. Give another file, or --overwrite.")
        check_writable(per_image.parent)
    if not opened.pretrained:
        check_writable(opened.folder)
    annealed = _annealed(opened)
    found, written = evaluate_run(opened, samples, seed, limit, console, not no_baselines), False
    try:
        written = keep_evaluation(opened, found.figures, overwrite)
        if per_image and found.estimate is None:
            raise InputError(f"{opened.folder} has a model that estimates no log p(x) of an image.")
        if per_image:
            found.estimate.save_csv(per_image, found.images)
    finally:
        # Where nothing can be written, it is read here at least.
        if found.estimate is not None:
            console.print(in_a_sentence(found.figures, run, annealed), markup=False, soft_wrap=True)
        if found.note is not None:
            console.print(found.note, markup=False, soft_wrap=True)
        others = found.figures.get("baselines", {})
        print_figures(console, {name: value for name, value in found.figures.items() if name != "baselines"})
        print_baselines(console, others)
        if worse := where_it_loses(others):
            console.print(worse, markup=False, soft_wrap=True)
        warn_of_changed_data(console, opened)
        _print_where(console, run / "evaluation.json", written, opened)


def _print_where(console, file, written, run):
    if written:
        said = f"Written to {file}"
    elif run.pretrained:
        said = f"{run.folder.name} is pretrained: nothing is written."
    elif file.is_file():
        said = f"{file} has more samples or images, or baselines, and stays. --overwrite replaces it."
    else:
        return
    console.print(said, soft_wrap=True)


def _annealed(run):
    """What `zoo judge RUN ais` found of the same model, or None."""
    from zoo.files.saving import read_json

    file = run.folder / "ais.json"
    if not file.is_file() or file.name in run.stale():
        return None
    found = read_json(file, dict[str, int | float | None])
    return found if {"log_px", "num_examples"} <= found.keys() else None
