"""What the command line reads of a judgement's file is what the function in it takes."""

import inspect
from pathlib import Path
from types import UnionType
from typing import get_args

import pytest

import zoo
from tests.cli.command_line import zoo as command
from zoo.abilities import Abilities
from zoo.errors import InputError
from zoo.evaluation.judgement import judgements
from zoo.runs.judge import judge_run
from zoo.runs.run import Run

ROOT = Path(zoo.__file__).parents[1]
FIRST = ("run", "model", "examples", "seed", "console")


def test_those_that_were_promised_are_there():
    assert {"ais", "gaps", "terms", "quality", "neighbours", "latents", "factors"} <= judgements().keys()


@pytest.mark.parametrize("name", judgements())
def test_the_function_takes_what_is_read_of_it(name):
    judgement = judgements()[name]
    parameters = inspect.signature(judgement.function).parameters
    assert tuple(parameters)[: len(FIRST)] == FIRST
    own = [parameter for parameter in parameters.values() if parameter.kind is parameter.KEYWORD_ONLY]
    assert len(own) == len(parameters) - len(FIRST)
    for option, parameter in zip(judgement.options, own, strict=True):
        assert (option.name, option.default) == (parameter.name, parameter.default)
        assert option.kind == _kind(parameter.annotation)
        assert option.help and option.help[-1] == "."
    assert judgement.help in inspect.getdoc(judgement.function)
    assert judgement.needs in Abilities._fields
    assert judgement.examples is None or judgement.examples >= 2


def _kind(annotation):
    if isinstance(annotation, type):
        return annotation.__name__
    values = get_args(annotation)
    return values[0].__name__ if isinstance(annotation, UnionType) else values


@pytest.mark.parametrize("name", judgements())
def test_its_help_has_its_options_and_their_defaults(name, tmp_path):
    judgement = judgements()[name]
    said = " ".join(command("judge", "R", name, "--help", cwd=tmp_path).stdout.split())
    assert judgement.help.split(":")[0].split(".")[0] in said
    assert ("--examples" in said) == (judgement.examples is not None)
    assert f"[default: {judgement.examples}; x>=2]" in said or judgement.examples is None
    for option in judgement.options:
        assert f"--{option.name} " in said
        assert option.default in (None, False) or f"[default: {option.default}" in said
    assert name in command("judge", "--help", cwd=tmp_path).stdout


def test_each_is_in_the_docs():
    readme, figures = ((ROOT / file).read_text() for file in ("README.md", "docs/figures.md"))
    for name in judgements():
        assert f"zoo judge RUN {name} " in readme
        assert f"## `zoo judge RUN {name}`" in figures


@pytest.mark.parametrize(
    ("name", "examples", "options", "message"),
    [
        ("term", None, {}, "no judgement 'term'"),
        ("terms", None, {"chains": 3}, "terms has no option 'chains'"),
        ("factors", 10, {}, "factors takes all images"),
    ],
)
def test_what_it_doesnt_take_is_refused(name, examples, options, message):
    run = Run.open("digits-iaf-mixture")
    with pytest.raises(InputError, match=message):
        judge_run(run, name, examples, 0, None, **options)
