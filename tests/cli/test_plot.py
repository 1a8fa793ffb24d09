"""`zoo plot`."""

import pytest

from tests.cli.command_line import zoo


@pytest.mark.long
def test_plot_makes_the_pictures_again(workplace):
    folder = workplace[0]
    (folder / "runs/vae-digits/latents.png").unlink()
    assert "latents.png" in zoo("plot", "runs/vae-digits", cwd=folder).stdout
    assert (folder / "runs/vae-digits/latents.png").exists()
