import shutil

import numpy as np
import pytest

from zoo.errors import InputError
from zoo.serving.errors import Invalid, NotFound, TooLarge
from zoo.serving.versions import Versions, run, version_number


@pytest.fixture
def folder(saved, tmp_path, monkeypatch):
    # What is loaded in a process of its own has its tests in test_worker.
    for module in ("versions", "worker"):
        monkeypatch.setattr(f"zoo.serving.{module}.vouched", lambda folder: True)
    shutil.copytree(saved[1], tmp_path / "small")
    return tmp_path / "small"


def sample(versions, n=3):
    _, function = versions.signature("sample")
    return run(function, versions.check({"seed": np.int32([0, 7]), "n": np.array(n, "int32")}, function), 60)["image"]


def test_it_answers_as_the_model_does(saved, folder):
    assert np.allclose(sample(Versions("small", folder)), saved[0].sample(3, seed=7), atol=1e-6)


def test_a_higher_version_is_taken_up_and_a_broken_one_refused(folder):
    versions = Versions("small", folder)
    assert versions.refresh() == []
    shutil.copytree(folder / "1", folder / "2")
    (folder / "2/saved_model.pb").write_bytes((folder / "1/saved_model.pb").read_bytes()[:5000])
    assert "version 2 is refused" in versions.refresh()[0]
    assert versions.refresh() == [], "it is refused once, not at each look"
    assert [(n, ok) for n, ok, _ in versions.status()] == [(2, False), (1, True)]
    assert sample(versions).shape == (3, 8, 8, 1)
    # Whoever copied it has now finished.
    shutil.copy(folder / "1/saved_model.pb", folder / "2/saved_model.pb")
    assert versions.refresh() == ["small: version 2 serves"]
    assert [(n, ok) for n, ok, _ in versions.status()] == [(2, True)]
    with pytest.raises(NotFound, match="doesn't serve version 1, but 2"):
        versions.version(1)


def test_a_strangers_version_is_looked_at_once_its_files_have_all_come(folder, monkeypatch):
    versions, tried = Versions("small", folder), []
    monkeypatch.setattr("zoo.serving.versions.vouched", lambda folder: False)
    current = versions.current
    load = lambda folder, number, memory: tried.append(number) or current  # noqa: E731
    monkeypatch.setattr("zoo.serving.versions._load", load)
    (folder / "2").mkdir()
    for name in ("saved_model.pb", "fingerprint.pb"):
        shutil.copy(folder / "1" / name, folder / "2" / name)
        versions.refresh()
        assert not tried
    versions.refresh()
    assert tried == [2]


def test_a_version_whose_weights_are_missing_is_refused(folder):
    shutil.copytree(folder / "1", folder / "2")
    shutil.rmtree(folder / "2/variables")
    versions = Versions("small", folder)
    assert [(n, ok) for n, ok, _ in versions.status()] == [(2, False), (1, True)]


def test_a_saved_model_by_itself_is_a_version(folder):
    assert Versions("small", folder / "1").current.number == 1


def test_an_empty_folder_is_no_model(tmp_path):
    with pytest.raises(InputError, match="no SavedModel"):
        Versions("empty", tmp_path)


def test_requests_are_checked_before_they_reach_the_graph(folder):
    versions = Versions("small", folder, max_batch=4)
    _, decode = versions.signature("decode")
    _, draw = versions.signature("sample")
    z, seed = np.zeros([2, 2], "float32"), np.int32([0, 7])
    for arrays, function, error, message in (
        ({"z": z[:, :1]}, decode, Invalid, r"z has shape \[2, 1\], but must have \[n, 2\]"),
        ({"z": z.astype("float64")}, decode, Invalid, "z is float64, but must be float32"),
        ({"z": z * np.nan}, decode, Invalid, "finite"),
        ({"z": np.zeros([5, 2], "float32")}, decode, TooLarge, "5 examples in one request, but at most 4"),
        ({"z": z[:0]}, decode, Invalid, "0 examples"),
        ({"y": z}, decode, Invalid, "no input 'y'"),
        ({}, decode, Invalid, "'z' is missing"),
        ({"seed": seed, "n": np.array(5, "int32")}, draw, TooLarge, "5 examples"),
        ({"seed": seed, "n": np.array(-1, "int32")}, draw, Invalid, "-1 examples"),
    ):
        with pytest.raises(error, match=message):
            versions.check(arrays, function)
    with pytest.raises(NotFound, match="no signature 'dream'; it has decode, encode"):
        versions.signature("dream")


def test_what_is_not_finite_is_not_sent(folder):
    versions = Versions("small", folder)
    _, log_px = versions.signature("log_px")
    x = np.full([1, 8, 8, 1], 3e38, "float32")
    with pytest.raises(Invalid, match="log_px isn't finite"):
        run(log_px, versions.check({"x": x, "seed": np.int32([0, 7])}, log_px), 60)


def test_warm_up_requests_are_run_and_damaged_ones_refused(folder):
    from zoo.export.warm_up import PATH, read_warm_up

    requests = dict(read_warm_up(folder / "1"))
    assert set(requests) == {"encode", "decode", "reconstruct", "sample", "sample_pixels", "log_px"}
    versions = Versions("small", folder)
    for name, arrays in requests.items():
        assert run(versions.signature(name)[1], arrays, 60)
    # What they ask for is one example of each, whatever the model.
    assert requests["sample"]["n"] == 1 and requests["encode"]["x"].shape == (1, 8, 8, 1)
    shutil.copytree(folder / "1", folder / "2")
    with open(folder / "2" / PATH, "r+b") as file:
        file.seek(20)
        file.write(b"\xff\xff")
    assert "isn't a file of warm-up requests" in versions.refresh()[0]
    assert versions.current.number == 1


NOT_VERSIONS = ("²", "٣", "\uff19", "9" * 23, str(2**63), "1e1", "-1", "+2", " 2", "2 ", "2_0", "0x2", "1.0", "")


def test_a_version_is_called_by_an_int64_in_ascii_digits():
    assert [version_number(name) for name in NOT_VERSIONS] == [None] * len(NOT_VERSIONS)
    assert [version_number(name) for name in ("0", "1", "007", str(2**63 - 1))] == [0, 1, 7, 2**63 - 1]


def test_folders_that_no_version_can_be_called_by_are_passed_over(folder):
    for name in NOT_VERSIONS[:-1]:
        shutil.copytree(folder / "1", folder / name)
    versions = Versions("small", folder)
    assert versions.refresh() == [] and versions.status() == [(1, True, "")]
    assert Versions("small", folder / "²").current.number == 1, "by itself it is version 1"
