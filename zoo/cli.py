"""The `zoo` command: it reads what was asked for, calls the library, and prints.

Whatever takes TensorFlow is imported in the command that uses it, so that help and lists come at once.
"""

import ast
import contextlib
import functools
import os
import sys
from pathlib import Path

import click

from zoo import __version__, catalogue
from zoo.errors import InputError, NonFiniteLossError
from zoo.evaluation import JUDGEMENTS
from zoo.pretrained import locate, pretrained

BINARIZATIONS = click.Choice(["none", "threshold", "dynamic", "static"])


def main():
    """Runs the command line: one line and exit code 2 for what was given wrong."""
    try:
        app(standalone_mode=False)
    except InputError as error:
        _fail(error, 2)
    except NonFiniteLossError as error:
        _fail(error, 1)
    except click.ClickException as error:
        _fail(error.format_message(), 2)
    except OSError as error:
        _fail(f"{error.filename or 'a file'}: {error.strerror or error}", 2)
    except (KeyboardInterrupt, click.Abort):
        resumes = sys.argv[1:2] in (["train"], ["reproduce"])
        _fail("stopped." + " The same command goes on from the last finished epoch." * resumes, 130)


def _fail(message, code):
    print(f"zoo: {' '.join(str(message).split())}", file=sys.stderr)
    sys.exit(code)


@contextlib.contextmanager
def _quiet():
    """Keeps the start-up chatter of TensorFlow's C++ side, which no variable silences wholly, from the terminal."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("ABSL_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    saved = os.dup(2)
    with open(os.devnull, "w") as null:
        os.dup2(null.fileno(), 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(saved, 2)
        os.close(saved)


def _start(backend=None):
    """Imports Keras and all that comes with it, quietly."""
    if backend:
        os.environ["KERAS_BACKEND"] = backend
    import warnings

    warnings.filterwarnings("ignore")
    with _quiet():
        try:
            import keras
        except (ImportError, ValueError) as error:
            raise InputError(
                f"Keras doesn't start with KERAS_BACKEND={os.environ.get('KERAS_BACKEND')!r} ({error}). zoo runs on "
                "'tensorflow' or 'jax'; the latter comes with `pip install 'vae-zoo[jax]'`."
            ) from error
        import zoo.probability  # noqa: F401

        if keras.backend.backend() == "tensorflow":
            import tensorflow as tf

            tf.constant(0)


def _console(stderr=False):
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="zoo")
def app():
    """Trains, judges, exports and samples variational autoencoders.

    \b
    zoo train                                  the default model on handwritten digits
    zoo evaluate runs/iaf_mixture_vae-digits   its test log-likelihood
    zoo export runs/iaf_mixture_vae-digits     a SavedModel and a .tflite of it
    zoo sample runs/iaf_mixture_vae-digits     a grid of samples
    """


@app.command("list")
def list_models():
    """Lists the models, and the pretrained ones with their scores.

    \b
    Example: zoo list
    """
    from rich.table import Table

    table = Table("model", "what it is", box=None, header_style="bold")
    for name in catalogue.names():
        table.add_row(name, catalogue.summary(name))
    console = _console()
    console.print(table)
    table = Table("pretrained", "model", "data", "test log p(x), nats", box=None, header_style="bold")
    for name, card in pretrained().items():
        scores = card["scores"]
        log_px = f"{scores['log_px']:.2f} ± {scores['log_px_se']:.2f}"
        if "bits_per_dim" in scores:
            log_px += f" ({scores['bits_per_dim']:.2f} bits/dim)"
        table.add_row(name, card["model"], card["data"]["name"], log_px)
    console.print()
    console.print(table)


@app.command()
@click.option(
    "--tables",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="A folder of tables that `zoo reproduce` wrote, to have them beside the package's.",
)
def leaderboard(tables):
    """Prints every score there is, by data set and protocol, with the published ones.

    The scores are those of the pretrained models and of the tables, but for `gaps`, which is of training images;
    `zoo evaluate` prints those of a run of your own. Of "collapsed" images the effective sample size was below 10:
    their figures may be too high.

    \b
    Example: zoo leaderboard
    """
    from rich.table import Table

    from zoo.leaderboard import HEADS, TABLES, cells, standings

    console, rows = _console(), standings((TABLES, *tables))
    for data in dict.fromkeys(row.data for row in rows):
        here = [row for row in rows if row.data == data]
        # A terminal is narrow: a column that nothing is in would take its room.
        texts = [[text.strip("*") for text in cells(row)] for row in here]
        shown = [number for number in range(len(HEADS)) if any(row[number] for row in texts)]
        table = Table(box=None, header_style="bold", title=data)
        for number in shown:
            table.add_column(HEADS[number], overflow="fold", no_wrap=number == 1, min_width=18 if number == 0 else None)
        for row, text in zip(here, texts, strict=True):
            table.add_row(*(text[number] for number in shown), style="italic" if row.published else None)
        console.print(table)
        console.print()


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


def _parse_counts(context, parameter, value):
    try:
        counts = [int(part) for part in value.split(",")]
        if min(counts) > 0:
            return counts if len(counts) > 1 else counts[0]
    except ValueError:
        pass
    raise click.BadParameter(f"{value!r} isn't a positive number, or several with commas.", param_hint="--samples")


def _parse_size(context, parameter, value):
    try:
        height, width = (int(part) for part in value.lower().split("x"))
        if height > 0 and width > 0:
            return [height, width]
    except ValueError:
        pass
    raise click.BadParameter(f"{value!r} isn't HEIGHTxWIDTH, 64x64 say.", param_hint="--image-size")


@app.command()
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
    type=BINARIZATIONS,
    help="How grey pixels become black and white.  [default: as the likelihood has it]",
)
@click.option(
    "--image-size",
    callback=_parse_size,
    default="64x64",
    show_default=True,
    help="What a folder's images are resized to.",
)
@click.option(
    "--channels", type=click.Choice(["1", "3"]), help="Grey or colour, for a folder.  [default: as its first image]"
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    callback=_parse_settings,
    metavar="KEY=VALUE",
    help="Any other argument of the model.",
)
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder.  [default: runs/MODEL-DATA]")
def train(
    model,
    data,
    epochs,
    decay,
    latent_dim,
    image_size,
    channels,
    settings,
    out,
    **training,
):
    """Trains MODEL (see `zoo list`) and makes pictures of it.

    The run's folder holds all there is; the same command goes on with it, to more epochs if asked.

    \b
    Example: zoo train conv_vae --data mnist --epochs 50 --latent-dim 16
    """
    catalogue.check_name(model)
    _start()
    from zoo.callbacks.progress import ShowProgress
    from zoo.run import Run, describe

    console = _console()
    arguments = settings | ({} if latent_dim is None else {"latent_dim": latent_dim})
    source = {"name": data, "image_size": image_size, "channels": channels and int(channels)}
    card, splits = describe(model, arguments, source, decay=epochs if decay else 0, **training)
    run = Run.begin(out or Path("runs") / f"{model}-{Path(data).stem}", card)
    run.splits = splits
    done = len(run.history)
    if 0 < done < epochs:
        console.print(f"Going on with {run.folder} after epoch {done}.")
    progress = ShowProgress(console, epochs, min(done, epochs))
    with progress.bar:
        trained, count = run.train(epochs, [progress])
    if not count:
        more = "With --decay it can't be given more." if decay else "Give more with --epochs."
        console.print(f"{run.folder} is trained already, for {done} epochs. {more}")
        return
    _print_summary(console, run, count, run.plot(trained))


def _print_summary(console, run, count, pictures):
    from rich.table import Table

    last = run.history[-1]
    seconds = sum(row["seconds"] for row in run.history)
    table = Table(box=None, show_header=False)
    table.add_row("run", str(run.folder))
    table.add_row("epochs", f"{last['epoch']} ({count} now), {seconds:.0f} s in all")
    for name, value in last.items():
        if name not in ("epoch", "seconds"):
            table.add_row(name, f"{value:.3f}" + ("" if "bits" in name else " nats"))
    table.add_row("model", str(run.folder / "model.keras"))
    for path in pictures:
        table.add_row(path.stem, str(path))
    console.print(table)
    for stale in run.stale():
        console.print(f"{stale} is of the model before: make it again.", soft_wrap=True)
    samples = any(path.stem == "samples" for path in pictures)
    for command in ["evaluate", "export"] + ["sample"] * samples:
        console.print(f"Next: zoo {command} {run.folder}", soft_wrap=True)


@app.command()
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
@click.option("--overwrite", is_flag=True, help="Replace an evaluation with more samples or more images, and the CSV.")
def evaluate(run, samples, seed, limit, per_image, overwrite):
    """Estimates the test log-likelihood of the run in folder RUN, with a standard error.

    \b
    Example: zoo evaluate runs/iaf_mixture_vae-digits --samples 1,10,100,1000,5000
    """
    _start()
    from zoo.evaluation.run import evaluate_run, keep_evaluation
    from zoo.run import Run

    console, opened = _console(), Run.open(run)
    if per_image and per_image.exists() and not overwrite:
        raise InputError(f"--per-image is {per_image}, which is there already. Give another file, or --overwrite.")
    results = evaluate_run(opened, samples, seed, limit, console, per_image)
    _print_figures(console, results)
    _warn_of_collapse(console, results, "below 10", f"samples, or zoo judge {run} ais")
    if keep_evaluation(opened, results, overwrite):
        console.print(f"Written to {run / 'evaluation.json'}")
    elif opened.pretrained:
        console.print(f"{opened.folder.name} is pretrained: nothing is written.")
    else:
        console.print(f"{run / 'evaluation.json'} has more samples or images, and stays. --overwrite replaces it.")


def _print_figures(console, results):
    """A figure with its standard error in a line; of a list or a table, a line for each entry."""
    from rich.table import Table

    table, flat = Table(box=None, show_header=False), dict(_flat(results))
    show = lambda value: f"{value:.4f}" if isinstance(value, float) else "unknown" if value is None else str(value)  # noqa: E731
    for name, value in flat.items():
        if name.removesuffix("_se") not in flat or not name.endswith("_se"):
            error = f" ± {show(flat[f'{name}_se'])}" if f"{name}_se" in flat else ""
            table.add_row(name, show(value) + error)
    console.print(table)


def _flat(results):
    for name, value in results.items():
        if isinstance(value, dict):
            yield from ((f"{name} {key}", inner) for key, inner in _flat(value))
        elif isinstance(value, list):
            yield name, " ".join(f"{each:.2f}" for each in value)
        else:
            yield name, value


@app.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("method", metavar="METHOD", type=click.Choice(JUDGEMENTS))
@click.option(
    "--examples",
    type=click.IntRange(2),
    help=f"How many images.  [default: {', '.join(f'{name} {count}' for name, count in JUDGEMENTS.items() if count)}]",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--split", type=click.Choice(["test", "train"]), help="gaps: whose images.  [default: test]")
@click.option("--samples", type=click.IntRange(1), help="gaps: importance samples for each image.  [default: 5000]")
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
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write to.  [default: the run's]")
@click.option("--overwrite", is_flag=True, help="Replace what an earlier judgement found.")
def judge(run, method, examples, seed, out, overwrite, **options):
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
    _start()
    from zoo.evaluation import judge as judgements
    from zoo.run import Run
    from zoo.saving import write_json

    console, opened = _console(), Run.open(run)
    folder = out or (None if opened.pretrained else opened.folder)
    if folder is not None:
        file = folder / f"{method}.json"
        if file.exists() and not overwrite:
            of = ", of the model before it was trained on" if not out and file.name in opened.stale() else ""
            raise InputError(f"{file} is there already{of}. Give --overwrite to replace it.")
    if examples and JUDGEMENTS[method] is None:
        raise InputError(f"--examples is for the other methods: {method} takes all images.")
    examples = examples or JUDGEMENTS[method]
    options = {name: value for name, value in options.items() if value is not None}
    if method == "neighbours":
        options["folder"] = folder
    results = judgements.judge_run(opened, getattr(judgements, method), examples, seed, console, **options)
    _print_figures(console, results)
    _warn_of(console, results)
    if folder is None:
        console.print(f"{opened.folder.name} is pretrained: nothing is written. --out FOLDER has it written there.")
    else:
        write_json(file, results | {"epochs": opened.card["epochs"]})
        console.print(f"Written to {file}")


def _warn_of(console, results):
    """Says which of a judgement's figures can't be trusted."""
    if results.get("mutual_information", -1) > results.get("log_num_examples", 0) - 1:
        console.print(
            "mutual_information is near log_num_examples, which it can't exceed: what it lacks is in marginal_kl. "
            "Take more --examples.",
            soft_wrap=True,
        )
    by_ais = results.get("log_px_by") != "importance sampling"
    _warn_of_collapse(console, results, "small", "--temperatures or --chains" if by_ais else "--samples")


def _warn_of_collapse(console, results, how_small, more):
    if results.get("collapsed"):
        console.print(
            f"The effective sample size of {results['collapsed']} of {results['num_examples']} images is {how_small}: "
            f"their log p(x) may be too low. Take more {more}.",
            soft_wrap=True,
        )


class Duration(click.ParamType):
    """90s, 60m or 2h, in seconds."""

    name = "duration"

    def convert(self, value, parameter, context):
        if isinstance(value, float):
            return value
        unit = {"s": 1, "m": 60, "h": 3600}.get(value[-1:])
        try:
            seconds = float(value[:-1]) * unit if unit else 0
        except ValueError:
            seconds = 0
        if not 0 < seconds < float("inf"):
            self.fail(f"{value!r} isn't a time: give 90s, 60m or 2h, say.", parameter, context)
        return seconds


@app.command()
@click.argument("table")
@click.option(
    "--budget", type=Duration(), default="60m", show_default=True, help="About how long it may take: 90s, 60m, 2h."
)
@click.option("--epochs", type=click.IntRange(1), help="How long each row is trained.  [default: as the budget has it]")
@click.option("--samples", type=click.IntRange(1), help="Importance samples an image.  [default: the table's]")
@click.option("--limit", type=click.IntRange(1), help="Only so many images are judged, chosen at random.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--runs", type=click.Path(path_type=Path), help="Where it trains.  [default: runs/tables/TABLE]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The table's folder.  [default: saved_models/tables, or tables where that has another reproduction's]",
)
@click.option("--overwrite", is_flag=True, help="Replace another reproduction's table.")
def reproduce(table, budget, epochs, samples, limit, seed, runs, out, overwrite):
    """Trains and judges what the published table TABLE compares, and prints it beside the published figures.

    Four fifths of the budget are for training, by the speed that is measured first; to judge may take more than the
    rest. The same command goes on where it was stopped.

    \b
    Example: zoo reproduce iwae --budget 60m
    """
    _start()
    from zoo.reproduce import Reproduction

    console = _console()
    runs = runs or Path("runs/tables") / table
    reproduction = Reproduction(table, runs, out or "saved_models/tables", seed, samples, limit)
    if not out and not overwrite and reproduction.in_the_way:
        # The repository comes with tables of its own.
        reproduction.out = Path("tables")
    reproduction.check_out(overwrite)
    plan = reproduction.plan(budget, epochs, console)
    _print_table(console, reproduction.make(plan, console), reproduction.table.COLUMNS)
    written = reproduction.out / table
    console.print(f"{written}.md, {written}.json", soft_wrap=True)
    console.print(f"Next: zoo leaderboard --tables {reproduction.out}", soft_wrap=True)


def _print_table(console, content, columns):
    """What we found beside what was published, a line for each figure: a terminal is narrow."""
    from rich.table import Table

    from zoo.reproduce import cell

    table = Table("", "ours", "published", box=None, header_style="bold", title=content["title"])
    for row in content["rows"]:
        results, published = row["results"] or {}, row["published"]
        epochs = " + ".join(map(str, row["stages"]))
        table.add_row(f"[bold]{row['label']}, {row['data']}, {epochs} epoch{'s' * (epochs != '1')}[/bold]")
        for heading, key, form in columns:
            if key in results or key in published:
                table.add_row(f"  {heading}", cell(results, key, form), str(published.get(key, "")))
    console.print(table)


@app.command("fit-prior")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--components", type=click.IntRange(1), help="Of a mixture of Gaussians.  [default: 10]")
@click.option("--flow", is_flag=True, help="Fit a flow instead of a mixture.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="The new folder.  [default: runs/NAME-mixture or -flow]")
def fit_prior(run, components, flow, seed, out):
    """Fits a prior to the codes of the run in folder RUN, and writes the model with that prior to a folder of its own.

    The training images' codes, drawn from the posterior, are what it is fitted to. Its samples come from where the
    decoder has seen codes. The new folder is a run, to evaluate, judge, export and sample from, but not to train on.

    \b
    Example: zoo fit-prior mnist-conv --components 20
    """
    if flow and components:
        raise InputError("--components is for a mixture and --flow is another prior: give one of both.")
    _start()
    from zoo.callbacks.progress import progress_bar
    from zoo.ex_post import fit_flow_prior, fit_mixture_prior
    from zoo.run import Run

    console, opened = _console(), Run.open(run)
    kind, components = "flow" if flow else "mixture", components or 10
    out = out or Path("runs") / f"{opened.folder.resolve().name}-{kind}"
    words = kind if flow else f"mixture of {components}"
    fit = fit_flow_prior if flow else functools.partial(fit_mixture_prior, components=components)
    with progress_bar(console, "images") as bar:
        task = bar.add_task("codes, and the prior", total=len(opened.splits.train.images), text="")
        fit = functools.partial(fit, seed=seed, progress=lambda count: bar.advance(task, count))
        new = opened.with_prior(fit, words, out)
    for path in new.plot():
        console.print(f"{path.stem:>20}  {path}", soft_wrap=True)
    console.print(f"Next: zoo evaluate {out}", soft_wrap=True)


@app.command()
@click.argument("run", type=click.Path(path_type=Path))
def plot(run):
    """Makes the pictures of the run in folder RUN again.

    \b
    Example: zoo plot runs/iaf_mixture_vae-digits
    """
    _start()
    from zoo.run import Run

    for path in _own(Run.open(run)).plot():
        click.echo(path)


@app.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--samples",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    help="Importance samples of the log_px signature.",
)
@click.option(
    "--quantize",
    type=click.Choice(["none", "int8", "float16"]),
    multiple=True,
    default=["none"],
    show_default=True,
    help="Write a smaller .tflite too: int8 or float16 weights. May be given more than once.",
)
@click.option(
    "--web", type=click.Path(path_type=Path), help="Write a page for the browser to this folder, and that alone."
)
@click.option("--litert", type=click.Path(path_type=Path), help="npm's @litertjs packages, for --web.")
@click.option("--overwrite", is_flag=True, help="Replace an earlier export.")
def export(run, samples, quantize, web, litert, overwrite):
    """Writes a SavedModel and a .tflite of the run in folder RUN, and compares them with the model.

    With --web it writes a page instead, which any static host can serve, of a run or of a pretrained model by its name.

    \b
    Example: zoo export runs/iaf_mixture_vae-digits --quantize int8
    """
    _start(backend="tensorflow")
    from zoo.export.run import export_run
    from zoo.run import Run

    console = _console()
    if web:
        _export_web(console, run, web, litert, overwrite)
        return
    precisions = tuple(dict.fromkeys(precision for precision in quantize if precision != "none"))
    with console.status("exporting and comparing"), _quiet():
        report = export_run(_own(Run.open(run)), samples, precisions, overwrite)
    _print_export(console, run, report)


def _own(run):
    """The run, unless it is a pretrained model's, to which nothing is written."""
    if run.pretrained:
        raise InputError(f"{run.folder.name} is pretrained, and its files are in {run.folder}. Give a run of your own.")
    return run


def _export_web(console, run, web, litert, overwrite):
    from zoo.export.web import export_web

    path = locate(run)
    with console.status("making the page"), _quiet():
        export_web(catalogue.load(path), path.resolve().name, web, litert, overwrite)
    console.print(f"{web}: any static host serves it. Try python -m http.server -d {web}")


def _print_export(console, run, report):
    from rich.table import Table

    table = Table("signature", "SavedModel", "TFLite", "tolerance", box=None, header_style="bold")
    for name, row in report["differences"].items():
        table.add_row(name, f"{row['saved_model']:.1e}", f"{row['tflite']:.1e}", f"{row['tolerance']:.0e}")
    console.print("Largest differences from the Keras model:")
    console.print(table)
    files = ["saved_model/1", "model.tflite", "card.json"]
    if report["quantized"]:
        table = Table("signature", *report["quantized"], box=None, header_style="bold")
        for name in report["differences"]:
            table.add_row(name, *(f"{each['differences'][name]:.1e}" for each in report["quantized"].values()))
        for label, text in (
            ("PSNR of reconstructions", lambda each: "exact" if each["psnr"] is None else f"{each['psnr']:.1f} dB"),
            ("change of mean log_px", _log_px_change),
            ("size", lambda each: f"{each['bytes'] / 1e3:.0f} kB"),
        ):
            table.add_row(label, *(text(each) for each in report["quantized"].values()))
        size = (run / "model.tflite").stat().st_size
        console.print(f"Largest differences from float32 ({size / 1e3:.0f} kB):")
        console.print(table)
        files[2:2] = [f"model-{precision}.tflite" for precision in report["quantized"]]
    for name in files:
        console.print(f"{name:>20}  {run / name}")


def _log_px_change(report):
    if "log_px_change" not in report:
        return "no density"
    return f"{report['log_px_change']:+.4f} ± {report['log_px_change_se']:.4f} nats"


@app.command()
@click.argument("models", metavar="[NAME=]PATH...", nargs=-1, required=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to bind to; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8501, show_default=True, help="REST.")
@click.option("--grpc-port", type=click.IntRange(0, 65535), default=8500, show_default=True)
@click.option("--max-batch", type=click.IntRange(1), default=128, show_default=True, help="Examples in one request.")
@click.option("--max-body", type=click.IntRange(1), default=16 * 2**20, show_default=True, help="Bytes of a request.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=30.0, show_default=True, help="Seconds.")
@click.option("--workers", type=click.IntRange(1), help="Requests answered at once.  [default: the CPU cores]")
@click.option("--queue", type=click.IntRange(0), default=64, show_default=True, help="Requests that may wait.")
@click.option(
    "--poll", type=click.FloatRange(0, min_open=True), default=1.0, help="Seconds between looks for versions."
)
@click.option("--litert", type=click.Path(path_type=Path), help="npm's @litertjs packages, for the page.")
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True)
@click.option("--replicas", type=click.IntRange(1), default=1, show_default=True, help="Of the ray engine.")
def serve(models, host, port, grpc_port, max_batch, max_body, timeout, workers, queue, poll, litert, engine, replicas):
    """Serves models as TensorFlow Serving does, over REST and gRPC.

    A PATH is a run's folder, a pretrained model's name, or a SavedModel's folder, with versions in it or not.

    \b
    Example: zoo serve runs/iaf_mixture_vae-digits
    """
    if engine == "local" and replicas != 1:
        raise InputError("--replicas is for --engine ray: the local engine is one process.")
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    _start(backend="tensorflow")
    try:
        import zoo.serving.server

        if engine == "ray":
            import zoo.serving.ray_server  # noqa: F401
    except ImportError as error:
        extra = "ray" if engine == "ray" else "serve"
        raise InputError(f"zoo serve needs more packages ({error}). `pip install 'vae-zoo[{extra}]'`.") from error
    from zoo.serving.run import serve_folders

    limits = {
        "max_batch": max_batch,
        "max_body": max_body,
        "timeout": timeout,
        "workers": workers or os.cpu_count(),
        "queue": queue,
        "poll": poll,
    }
    serve_folders(models, limits, host, port, grpc_port, engine, replicas, litert, click.echo)


@app.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--n", type=click.IntRange(1), default=64, show_default=True, help="How many images.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--pixels", is_flag=True, help="Draw the pixels too, instead of showing their means.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="samples.png",
    show_default=True,
    help="A .png, or a .npy of float32 [n, height, width, channels].",
)
@click.option("--overwrite", is_flag=True, help="Replace the file if it is there.")
def sample(path, n, seed, pixels, out, overwrite):
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

    from zoo.sampling import sample_from

    with _quiet():
        images = sample_from(path, n, seed, pixels, start=_start)
    if out.suffix == ".png":
        from zoo.pictures.grid import grid, save_png

        save_png(out, grid(images))
    else:
        from zoo.saving import replacing

        with replacing(out) as temporary:
            np.save(temporary, images)
    click.echo(out)
