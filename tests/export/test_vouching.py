import json
import shutil

import pytest

from zoo.export.vouching import VARIABLE, sign, vouch, vouched


@pytest.fixture
def exported(tmp_path, monkeypatch):
    """A run's folder with an export, which its card vouches for."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "own/key"))
    model = tmp_path / "run/saved_model/1"
    (model / "variables").mkdir(parents=True)
    for name in ("saved_model.pb", "variables/variables.index", "fingerprint.pb"):
        (model / name).write_bytes(name.encode())
    (tmp_path / "run/card.json").write_text(json.dumps({"model": "vae", "export": {"signed": sign(model)}}))
    return model


def test_what_this_user_exported_is_vouched_for(exported, tmp_path):
    assert vouched(exported)
    (tmp_path / "current").symlink_to(exported)
    assert vouched(tmp_path / "current")
    # The card and the model may go elsewhere together; the key stays.
    shutil.move(tmp_path / "run", tmp_path / "elsewhere")
    assert vouched(tmp_path / "elsewhere/saved_model/1")
    assert (tmp_path / "own/key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["key"]


def test_a_model_that_was_made_just_now_gets_a_card(exported):
    (exported.parents[1] / "card.json").unlink()
    assert not vouched(exported)
    vouch(exported)
    assert vouched(exported)


@pytest.mark.parametrize(
    "change",
    [
        lambda model: (model / "saved_model.pb").write_bytes(b"other"),
        lambda model: (model / "variables/variables.index").write_bytes(b"other"),
        lambda model: (model / "saved_model.pbtxt").write_bytes(b"more"),
        lambda model: (model / "assets.extra").mkdir() or (model / "assets.extra/requests").write_bytes(b"more"),
        lambda model: (model / "fingerprint.pb").unlink(),
        lambda model: (model / "fingerprint.pb").rename(model / "fingerprint"),
    ],
)
def test_a_file_that_was_changed_added_or_taken_is_not(exported, change):
    change(exported)
    assert not vouched(exported)


@pytest.mark.parametrize(
    "card",
    [
        {},
        {"export": None},
        {"export": {}},
        *({"export": {"signed": value}} for value in (None, "", 3, [], "ü", "\ud800", "0" * 64)),
    ],
)
def test_a_card_without_the_signature_does_not(exported, card):
    (exported.parents[1] / "card.json").write_text(json.dumps(card))
    assert not vouched(exported)


def test_whoever_has_another_key_or_none_is_not_believed(exported, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "another/key"))
    assert not vouched(exported)
    monkeypatch.setenv(VARIABLE, "/proc/nowhere/key")
    assert sign(exported) is None and not vouched(exported)
    # A card whose maker had no key either doesn't match it.
    (exported.parents[1] / "card.json").write_text(json.dumps({"export": {"signed": None}}))
    assert not vouched(exported)
    (tmp_path / "short").write_bytes(b"")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "short"))
    assert sign(exported) is None
