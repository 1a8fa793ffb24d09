"""Each setting is one entry, which the command line, the card, the tables and the docs have."""

import shlex
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner

from zoo.cli.train import settings_options, train
from zoo.errors import InputError
from zoo.runs.card import Card
from zoo.runs.settings import SETTINGS, VERSION, Settings, checked, of_before, options

#: A value of each setting that isn't its default.
OTHERS = {
    "batch_size": 100,
    "optimizer": "adamax",
    "learning_rate": 0.003,
    "decay": 7,
    "clip_norm": 2.5,
    "ema": 0.99,
    "warm_up": 5,
    "free_bits": 0.25,
    "patience": 3,
    "plateau": 2,
    "linear_start": True,
    "fit_prior": True,
    "start_at_mean": True,
    "start_from": "runs/the first",
    "labelled": 100,
    "seed": 4,
    "precision": "bfloat16",
    "jit": True,
}


def given(*words):
    """What the command line makes of options."""
    found = {}
    command = click.command()(settings_options(lambda **values: found.update(values)))
    done = CliRunner().invoke(command, words)
    assert done.exit_code == 0, done.output
    return found


def test_the_command_line_gives_none_that_is_not_named():
    assert set(given().values()) == {None}
    assert given("--patience", "none")["patience"] == "none"


def test_what_the_tables_print_is_what_the_command_line_reads():
    assert set(OTHERS) == set(SETTINGS)
    assert checked(**OTHERS) == Settings(**OTHERS)
    named = {name: value for name, value in given(*shlex.split(options(OTHERS))).items() if value is not None}
    assert named == OTHERS | {"decay": True}
    assert options(msgspec.structs.asdict(Settings())) == (
        "--batch-size 64 --optimizer adam --learning-rate 0.001 --no-linear-start --no-fit-prior --seed 0 "
        "--precision float32"
    )


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_the_help_the_card_and_the_docs_have_it(setting):
    assert setting.name in Card.__struct_fields__
    text = " ".join(CliRunner().invoke(train, ["--help"]).output.split())
    assert setting.help.replace("- ", "-") in text.replace("- ", "-")
    kind = setting.kind.replace(", or None", "")
    default = setting.default
    if default is None or isinstance(default, bool):
        default = {None: "none", True: "yes", False: "no"}[default]
    if setting.chosen:
        default = "by the data"
    row = f"| `{setting.option}` | {kind} | {default} | {setting.help} |"
    assert row in (Path(__file__).parents[2] / "docs/training.md").read_text().splitlines(), row


@pytest.mark.parametrize(
    ("name", "value", "must"),
    [
        ("batch_size", 1.5, "a whole number of at least 1"),
        ("batch_size", True, "a whole number of at least 1"),
        ("optimizer", "adm", "one of adam, adamax"),
        ("learning_rate", float("inf"), "a number above 0"),
        ("learning_rate", None, "a number above 0"),
        ("decay", 0, "a whole number of at least 1, or None"),
        ("clip_norm", 0.0, "a number above 0, or None"),
        ("ema", 1.0, "a number above 0 and below 1, or None"),
        ("warm_up", 0, "a whole number of at least 1, or None"),
        ("free_bits", -0.1, "a number above 0, or None"),
        ("patience", 0, "a whole number of at least 1, or None"),
        ("seed", -1, "a whole number of at least 0"),
        ("jit", 1, "True or False"),
    ],
)
def test_a_value_that_it_can_not_have_is_refused(name, value, must):
    with pytest.raises(InputError, match=rf"^{name} is {value!r}, but must be {must}"):
        checked(**{name: value})


def test_an_older_card_has_what_held_before():
    newest = msgspec.to_builtins(Settings())
    for version in range(1, VERSION + 1):
        content = {name: value for name, value in newest.items() if SETTINGS[name].since <= version}
        assert of_before(content, version) == newest
        for name in content:
            with pytest.raises(ValueError, match=f"`{name}`"):
                of_before({key: value for key, value in content.items() if key != name}, version)


def test_zero_and_empty_names_stood_for_none():
    old = msgspec.to_builtins(Settings()) | {"decay": 0, "clip_norm": 0.0, "start_from": ""}
    found = of_before(old, 2)
    assert found["decay"] is found["clip_norm"] is found["start_from"] is None
    assert of_before(old, 3)["clip_norm"] == 0.0, "which is no clipping norm any more"
