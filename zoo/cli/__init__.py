"""The `zoo` command: it reads what was asked for, calls the library, and prints. Each command has a file.

Whatever takes TensorFlow is imported in the command that uses it, so that help and lists come at once.
"""

import os
import sys
import traceback

import click

from zoo import __version__
from zoo.cli.edit import edit
from zoo.cli.evaluate import evaluate
from zoo.cli.export import export
from zoo.cli.fit_prior import fit_prior
from zoo.cli.impute import impute
from zoo.cli.judge import judge
from zoo.cli.leaderboard import leaderboard
from zoo.cli.list import list_models
from zoo.cli.output import printing
from zoo.cli.plot import plot
from zoo.cli.reproduce import reproduce
from zoo.cli.sample import sample
from zoo.cli.serve import serve
from zoo.cli.train import train
from zoo.errors import InputError, NonFiniteLossError
from zoo.files.foreign import reason


def main():
    """Runs the command line: one line and exit code 2 for what was given wrong.

    Anything else that goes wrong is one line too, and code 1; with ZOO_TRACEBACK set, its traceback comes before it.
    """
    with printing():
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
        except Exception as error:
            _fail(f"{reason(error)}. zoo didn't expect that: with ZOO_TRACEBACK=1 it says where it was.", 1)


def _fail(message, code):
    if os.environ.get("ZOO_TRACEBACK"):
        traceback.print_exc()
    print(f"zoo: {' '.join(str(message).split())}", file=sys.stderr)
    sys.exit(code)


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


for command in (
    edit,
    evaluate,
    export,
    fit_prior,
    impute,
    judge,
    leaderboard,
    list_models,
    plot,
    reproduce,
    sample,
    serve,
    train,
):
    app.add_command(command)
