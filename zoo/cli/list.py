"""`zoo list`."""

import click

from zoo import catalogue
from zoo.cli.start import new_console
from zoo.loading import pretrained


@click.command("list")
def list_models():
    """Lists the models, and the pretrained ones with their scores.

    \b
    Example: zoo list
    """
    from rich.table import Table

    table = Table("model", "what it is", box=None, header_style="bold")
    for name in catalogue.names():
        table.add_row(name, catalogue.summary(name))
    console = new_console()
    console.print(table)
    table = Table("pretrained", "model", "data", "test log p(x), nats", box=None, header_style="bold")
    for name, card in pretrained().items():
        scores = card["scores"]
        log_px = f"{scores['log_px']:.2f} ± {scores['log_px_se']:.2f}"
        if "bits_per_dim" in scores:
            log_px += f" ({scores['bits_per_dim']:.2f} bits/dim)"
        table.add_row(name, card["model"], card["data"]["name"], log_px)
    console.print()
    console.print(table)
