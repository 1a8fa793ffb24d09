"""`zoo serve`."""

import os
from pathlib import Path

import click

from zoo.cli.start import start
from zoo.errors import InputError


@click.command()
@click.argument("models", metavar="[NAME=]PATH...", nargs=-1, required=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to bind to; 0.0.0.0 or :: for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8501, show_default=True, help="REST.")
@click.option("--grpc-port", type=click.IntRange(0, 65535), default=8500, show_default=True)
@click.option(
    "--allowed-host",
    multiple=True,
    metavar="NAME",
    help="A name that requests may ask it by; .example.org; '*' for any.",
)
@click.option(
    "--max-connections-per-client",
    type=click.IntRange(0),
    default=128,
    show_default=True,
    help="From one address; 0 for any number, as behind a proxy.",
)
@click.option("--max-batch", type=click.IntRange(1), default=128, show_default=True, help="Examples in one request.")
@click.option("--max-body", type=click.IntRange(1), default=16 * 2**20, show_default=True, help="Bytes of a request.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=30.0, show_default=True, help="Seconds.")
@click.option("--workers", type=click.IntRange(1), help="Requests of a client that run at once.  [default: CPU cores]")
@click.option("--queue", type=click.IntRange(0), default=64, show_default=True, help="Requests that may wait.")
@click.option(
    "--poll", type=click.FloatRange(0, min_open=True), default=1.0, help="Seconds between looks for versions."
)
@click.option(
    "--memory",
    type=click.FloatRange(0, min_open=True),
    default=4.0,
    show_default=True,
    help="GiB that a SavedModel may take which you didn't export yourself.",
)
@click.option("--litert", type=click.Path(path_type=Path), help="npm's @litertjs packages, for the page.")
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True)
@click.option("--replicas", type=click.IntRange(1), default=1, show_default=True, help="Of the ray engine.")
def serve(
    models,
    host,
    port,
    grpc_port,
    allowed_host,
    max_connections_per_client,
    max_batch,
    max_body,
    timeout,
    workers,
    queue,
    poll,
    memory,
    litert,
    engine,
    replicas,
):
    """Serves models as TensorFlow Serving does, over REST and gRPC.

    A PATH is a run's folder, a pretrained model's name, or a SavedModel's folder, with versions in it or not.

    \b
    Example: zoo serve runs/iaf_mixture_vae-digits
    """
    if engine == "local" and replicas != 1:
        raise InputError("--replicas is for --engine ray: the local engine is one process.")
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    start(backend="tensorflow")
    try:
        import zoo.serving.server

        if engine == "ray":
            import zoo.serving.ray_server  # noqa: F401
    except ImportError as error:
        extra = "ray" if engine == "ray" else "serve"
        raise InputError(f"zoo serve needs more packages ({error}). `pip install 'vae-zoo[{extra}]'`.") from error
    from zoo.runs.serve import serve_folders

    limits = {
        "max_batch": max_batch,
        "max_body": max_body,
        "timeout": timeout,
        "workers": workers or os.cpu_count(),
        "queue": queue,
        "poll": poll,
        "memory": int(memory * 2**30),
    }
    serve_folders(
        models,
        limits,
        host,
        port,
        grpc_port,
        allowed_host,
        max_connections_per_client,
        engine,
        replicas,
        litert,
        click.echo,
    )
