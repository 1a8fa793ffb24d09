"""`zoo edit`."""

from tests.cli.command_line import refused, zoo
from tests.runs.test_edit import begin


def test_a_vector_is_found_shown_and_kept(tmp_path):
    begin(tmp_path / "run")
    said = zoo("edit", "run", "--attribute", "label=0", cwd=tmp_path).stdout
    assert "the one with it is further along in" in said and "±" in said
    for name in ("label=0.json", "label=0.png"):
        assert f"Written to run/attributes/{name}" in said and (tmp_path / "run/attributes" / name).is_file()
    assert "Give --overwrite" in refused("edit", "run", "--attribute", "label=0", cwd=tmp_path)
    zoo("edit", "run", "--attribute", "label=0", "--by", "regression", "--overwrite", cwd=tmp_path)
    there = "give one of label=0, label=1, label=2, "
    assert f"attribute is missing: {there}" in refused("edit", "run", cwd=tmp_path)
    assert f"digits has no attribute 'smile': {there}" in refused("edit", "run", "--attribute", "smile", cwd=tmp_path)
    assert "'median' is not one of 'means', 'regression'" in refused("edit", "run", "--by", "median", cwd=tmp_path)
    assert "digits-iaf-mixture is pretrained" in refused("edit", "digits-iaf-mixture", cwd=tmp_path)
