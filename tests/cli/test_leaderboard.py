"""`zoo leaderboard`."""

from tests.cli.command_line import refused, zoo


def test_leaderboard_has_the_pretrained_models(tmp_path):
    printed = zoo("leaderboard", cwd=tmp_path).stdout
    assert "mnist-iaf-mixture" in printed
    assert "dynamic binarization" in printed
    assert "does not exist" in refused("leaderboard", "--tables", "nowhere", cwd=tmp_path)
