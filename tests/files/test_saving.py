import errno
import json
import os
import subprocess
import sys
import threading
import time

import filelock
import pytest

from zoo.errors import InputError
from zoo.files.saving import mend, read_json, replacing, write_json


def test_a_file_that_fails_halfway_leaves_the_old_one(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, {"x": 1})
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_text('{"x"')
        raise RuntimeError
    assert read_json(path) == {"x": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_a_full_disk_is_said_so_and_leaves_the_old_one(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, {"x": 1})
    with pytest.raises(InputError, match=r"can't write .*No space left"), replacing(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert read_json(path) == {"x": 1}


def test_named_things_in_a_folder_are_moved_together(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "old").touch()
    with replacing(tmp_path, "a", "b") as temporary:
        (temporary / "a").write_text("new")
        (temporary / "b").mkdir()
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a", "b"]


def test_a_name_that_is_not_written_is_gone(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).touch()
    with replacing(tmp_path, "a", "b") as temporary:
        (temporary / "b").write_text("new")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"b": "new", "c": ""}


#: Has a child killed at each of the things it asks of the file system, one after the other, and says what is left by
#: then, after a reader has come, and after a writer has.
KILLED = """
import json, os, shutil, signal, sys, tempfile
from pathlib import Path
from zoo.files.saving import mend, replacing, write_json
real = tempfile.mkdtemp()
os.fsync = lambda descriptor: None  # against power cuts, and slow

def fill(folder, text):
    (folder / "saved_model/1").mkdir(parents=True)
    for name in ("saved_model/1/graph", "saved_model/1/weights", "model.tflite", "card.json"):
        (folder / name).write_text(text)

def change(folder):
    with replacing(*TARGET) as new:
        fill(new, "new")

def kill_at(count):
    left = [count]
    def hook(event, args):
        if event.startswith(("os.", "open", "shutil.", "fcntl.")):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)

def contents(folder):
    return sorted({path.read_text() for path in folder.rglob("*") if path.is_file() and path.name != "x.json"})

found, killed, count = [], True, 0
while killed:
    count += 1
    parent = Path(real) / str(count)
    folder = parent / "run"
    folder.mkdir(parents=True)
    fill(folder, "old")
    (folder / "model-int8.tflite").write_text("old")
    process = os.fork()
    if not process:
        kill_at(count)
        change(folder)
        os._exit(0)
    killed = os.waitpid(process, 0)[1] != 0
    mend(folder / "saved_model/1")
    after = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    texts = sorted({(folder / name).read_text() for name in ("saved_model/1/graph", "saved_model/1/weights",
                    "model.tflite", "card.json")})
    write_json(folder / "x.json", {})
    write_json(parent / "x.json", {})
    litter = [path.name for path in [*folder.iterdir(), *parent.iterdir()] if path.name.startswith(".")]
    found.append([texts, after, litter])
shutil.rmtree(real)
print(json.dumps(found))
"""
FILES = ["card.json", "model.tflite", "saved_model"]


@pytest.mark.parametrize(
    "target", ['(folder, *"saved_model model.tflite model-int8.tflite card.json".split())', "(folder,)"]
)
def test_killed_at_any_moment_everything_is_old_or_everything_is_new(target):
    """Several files of a folder, and a folder as a whole."""
    script = KILLED.replace("*TARGET", f"*{target}")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert len(found) > 20, "kills"
    for texts, names, litter in found:
        assert (texts, names) in ((["old"], sorted(["model-int8.tflite", *FILES])), (["new"], FILES))
        assert not litter
    assert {texts[0] for texts, _, _ in found[:-1]} == {"old", "new"}, "kills before the decision, and after it"
    assert found[-1][0] == ["new"]


def test_what_a_living_process_writes_is_not_swept_and_what_is_old_is(tmp_path):
    for name, age in ((".writing-abc", 5000), (".writing-def", 5)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "half").touch()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    with replacing(tmp_path / "a") as temporary:
        temporary.write_text("whole")
        write_json(tmp_path / "b.json", {})
    assert sorted(p.name for p in tmp_path.iterdir()) == [".writing-def", "a", "b.json"]


def test_a_reader_waits_while_a_living_process_moves_its_files(tmp_path):
    for name in ("new", "old", "gone"):
        (tmp_path / ".writing-whole-abc" / name).mkdir(parents=True)
    (tmp_path / ".writing-whole-abc/new/a").touch()
    lock = filelock.FileLock(tmp_path / ".writing-whole-abc/lock", thread_local=False)
    lock.acquire()
    seen = []
    timer = threading.Timer(0.3, lambda: (seen.extend(tmp_path.glob("a")), lock.release()))
    timer.start()
    mend(tmp_path)
    timer.join()
    assert not seen and [p.name for p in tmp_path.iterdir()] == ["a"]


def test_nothing_is_moved_from_a_link_that_was_planted(tmp_path):
    """An archive's link in place of the folder whose contents would be moved."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/treasure").touch()
    run = tmp_path / "run"
    for name in ("old", "gone"):
        (run / ".writing-whole-abc" / name).mkdir(parents=True)
    (run / ".writing-whole-abc/new").symlink_to(tmp_path / "elsewhere")
    mend(run)
    write_json(run / "x.json", {})
    assert (tmp_path / "elsewhere/treasure").exists() and not (run / "treasure").exists()


def test_a_folder_that_can_not_be_written_is_said_so(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="can't write to"):
        write_json(tmp_path / "file" / "a.json", {})


@pytest.mark.parametrize("text", ["", '{"x": 1', "[1, 2]", "\x00\x01"])
def test_altered_json_is_refused(tmp_path, text):
    (tmp_path / "card.json").write_text(text)
    with pytest.raises(InputError, match=r"card\.json isn't"):
        read_json(tmp_path / "card.json")
