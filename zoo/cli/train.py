"""`zoo train`."""

import ast
import shlex
from pathlib import Path

import click

from zoo import catalogue
from zoo.cli.data import changed_data_option
from zoo.cli.kept import kept
from zoo.cli.start import new_console, start
from zoo.errors import InputError
from zoo.runs.settings import SETTINGS


def _parse_arguments(context, parameter, values):
    arguments = {}
    for value in values:
        key, equals, text = value.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"{value!r} isn't of the form key=value.", param_hint="--set")
        try:
            arguments[key] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            arguments[key] = text
    return arguments


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


def settings_options(command):
    """An option for each entry of `zoo.runs.settings.Settings`."""
    for setting in reversed(SETTINGS.values()):
        command = _option(setting)(command)
    return command


def _option(setting):
    if setting.flag:
        return click.option(setting.option, is_flag=True, help=setting.help)
    if setting.type is bool:
        names = f"{setting.option}/--no-{setting.option[2:]}"
        return click.option(names, default=setting.default, show_default=True, help=setting.help)
    kind = click.Choice(setting.choices) if setting.choices else setting.type
    default = "none" if setting.default is None else True
    return click.option(setting.option, type=kind, default=setting.default, show_default=default, help=setting.help)


@click.command()
@click.argument("model", default="iaf_mixture_vae")
@click.option(
    "--data", default="digits", show_default=True, help="A data set's name, a folder of images, a .npy or .npz file."
)
@click.option("--epochs", type=click.IntRange(1), default=200, show_default=True)
@settings_options
@click.option("--objective", metavar="NAME", help="What training maximizes: elbo, iwae, ...  [default: the model's]")
@click.option("--likelihood", metavar="NAME", help="p(x|z): bernoulli, gaussian, ...  [default: the model's]")
@click.option("--latent-dim", type=int, help="The size of z.  [default: the model's]")
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
    "arguments",
    multiple=True,
    callback=_parse_arguments,
    metavar="KEY=VALUE",
    help="Any other argument of the model, or of its objective.num_samples, likelihood.scale, ...",
)
@changed_data_option
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder.  [default: runs/MODEL-DATA]")
def train(model, data, epochs, image_size, channels, ground, binarization, arguments, changed_data, out, **given):
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
    settings = {name: given.pop(name) for name in SETTINGS}
    settings |= {name: epochs if settings[name] else None for name in SETTINGS if SETTINGS[name].flag}
    given = {name: value for name, value in given.items() if value is not None}
    for name in {"image_shape", *given} & arguments.keys():
        of = "is what the data say" if name == "image_shape" else f"is given by --{name.replace('_', '-')} too"
        raise InputError(f"--set {name} {of}: leave it out.")
    arguments |= given
    source = {"name": data, "image_size": image_size, "channels": channels and int(channels), "ground": ground}
    out = out or Path("runs") / f"{model}-{Path(data).stem}"
    card, splits = describe(model, arguments, source, binarization, format_of(out), click.echo, **settings)
    run = Run.begin(out, card, splits, changed_data)
    done = run.done
    if 0 < done < epochs and not run.is_spent:
        console.print(f"Going on with {run.folder} after epoch {done}.", soft_wrap=True)
    progress = ShowProgress(console, epochs, min(done, epochs))
    with progress.bar:
        trained, count = run.train(epochs, [progress])
    if not count:
        console.print(
            f"{run.folder} is trained already, for {done} epochs. {_how_to_go_on(run, epochs)}", soft_wrap=True
        )
        if changed_data:
            console.print("Its data are what they were: no epoch was trained on others.", soft_wrap=True)
        return
    _print_summary(console, run, count)
    with kept(f"the model is in {run.folder}", f"`zoo plot {shlex.quote(str(run.folder))}` makes the pictures"):
        for path in run.plot(trained):
            console.print(f"{path.stem:>20}  {path}", soft_wrap=True)
    for command in ["evaluate", "export"] + ["sample"] * trained.abilities.samples:
        console.print(f"Next: zoo {command} {shlex.quote(str(run.folder))}", soft_wrap=True)


def _how_to_go_on(run, epochs):
    done = run.done
    if done < epochs:
        since = f"None since epoch {run.delivered} has a lower validation loss, and that one's model is delivered."
        return f"{since} Give more with --epochs, above {run.card.limit or epochs}."
    return "Give more with --epochs." if run.card.decay is None else "With --decay it can't be given more."


def _print_summary(console, run, count):
    last = next(row for row in run.history if row["epoch"] == run.delivered)
    seconds = sum(row["seconds"] for row in run.history)
    rows = {"run": run.folder, "epochs": f"{run.history[-1]['epoch']} ({count} now), {seconds:.0f} s in all"}
    if run.card.patience is not None:
        rows["delivered"] = f"epoch {run.delivered}"
    if run.card.prior:
        gain, error = run.card.prior["gain"], run.card.prior["gain_se"] or 0.0
        kept = run.card.fitted_prior or f"N(0, I), as before: a mixture of {run.card.prior['components']} wins no more"
        rows["prior"] = f"{kept}; {gain:+.2f} ± {error:.2f} nats of the bound on validation images"
    for name, value in last.items():
        if name not in ("epoch", "iterations", "seconds"):
            rows[name] = f"{value:.3f}" + ("" if "bits" in name else " nats")
    for name, said in (rows | {"model": run.folder / "model.keras"}).items():
        # No table: it would break a path that is longer than a line.
        console.print(f"{name:>20}  {said}", soft_wrap=True)
    for stale in run.stale():
        console.print(f"{stale} is of the model before: make it again.", soft_wrap=True)
