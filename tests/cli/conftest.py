"""What the commands' tests share: a run that has been through most of them."""

import pytest

from tests.cli.command_line import TRAIN, process


@pytest.fixture(scope="session")
def workplace(tmp_path_factory):
    """A folder with a run in it that has been trained, evaluated and exported."""
    folder = tmp_path_factory.mktemp("workplace")
    outputs = {
        "train": process(*TRAIN, cwd=folder),
        "evaluate": process("evaluate", "runs/vae-digits", "--samples", "5", cwd=folder),
    }
    smaller = ("--quantize", "int8", "--quantize", "float16")
    outputs["export"] = process("export", "runs/vae-digits", "--samples", "3", *smaller, cwd=folder)
    return folder, outputs
