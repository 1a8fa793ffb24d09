"""The judgement of a run: an evaluation that goes further than its likelihood."""

import inspect

from zoo.abilities import require
from zoo.errors import InputError
from zoo.evaluation.judgement import named


def judge_run(run, name, examples, seed, console, **options):
    """What a judgement finds of a run.

    Args:
        run: a `zoo.runs.run.Run`.
        name: of `zoo.evaluation.judgement.judgements()`.
        examples: how many images; None for as many as it takes unless it is told.
        seed: an int.
        console: a `rich.console.Console`, for the progress.
        **options: its own.

    Returns:
        `zoo.evaluation.judgement.Found`.

    Raises:
        InputError: there is no such judgement, it has no such option, or the model or the data don't have what it
            needs.
    """
    judgement = named(name)
    function = judgement.function
    unknown = options.keys() - inspect.signature(function).parameters.keys()
    if unknown:
        raise InputError(f"{name} has no option {min(unknown)!r}: leave it out.")
    if examples and not judgement.examples:
        raise InputError(f"examples is {examples}, but {name} takes all images: leave it out.")
    model = run.load_model()
    require(model, judgement.needs, f"zoo judge {name}")
    return function(run, model, examples or judgement.examples, seed, console, **options)
