"""`zoo list`."""

import click

from zoo import catalogue
from zoo.cli.start import new_console
from zoo.loading import pretrained


@click.command("list")
def list_models():
    """Lists the models by what they are for, and the pretrained ones with their scores.

    \b
    Example: zoo list
    """
    from rich.table import Table
    from rich.text import Text

    console = new_console()
    # One width for all, so that the columns of the groups are one below the other.
    width = max(map(len, catalogue.names()))
    for group, meaning in catalogue.GROUPS.items():
        console.print(Text.assemble((group, "bold"), f": {meaning}"))
        table = Table.grid(padding=(0, 2))
        table.add_column(min_width=width + 2)
        for name in catalogue.names():
            if catalogue.group(name) == group:
                table.add_row(f"  {name}", catalogue.summary(name))
        console.print(table)
        console.print()
    table = Table("pretrained", "model", "data", "test log p(x), nats", box=None, header_style="bold")
    for name, card in pretrained().items():
        scores = card["scores"]
        log_px = f"{scores['log_px']:.2f} ± {scores['log_px_se']:.2f}"
        if "bits_per_dim" in scores:
            log_px += f" ({scores['bits_per_dim']:.2f} bits/dim)"
        table.add_row(name, card["model"], card["data"]["name"], log_px)
    console.print(table)
