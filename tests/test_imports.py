"""The direction of the imports, which is what keeps the rooms apart."""

import ast
import functools
import graphlib
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

#: The rooms, from the ground up: each imports those below it alone, not those beside it.
ORDER = (
    ("errors", "face", "support", "signature", "observed"),
    ("abilities",),
    ("probability",),
    ("numerics",),
    ("random",),
    ("files",),
    ("data",),
    ("part", "callbacks", "optimizers"),
    ("functional", "networks", "bijectors", "distributions"),
    ("priors", "posteriors", "likelihoods", "quantizers"),
    ("objectives", "penalties", "corruptions"),
    ("image_model",),
    ("generator",),
    ("adversarial_vb", "autoencoder", "two_stage", "vae", "vae_gan", "vq_vae"),
    ("models",),
    ("catalogue", "pictures"),
    ("keras_file", "export"),
    ("loading",),
    ("evaluation", "serving"),
    ("fitting",),
    ("runs",),
    ("tables",),
    ("cli",),
    ("__main__",),
    ("scripts",),
)
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms}

#: What is given objects, whatever they are made of, and what that is: these import none of it, though it lies below.
GIVEN = {
    (
        "objectives",
        "penalties",
        "image_model",
        "generator",
        "adversarial_vb",
        "autoencoder",
        "two_stage",
        "vae",
        "vae_gan",
        "vq_vae",
        "export",
        "evaluation",
        "pictures",
        "serving",
    ): (
        "priors",
        "posteriors",
        "likelihoods",
        "quantizers",
        "models",
        "catalogue",
    ),
    ("objectives", "penalties", "export", "evaluation", "pictures", "serving", "runs", "tables"): (
        "adversarial_vb",
        "autoencoder",
        "two_stage",
        "vae",
        "vae_gan",
        "vq_vae",
    ),
}

#: What is tested under another name, and where.
ELSEWHERE = {
    "__main__.py": "cli/test_cli",
    "cli/figures.py": "cli/test_evaluate",
    "cli/serve.py": "serving/test_server",
    "errors.py": "everywhere",
    "tables/judge_by_importance_sampling.py": "tables/test_reproduce",
    "callbacks/progress.py": "cli/test_train",
    "callbacks/save_epoch.py": "runs/test_run",
    "export/run_signatures.py": "test_catalogue",
    "files/shipped.py": "test_loading",
    "likelihoods/loc_scale.py": "test_gaussian, test_laplace",
    "likelihoods/wrapping.py": "test_observed, test_self_masked",
    "signature.py": "export/test_compare",
    "serving/errors.py": "test_rest, test_grpc_services",
    "serving/loaded.py": "test_worker",
    "serving/models.py": "test_rest, test_grpc_services",
    "serving/pages.py": "test_web",
    "runs/judge.py": "cli/test_judge",
    "runs/serve.py": "serving/test_server",
}
#: One contract serves all files of these folders: test_catalogue for models, test_named for data sets, test_table for
#: tables.
CONTRACTS = ("models", "data/sets", "tables/published")


@functools.cache
def modules():
    """The file of each module, of the package and of the scripts."""
    paths = [*(ROOT / "zoo").rglob("*.py"), *(ROOT / "scripts").glob("*.py")]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


@functools.cache
def graph():
    """The modules that each imports, anywhere in its file, in functions and by `importlib` too.

    `zoo` itself imports all that it shows, lazily, and is left out.
    """
    found = {}
    for module, path in modules().items():
        names = {name for node in ast.walk(ast.parse(path.read_text())) for name in _imported(node)}
        found[module] = {module for name in names for module in _modules(name)} - {module, "zoo"}
    return found | {"zoo": set()}


def _imported(node):
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", None) == "import_module" and node.args:
        text = node.args[0].values[0] if isinstance(node.args[0], ast.JoinedStr) else node.args[0]
        yield getattr(text, "value", "") if isinstance(text, ast.Constant) else ""


def _modules(name):
    """Which modules of ours a dotted name is: that of its longest part; of "zoo.models." all in the folder."""
    if name.endswith("."):
        return {module for module in modules() if module.startswith(name)}
    while name and name not in modules():
        name = name.rpartition(".")[0]
    return {name} - {""}


def room(module):
    parts = module.split(".")
    return parts[1] if parts[0] == "zoo" and len(parts) > 1 else parts[0]


def imports():
    """(importing module, imported module) of two rooms."""
    return [(a, b) for a, found in graph().items() for b in sorted(found) if room(a) != room(b)]


def test_each_room_has_its_place():
    found = {room(module) for module in modules()} - {"zoo"}
    assert found == LEVEL.keys()


def test_each_name_that_is_imported_is_there():
    """In functions too: those fail only once they are called."""
    missing = []
    for module, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module in modules():
                names = [alias.name for alias in node.names if not _has(node.module, alias.name)]
                missing += [f"{module}: {node.module}.{name}" for name in names]
    assert not missing


def _has(module, name):
    names = _names(module)
    if names & {"face", "__getattr__"} and name not in names:
        # It is shown lazily.
        return hasattr(importlib.import_module(module), name)
    return name in names


@functools.cache
def _names(module):
    """What can be imported from a module: what it defines or imports, and its files."""
    nodes = ast.parse(modules()[module].read_text()).body
    found = {node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    for node in nodes:
        found |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
        imports = [each for each in ast.walk(node) if isinstance(each, ast.Import | ast.ImportFrom)]
        found |= {alias.asname or alias.name for each in imports for alias in each.names}
    return found | {name.rpartition(".")[2] for name in modules() if name.rpartition(".")[0] == module}


def test_no_import_points_up():
    up = [f"{a} imports {b}" for a, b in imports() if LEVEL[room(b)] >= LEVEL[room(a)]]
    assert not up


def test_no_modules_import_in_a_circle():
    graphlib.TopologicalSorter(graph()).prepare()


def test_what_is_given_objects_imports_none_of_their_kinds():
    wrong = [
        f"{a} imports {b}" for a, b in imports() for who, what in GIVEN.items() if room(a) in who and room(b) in what
    ]
    assert not wrong


def test_the_graph_has_the_imports_of_functions_and_by_name():
    """What the other tests say is worth as much as the graph is."""
    assert "zoo.keras_file" in graph()["zoo.loading"]
    assert "zoo.models.vae" in graph()["zoo.catalogue"]
    assert "zoo.errors" in graph()["zoo.random.keys"]
    assert len(imports()) > 300


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
        if path.name == "__init__.py" or relative.as_posix().startswith(CONTRACTS):
            continue
        mirrored = ROOT / "tests" / relative.parent / f"test_{relative.name}"
        if not mirrored.exists() and ">>>" not in path.read_text() and relative.as_posix() not in ELSEWHERE:
            neither.append(relative.as_posix())
    assert not neither


def test_what_is_tested_elsewhere_is_there():
    assert not [name for name in ELSEWHERE if not (ROOT / "zoo" / name).is_file()]
