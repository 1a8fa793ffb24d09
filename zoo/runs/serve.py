"""The start of `zoo serve`: from the paths that were given to a server that runs."""

import contextlib
import logging
import tempfile
from pathlib import Path

from zoo.errors import InputError
from zoo.loading import FOLDER, locate
from zoo.runs.run import Run
from zoo.serving.models import Models
from zoo.serving.pages import Pages
from zoo.serving.server import Server
from zoo.serving.versions import version_number

LOG = logging.getLogger("zoo.serving")


def serve_folders(
    paths, limits, host, port, grpc_port, hosts, max_connections_per_client, engine, replicas, litert, say
):
    """Serves until SIGTERM or SIGINT.

    Args:
        paths: of runs, pretrained models or SavedModels, each with `NAME=` before it or not.
        limits: keyword arguments of `zoo.serving.models.Models`.
        host, port, grpc_port: where to.
        hosts, max_connections_per_client: as for `zoo.serving.server.Server`; of the latter, not with "ray".
        engine: "local" or "ray".
        replicas: how many processes of the latter.
        litert: where LiteRT.js is, for the pages; as for `zoo.export.web.export_web`.
        say: a function that is given lines to print.

    Raises:
        InputError: there is nothing there to serve, or a port is taken.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logging.getLogger("zoo.serving").setLevel(logging.INFO)
    # What a client does wrong is no news to who runs the server: it would fill the log.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    logging.getLogger("grpc").setLevel(logging.CRITICAL)
    with contextlib.ExitStack() as stack:
        folders, sources = {}, {}
        for text in paths:
            name, path = _named(text)
            if name in folders:
                raise InputError(f"{name} is given twice. Give one as another name: NAME=PATH.")
            folders[name], sources[name] = _saved_model(path, stack), path.resolve()
        if engine == "ray":
            from zoo.serving.ray_server import serve_with_ray

            serve_with_ray(folders, limits, sources, litert, host, port, grpc_port, hosts, replicas, say)
            return
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="zoo-pages-"))
        pages = Pages(sources, scratch, litert)
        server = Server(Models(folders, **limits), host, port, grpc_port, pages, hosts, max_connections_per_client)
        server.run(ready=lambda: say(_where(folders, server)))


def _where(folders, server):
    first = next(iter(folders))
    return (
        f"Serving {', '.join(folders)}\n"
        f"  page  http://{server.address}:{server.port}/\n"
        f"  REST  http://{server.address}:{server.port}/v1/models/{first}  (/docs, /metrics, /healthz)\n"
        f"  gRPC  {server.address}:{server.grpc_port}\n"
        "Ctrl-C or SIGTERM stops it, once all requests are answered."
    )


def _named(text):
    """The name and the path in `NAME=PATH` or `PATH`."""
    name, equals, path = text.partition("=")
    if not equals:
        name, path = "", text
    path = locate(path)
    if not path.is_dir():
        raise InputError(f"{path} isn't a folder. Give a run, a pretrained model's name or a SavedModel's folder.")
    folder = path.resolve()
    while version_number(folder.name) is not None or folder.name == "saved_model":
        folder = folder.parent
    name = name or folder.name
    if not name or set(name) & set("/:%?#"):
        raise InputError(f"{name!r} can't be a model's name in an address. Give another: NAME={path}.")
    return name, path


def _saved_model(path, stack):
    """The folder with a model's versions: the run's own, or one made for now."""
    if (path / "saved_model").is_dir():
        if (path / "card.json").is_file() and "the export" in Run.open(path).stale():
            LOG.warning("%s was trained further after its export, which is what serves. `zoo export` renews it.", path)
        return path / "saved_model"
    if not (path / "model.keras").is_file():
        return path
    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures
    from zoo.export.vouching import vouch
    from zoo.keras_file import load_keras

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zoo-serve-")))
    write_saved_model(folder / "1", signatures(load_keras(path / "model.keras")))
    if path.resolve().parent == FOLDER:
        # The models that come with the package are vouched for. A run may be anybody's until `zoo export` compared it.
        vouch(folder / "1")
    return folder
