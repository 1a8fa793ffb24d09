"""`zoo train`."""

import ast
import shlex
from pathlib import Path

import click

from zoo import catalogue
from zoo.cli.data import changed_data_option
from zoo.cli.kept import kept
from zoo.cli.start import new_console, start


def _parse_settings(context, parameter, values):
    settings = {}
    for value in values:
        key, equals, text = value.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"{value!r} isn't of the form key=value.", param_hint="--set")
        try:
            settings[key] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            settings[key] = text
    return settings


def _parse_size(context, parameter, value):
    if value is None:
        return None
    try:
        height, width = (int(part) for part in value.lower().split("x"))
        if height > 0 and width > 0:
            return [height, width]
    except ValueError:
        pass
    raise click.BadParameter(f"{value!r} isn't HEIGHTxWIDTH, 64x64 say.", param_hint="--image-size")


@click.command()
@click.argument("model", default="iaf_mixture_vae")
@click.option(
    "--data", default="digits", show_default=True, help="A data set's name, a folder of images, a .npy or .npz file."
)
@click.option("--epochs", type=click.IntRange(1), default=200, show_default=True)
@click.option("--batch-size", type=click.IntRange(1), default=64, show_default=True)
@click.option("--learning-rate", type=float, default=1e-3, show_default=True)
@click.option("--decay", is_flag=True, help="Let the learning rate fall to zero over the epochs, along half a cosine.")
@click.option(
    "--clip-norm",
    type=float,
    default=0.0,
    metavar="NORM",
    help="Scale down gradients whose norm over all weights is larger.  [default: none]",
)
@click.option("--start-at-mean", is_flag=True, help="Let the decoder begin at the mean of the training images.")
@click.option(
    "--start-from",
    default="",
    metavar="RUN",
    help="Begin with the weights of another run, or of a pretrained model, with the same networks.",
)
@click.option("--latent-dim", type=int, help="The size of z.  [default: the model's]")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--precision", type=click.Choice(["float32", "bfloat16"]), default="float32", show_default=True)
@click.option("--jit/--no-jit", default=False, show_default=True, help="Compile with XLA (JAX always does).")
@click.option(
    "--binarization",
    type=click.Choice(["none", "threshold", "dynamic", "static"]),
    help="How grey pixels become black and white.  [default: as the likelihood has it]",
)
@click.option(
    "--image-size",
    callback=_parse_size,
    metavar="HEIGHTxWIDTH",
    help="What a folder's pictures are resized to.  [default: 64x64]",
)
@click.option(
    "--channels", type=click.Choice(["1", "3"]), help="Grey or colour, for a folder.  [default: as its first picture]"
)
@click.option(
    "--ground",
    metavar="COLOUR",
    help="What a folder's transparent pictures lie on: a name or '#rrggbb'.  [default: white]",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    callback=_parse_settings,
    metavar="KEY=VALUE",
    help="Any other argument of the model.",
)
@changed_data_option
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder.  [default: runs/MODEL-DATA]")
def train(
    model,
    data,
    epochs,
    decay,
    latent_dim,
    image_size,
    channels,
    ground,
    settings,
    changed_data,
    out,
    **training,
):
    """Trains MODEL (see `zoo list`) and makes pictures of it.

    The run's folder holds all there is; the same command goes on with it, to more epochs if asked.

    \b
    Example: zoo train conv_vae --data mnist --epochs 50 --latent-dim 16
    """
    catalogue.check_name(model)
    start()
    from zoo.callbacks.progress import ShowProgress
    from zoo.runs.card import describe, format_of
    from zoo.runs.run import Run

    console = new_console()
    arguments = settings | ({} if latent_dim is None else {"latent_dim": latent_dim})
    source = {"name": data, "image_size": image_size, "channels": channels and int(channels), "ground": ground}
    out = out or Path("runs") / f"{model}-{Path(data).stem}"
    training |= {"decay": epochs if decay else 0, "version": format_of(out)}
    card, splits = describe(model, arguments, source, say=click.echo, **training)
    run = Run.begin(out, card, splits, changed_data)
    done = len(run.history)
    if 0 < done < epochs:
        console.print(f"Going on with {run.folder} after epoch {done}.", soft_wrap=True)
    progress = ShowProgress(console, epochs, min(done, epochs))
    with progress.bar:
        trained, count = run.train(epochs, [progress])
    if not count:
        more = "With --decay it can't be given more." if decay else "Give more with --epochs."
        console.print(f"{run.folder} is trained already, for {done} epochs. {more}", soft_wrap=True)
        return
    _print_summary(console, run, count)
    with kept(f"the model is in {run.folder}", f"`zoo plot {shlex.quote(str(run.folder))}` makes the pictures"):
        for path in run.plot(trained):
            console.print(f"{path.stem:>20}  {path}", soft_wrap=True)
    for command in ["evaluate", "export"] + ["sample"] * trained.abilities.samples:
        console.print(f"Next: zoo {command} {shlex.quote(str(run.folder))}", soft_wrap=True)


def _print_summary(console, run, count):
    last = run.history[-1]
    seconds = sum(row["seconds"] for row in run.history)
    rows = {"run": run.folder, "epochs": f"{last['epoch']} ({count} now), {seconds:.0f} s in all"}
    for name, value in last.items():
        if name not in ("epoch", "iterations", "seconds"):
            rows[name] = f"{value:.3f}" + ("" if "bits" in name else " nats")
    for name, said in (rows | {"model": run.folder / "model.keras"}).items():
        # No table: it would break a path that is longer than a line.
        console.print(f"{name:>20}  {said}", soft_wrap=True)
    for stale in run.stale():
        console.print(f"{stale} is of the model before: make it again.", soft_wrap=True)
