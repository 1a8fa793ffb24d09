"""A folder's face: what its files define, by name, and only once it is asked for."""

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import zoo

ROOT = Path(zoo.__file__).parent


def fresh(code):
    """What a new process prints."""
    done = subprocess.run([sys.executable, "-c", f"import sys\n{code}"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_every_folder_with_a_face_is_shown_by_the_package():
    faces = {path.parent.name for path in ROOT.glob("*/__init__.py") if "face(__name__" in path.read_text()}
    assert faces == set(zoo.FACES) <= set(dir(zoo))


@pytest.mark.parametrize("folder", zoo.FACES)
def test_a_face_has_what_each_file_is_for(folder):
    package = getattr(zoo, folder)
    assert package is importlib.import_module(f"zoo.{folder}")
    files = ROOT / ("data/sets" if folder == "data" else folder)
    for path in files.glob("[!_]*.py"):
        names = [name for name in dir(package) if name.replace("_", "").lower() == path.stem.replace("_", "")]
        # A class's file is there under its own name, once it has been imported.
        (found,) = (each for each in (getattr(package, name) for name in names) if not isinstance(each, ModuleType))
        assert found.__name__ in names and found.__module__.endswith(f".{path.stem}")


def test_nothing_is_imported_before_it_is_asked_for():
    code = (
        "import zoo\n"
        "assert 'Mixture' in dir(zoo.priors) and 'mnist' in dir(zoo.data) and 'iwae' in dir(zoo.objectives)\n"
        "print(*({'tensorflow', 'keras', 'jax', 'numpy', 'zoo.priors.mixture'} & set(sys.modules)))\n"
        "zoo.data.mnist\n"
        "print(*(name for name in sys.modules if name.startswith('zoo.data.sets.')), 'tensorflow' in sys.modules)"
    )
    assert fresh(code) == ["zoo.data.sets.mnist", "False"]


@pytest.mark.parametrize(
    "first",
    [
        "pass",
        "import zoo.data.sets.mnist",
        "from zoo.data.sets.mnist import mnist",
        "from zoo.data.sets import mnist",
        "zoo.data.mnist",
    ],
)
def test_a_name_is_what_the_file_is_for_however_it_was_imported(first):
    """Python sets a submodule as an attribute of its package, which would hide a function of the same name."""
    code = (
        f"import zoo\n{first}\nfrom zoo.data.sets.mnist import mnist\nimport zoo.data.sets as sets\n"
        "print(sets.mnist is mnist, callable(mnist), sys.modules['zoo.data.sets.mnist'].mnist is mnist)"
    )
    assert fresh(code) == ["True"] * 3


def test_what_isnt_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"module 'zoo\.priors' has no attribute 'Mixtur'"):
        _ = zoo.priors.Mixtur
    assert not hasattr(zoo.priors, "__wrapped__") and not hasattr(zoo, "prior")
