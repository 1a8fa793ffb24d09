"""The direction of the imports, which is what keeps the parts apart."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = ("zoo.priors", "zoo.posteriors", "zoo.likelihoods")
# Who may not import whom.
FORBIDDEN = {
    "networks": (*PARTS, "zoo.models", "zoo.objectives", "zoo.vae", "zoo.cli"),
    "bijectors": (*PARTS, "zoo.models", "zoo.objectives", "zoo.vae", "zoo.cli"),
    "distributions": (*PARTS, "zoo.models", "zoo.objectives", "zoo.vae", "zoo.cli"),
    "priors": ("zoo.posteriors", "zoo.likelihoods", "zoo.models", "zoo.objectives", "zoo.vae", "zoo.cli"),
    "posteriors": ("zoo.priors", "zoo.likelihoods", "zoo.models", "zoo.objectives", "zoo.vae", "zoo.cli"),
    "likelihoods": ("zoo.priors", "zoo.posteriors", "zoo.models", "zoo.objectives", "zoo.vae", "zoo.cli"),
    "objectives": (*PARTS, "zoo.models", "zoo.vae", "zoo.cli"),
    "evaluation": (*PARTS, "zoo.models", "zoo.vae", "zoo.cli"),
    "export": (*PARTS, "zoo.models", "zoo.vae", "zoo.cli", "zoo.serving"),
    "serving": (*PARTS, "zoo.models", "zoo.vae", "zoo.cli"),
    "models": ("zoo.cli", "zoo.runs.run"),
}


# What is tested under another name, and where.
ELSEWHERE = {
    "__main__.py": "cli/test_cli",
    "cli/figures.py": "cli/test_evaluate",
    "cli/serve.py": "serving/test_server",
    "errors.py": "everywhere",
    "callbacks/progress.py": "cli/test_train",
    "callbacks/save_epoch.py": "test_run",
    "evaluation/judge.py": "cli/test_judge",
    "evaluation/run.py": "cli/test_evaluate",
    "export/run_signatures.py": "test_catalogue",
    "serving/errors.py": "test_rest, test_grpc_services",
    "serving/loaded.py": "test_worker",
    "serving/models.py": "test_rest, test_grpc_services",
    "serving/pages.py": "test_web",
    "serving/run.py": "test_server",
}
# One contract serves all files of these folders: test_catalogue for models, test_named for data sets, test_table for
# tables.
CONTRACTS = ("models", "data", "tables")


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", FORBIDDEN)
def test_imports_point_one_way(package):
    for path in (ROOT / "zoo" / package).glob("*.py"):
        wrong = [name for name in imports(path) if name.startswith(FORBIDDEN[package])]
        assert not wrong, f"{path.name} imports {wrong}"


@pytest.mark.parametrize("name", ["vae", "autoencoder", "image_model"])
def test_the_models_import_no_part(name):
    assert not [n for n in imports(ROOT / "zoo" / f"{name}.py") if n.startswith((*PARTS, "zoo.models"))]


@pytest.mark.parametrize("command", [["--help"], ["list"], ["train", "--help"], ["--version"]])
def test_help_and_lists_import_no_framework(command):
    code = (
        "import sys; from zoo.cli import app\n"
        f"try: app({command!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'tensorflow', 'keras', 'jax', 'matplotlib', 'sklearn', 'scipy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_every_file_of_the_library_has_a_test_file_or_a_doctest():
    neither = []
    for path in (ROOT / "zoo").rglob("*.py"):
        relative = path.relative_to(ROOT / "zoo")
        if path.name == "__init__.py" or relative.parts[0] in CONTRACTS or relative.as_posix() in ELSEWHERE:
            continue
        mirrored = ROOT / "tests" / relative.parent / f"test_{relative.name}"
        if not mirrored.exists() and ">>>" not in path.read_text():
            neither.append(relative.as_posix())
    assert not neither
