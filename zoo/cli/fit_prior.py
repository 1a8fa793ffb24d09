"""`zoo fit-prior`."""

import shlex
from pathlib import Path

import click

from zoo.cli.data import data_options
from zoo.cli.kept import kept
from zoo.cli.start import new_console, start
from zoo.errors import InputError

#: Of a flow's training, at most: it ends where held-out codes don't become likelier.
EPOCHS = 100


@click.command("fit-prior")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--components", type=click.IntRange(1), help="Of a mixture of Gaussians.  [default: 10]")
@click.option("--flow", is_flag=True, help="Fit a flow instead of a mixture.")
@click.option(
    "--samples", type=click.IntRange(1), help="Codes drawn of each image.  [default: for 50000 codes, 1 to 10]"
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@data_options
@click.option("--out", type=click.Path(path_type=Path), help="The new folder.  [default: runs/NAME-mixture or -flow]")
def fit_prior(run, data, changed_data, components, flow, samples, seed, out):
    """Fits a prior to the codes of the run in folder RUN, and writes the model with that prior to a folder of its own.

    The training images' codes, drawn from the posterior where there is one, are what it is fitted to. Its samples come
    from where the decoder has seen codes. The new folder is a run, to evaluate, judge, export and sample from, but not
    to train on.

    \b
    Example: zoo fit-prior mnist-conv --components 20
    """
    if flow and components:
        raise InputError("--components is for a mixture and --flow is another prior: give one of both.")
    start()
    from zoo.callbacks.progress import progress_bar
    from zoo.fitting.ex_post import bound_gain, enough_draws, fit_flow, fit_mixture, posterior_draws, with_prior
    from zoo.runs.run import Run

    console, opened = new_console(), Run.open(run, data, changed_data)
    kind, components = "flow" if flow else "mixture", components or 10
    out = out or Path("runs") / f"{opened.folder.resolve().name}-{kind}"
    samples = samples or enough_draws(len(opened.splits.train.images))
    words = kind if flow else f"mixture of {components}"

    models = []

    def fit(model, batches):
        with progress_bar(console, "images") as bar:
            task = bar.add_task("codes", total=len(opened.splits.train.images), text="")
            z = posterior_draws(model, batches, samples, seed, progress=lambda count: bar.advance(task, count))
        if flow:
            with progress_bar(console) as bar:
                task = bar.add_task("flow, at most", total=EPOCHS, text="")
                prior = fit_flow(z, epochs=EPOCHS, seed=seed, progress=lambda count: bar.advance(task, count))
        else:
            with console.status("fitting the mixture"):
                prior = fit_mixture(z, components, seed)
        models.extend([model, with_prior(model, prior)])
        return models[-1]

    fitted, named = opened.with_prior(fit, words, out), shlex.quote(str(out))
    console.print(f"{'model':>20}  {out / 'model.keras'}", soft_wrap=True)
    with kept(f"the model is in {out}", f"`zoo plot {named}` makes the pictures"):
        if fitted.load_model().abilities.has_density:
            _print_gain(console, **bound_gain(*models, opened.validation_batches(), seed=seed))
        for path in fitted.plot():
            console.print(f"{path.stem:>20}  {path}", soft_wrap=True)
    console.print(f"Next: zoo evaluate {named}", soft_wrap=True)


def _print_gain(console, gain, gain_se):
    error = "" if gain_se is None else f" ± {gain_se:.2f}"
    worse = gain + 2 * (gain_se or 0) < 0
    console.print(
        f"On the validation images, which it wasn't fitted to, the bound changes by {gain:+.2f}{error} nats."
        + " It is worse: try another number of --components, or more --samples." * worse,
        soft_wrap=True,
    )
