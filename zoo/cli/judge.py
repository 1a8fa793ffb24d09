"""`zoo judge`."""

from pathlib import Path

import click

from zoo.cli.data import data_options
from zoo.cli.figures import print_figures, warn_of_changed_data, warn_of_collapse
from zoo.cli.kept import kept
from zoo.cli.start import new_console, start
from zoo.errors import InputError
from zoo.evaluation import JUDGEMENTS


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("method", metavar="METHOD", type=click.Choice(JUDGEMENTS))
@click.option(
    "--examples",
    type=click.IntRange(2),
    help=f"How many images.  [default: {', '.join(f'{name} {count}' for name, count in JUDGEMENTS.items() if count)}]",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--split", type=click.Choice(["test", "train"]), help="gaps: whose images.  [default: test]")
@click.option("--samples", type=click.IntRange(1), help="ais, gaps: importance samples of each image.  [1000, 5000]")
@click.option("--temperatures", type=click.IntRange(1), help="ais, gaps: steps of each chain.  [default: 1000]")
@click.option("--chains", type=click.IntRange(1), help="ais, gaps: for each image.  [default: 16]")
@click.option("--steps", type=click.IntRange(1), help="gaps: that optimize each image's own q.  [default: 2000]")
@click.option("--classifier", metavar="DATA", help="quality: by the features of another data set's classifier.")
@click.option(
    "--inception",
    type=click.Path(path_type=Path),
    metavar="WEIGHTS",
    help="quality: by those of Inception-v3, of Keras's file of weights: FID and the Inception Score.",
)
@click.option("--pixels", is_flag=True, default=None, help="quality: draw the samples' pixels, not only their means.")
@data_options
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write to.  [default: the run's]")
@click.option("--overwrite", is_flag=True, help="Replace what an earlier judgement found.")
def judge(run, data, changed_data, method, examples, seed, out, overwrite, **options):
    """Judges the run in folder RUN further, with standard errors, and writes METHOD.json there.

    \b
    ais         log p(x) by annealed importance sampling, and between bounds from both sides on simulated images
    gaps        log p(x) - ELBO, split into approximation and amortization gap
    terms       the ELBO taken apart: reconstruction, mutual information, marginal KL, rate and distortion
    quality     samples: Frechet distance, precision and recall, density and coverage, copies
    neighbours  samples beside the training images nearest to them: neighbours.png, and copies by pixels
    latents     codes: linear probe, nearest neighbours, clustering
    factors     codes of --data shapes, all of them: MIG, SAP, DCI, FactorVAE score

    ais and gaps take minutes, or an hour for convolutions: each image has 16 chains of 1000 steps.

    \b
    Example: zoo judge mnist-conv gaps --examples 20
    """
    start()
    from zoo.files.saving import check_writable, write_json
    from zoo.runs import judge as judgements
    from zoo.runs.run import Run

    console, opened = new_console(), Run.open(run, data, changed_data)
    if examples and JUDGEMENTS[method] is None:
        raise InputError(f"--examples is for the other methods: {method} takes all images.")
    folder = out or (None if opened.pretrained else opened.folder)
    if folder is not None:
        file = folder / f"{method}.json"
        if file.exists() and not overwrite:
            of = ", of the model before it was trained on" if not out and file.name in opened.stale() else ""
            raise InputError(f"{file} is there already{of}. Give --overwrite to replace it.")
        check_writable(folder)
    examples = examples or JUDGEMENTS[method]
    options = {name: value for name, value in options.items() if value is not None}
    results = judgements.judge_run(opened, getattr(judgements, method), examples, seed, console, **options)
    try:
        if folder is not None:
            write_json(file, results | opened.judged)
    finally:
        # Where nothing can be written, it is read here at least.
        print_figures(console, results)
        warn_of_changed_data(console, opened)
        _warn_of(console, results)
    if folder is None:
        console.print(
            f"{opened.folder.name} is pretrained: nothing is written. --out FOLDER has it written there.",
            soft_wrap=True,
        )
        return
    console.print(f"Written to {file}", soft_wrap=True)
    if method == "neighbours":
        picture = folder / "neighbours.png"
        with kept(f"the figures are in {file}", "Judge again with --overwrite for the picture"):
            judgements.show_neighbours(opened, examples, seed, picture)
        console.print(f"Written to {picture}", soft_wrap=True)


def _warn_of(console, results):
    """Says which of a judgement's figures can't be trusted."""
    if results.get("mutual_information", -1) > results.get("log_num_examples", 0) - 1:
        console.print(
            "mutual_information is near log_num_examples, which it can't exceed: what it lacks is in marginal_kl. "
            "Take more --examples.",
            soft_wrap=True,
        )
    by_ais = results.get("log_px_by") != "importance sampling"
    warn_of_collapse(console, results, "--temperatures or --chains" if by_ais else "--samples")
