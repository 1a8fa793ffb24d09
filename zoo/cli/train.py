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


#: What is given for a setting that isn't to be.
NONE = "none"


class _OrNone(click.ParamType):
    """A number or a name, or `none`."""

    def __init__(self, kind):
        self.kind = click.types.convert_type(kind)
        self.name = self.kind.name

    def convert(self, value, parameter, context):
        return NONE if value == NONE else self.kind.convert(value, parameter, context)


def _option(setting):
    default = {None: NONE, True: "yes", False: "no"}.get(setting.default, str(setting.default))
    help = f"{setting.help}  [default: {'by the data' if setting.chosen else default}]"
    if setting.flag:
        return click.option(setting.option, is_flag=True, default=None, help=setting.help)
    if setting.type is bool:
        return click.option(f"{setting.option}/--no-{setting.option[2:]}", default=None, help=help)
    kind = click.Choice(setting.choices) if setting.choices else setting.type
    return click.option(setting.option, type=_OrNone(kind) if setting.optional else kind, help=help)


@click.command()
@click.argument("model", required=False)
@click.option("--data", help="A data set's name, a folder of images, a .npy or .npz file, a .csv.  [default: digits]")
@click.option("--epochs", type=click.IntRange(1), help="How many at most.  [default: by the data]")
@settings_options
@click.option("--objective", metavar="NAME", help="What training maximizes: elbo, iwae, ...  [default: the model's]")
@click.option("--likelihood", metavar="NAME", help="p(x|z): bernoulli, gaussian, ...  [default: by the data]")
@click.option("--latent-dim", type=int, help="The size of z.  [default: the model's, or by the data]")
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
    "--alpha",
    type=click.Choice(["ground", "missing"]),
    help="What a pixel of alpha 0 is in a folder's pictures: the ground, or missing.  [default: ground]",
)
@click.option(
    "--labels",
    metavar="FILE",
    help="A CSV of a folder's labels: file,label in each line.  [default: the folders in it, if all are in some]",
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
@click.option("--plan", "only_plan", is_flag=True, help="Say what is chosen and what it takes, and train nothing.")
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder.  [default: runs/MODEL-DATA]")
def train(model, image_size, channels, changed_data, only_plan, **given):
    """Trains MODEL (see `zoo list`), or what suits the data, and makes pictures of it.

    What isn't given is chosen by the data. The run's folder holds all there is; the same command goes on with it, to
    more epochs if asked.

    \b
    Example: zoo train --data photos/
    """
    if model is not None:
        catalogue.check_name(model)
    start()
    from zoo.callbacks.progress import ShowProgress
    from zoo.runs.choices import describe_what_is_given
    from zoo.runs.run import Run

    console = new_console()
    given |= {"image_size": image_size, "channels": channels and int(channels), "model": model}
    out, chosen, epochs, card, splits = describe_what_is_given(**_taken_apart(given), say=click.echo)
    for choice in chosen:
        console.print(f"{choice.name:>20}  {choice.value}  ({choice.why})", soft_wrap=True)
    if only_plan:
        _print_plan(console, Run(out, card), splits, epochs)
        return
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


def _taken_apart(given):
    """What the command was given, and no more: arguments of the model, settings, where the data are, and the rest."""
    given = {name: value for name, value in given.items() if value is not None}
    settings = {name: given.pop(name) for name in SETTINGS if name in given}
    settings = {name: None if value == NONE else value for name, value in settings.items()}
    arguments = given.pop("arguments")
    named = {name: given.pop(name) for name in ("objective", "likelihood", "latent_dim") if name in given}
    for name in {"image_shape", *named} & arguments.keys():
        of = "is what the data say" if name == "image_shape" else f"is given by --{name.replace('_', '-')} too"
        raise InputError(f"--set {name} {of}: leave it out.")
    source = {name: given.pop(name) for name in ("image_size", "channels", "ground", "labels") if name in given}
    if given.pop("alpha", None) == "missing":
        if "ground" in source:
            raise InputError("--ground is for transparent pixels, which --alpha missing takes away: leave one out.")
        source["ground"] = "missing"
    if "data" in given:
        source["name"] = given.pop("data")
    return given | {"arguments": arguments | named, "settings": settings, "source": source}


def _print_plan(console, run, splits, epochs):
    from zoo.runs.plan import plan

    run.splits = splits
    found = plan(run)
    rows = {
        "images": f"{len(splits.train.images)} to train on, {len(splits.validation.images)} to watch, "
        f"{len(splits.test.images)} to judge by, {' x '.join(map(str, splits.image_shape))}",
        "parameters": f"{found.parameters:,}",
        "time": f"{_in_words(found.seconds * epochs)} at most: {found.seconds:.2g} s an epoch, before validation",
        "memory": f"{found.memory / 2**30:.1f} GB",
    }
    for name, said in rows.items():
        console.print(f"{name:>20}  {said}", soft_wrap=True)
    console.print("Nothing was trained: leave out --plan.", soft_wrap=True)


def _in_words(seconds):
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.0f} min"


def _how_to_go_on(run, epochs):
    done = run.done
    if done < epochs:
        since = f"None since epoch {run.delivered} has a lower validation loss, and that one's model is delivered."
        return f"{since} Give more with --epochs, above {run.card.limit or epochs}."
    return "Give more with --epochs." if run.card.decay is None else "With --decay it can't be given more."


def _print_summary(console, run, count):
    last = next(row for row in run.history if row["epoch"] == run.delivered)
    seconds = sum(row["seconds"] for row in run.history)
    last_epoch = run.history[-1]["epoch"]
    rows = {
        "run": run.folder,
        "epochs": f"{last_epoch} ({count} now) of {run.card.limit} at most, {seconds:.0f} s in all",
    }
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
