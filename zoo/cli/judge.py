"""`zoo judge`."""

from pathlib import Path

import click

from zoo.cli.data import data_options
from zoo.cli.figures import print_figures, warn_of_changed_data
from zoo.cli.kept import kept
from zoo.cli.start import new_console, start
from zoo.errors import InputError
from zoo.evaluation.judgement import judgements, named

_TYPES = {"int": click.IntRange(1), "str": str, "Path": click.Path(path_type=Path)}


class _Judgements(click.Group):
    """A command for each judgement, made when it is asked for."""

    def list_commands(self, context):
        return list(judgements())

    def get_command(self, context, name):
        return _command(judgements()[name]) if name in judgements() else None

    def resolve_command(self, context, arguments):
        named(arguments[0])
        return super().resolve_command(context, arguments)

    def format_commands(self, context, formatter):
        with formatter.section("Methods"):
            formatter.write_dl([(name, found.help.partition("\n\n")[0]) for name, found in judgements().items()])


@click.group(
    cls=_Judgements,
    short_help="Judges the run in folder RUN further.",
    options_metavar="",
    subcommand_metavar="METHOD [OPTIONS]",
    no_args_is_help=False,
    invoke_without_command=True,
)
@click.argument("run", type=click.Path(path_type=Path))
@click.pass_context
def judge(context, run):
    """Judges the run in folder RUN further, with standard errors, and writes METHOD.json there.

    `zoo judge RUN METHOD --help` has the options of a method.

    \b
    Example: zoo judge mnist-conv gaps --examples 20
    """
    if context.invoked_subcommand is None:
        raise InputError(f"METHOD is missing: give one of {', '.join(judgements())}.")


def _command(judgement):
    """The command of a judgement: what all take, and its own options."""

    @data_options
    @click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
    @click.option("--out", type=click.Path(path_type=Path), help="The folder to write to.  [default: the run's]")
    @click.option("--overwrite", is_flag=True, help="Replace what an earlier judgement found.")
    def callback(data, changed_data, seed, out, overwrite, examples=None, **options):
        run = click.get_current_context().parent.params["run"]
        _judge(judgement, run, data, changed_data, examples, seed, out, overwrite, options)

    command = click.command(judgement.name, help=judgement.help)(callback)
    own = [_option(option) for option in judgement.options]
    if judgement.examples:
        counted = {"type": click.IntRange(2), "default": judgement.examples, "show_default": True}
        own.insert(0, click.Option(["--examples"], help="How many images.", **counted))
    command.params[:0] = own
    return command


def _option(option):
    if option.kind == "bool":
        return click.Option([f"--{option.name}"], is_flag=True, help=_sentence(option.help))
    kind = click.Choice(option.kind) if isinstance(option.kind, tuple) else _TYPES[option.kind]
    shown = {"default": option.default, "show_default": option.default is not None}
    return click.Option([f"--{option.name.replace('_', '-')}"], type=kind, help=_sentence(option.help), **shown)


def _sentence(text):
    return text[0].upper() + text[1:]


def _judge(judgement, run, data, changed_data, examples, seed, out, overwrite, options):
    start()
    from zoo.files.saving import check_writable, write_json
    from zoo.runs.judge import judge_run
    from zoo.runs.run import Run

    console, opened, name = new_console(), Run.open(run, data, changed_data), judgement.name
    folder = out or (None if opened.pretrained else opened.folder)
    if folder is not None:
        file = folder / f"{name}.json"
        if file.exists() and not overwrite:
            of = ", of the model before it was trained on" if not out and file.name in opened.stale() else ""
            raise InputError(f"{file} is there already{of}. Give --overwrite to replace it.")
        check_writable(folder)
    found = judge_run(opened, name, examples, seed, console, **options)
    try:
        if folder is not None:
            write_json(file, found.figures | opened.judged)
    finally:
        # Where nothing can be written, it is read here at least.
        print_figures(console, found.figures)
        warn_of_changed_data(console, opened)
        for note in found.notes:
            console.print(note, soft_wrap=True)
    if folder is None:
        console.print(
            f"{opened.folder.name} is pretrained: nothing is written. --out FOLDER has it written there.",
            soft_wrap=True,
        )
        return
    console.print(f"Written to {file}", soft_wrap=True)
    if found.save_picture is not None:
        picture = folder / f"{name}.png"
        with kept(f"the figures are in {file}", "Judge again with --overwrite for the picture"):
            found.save_picture(picture)
        console.print(f"Written to {picture}", soft_wrap=True)
