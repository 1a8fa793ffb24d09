"""The pages that explore the served models in the browser, made when they are first asked for."""

import asyncio
import html
import threading
from pathlib import Path

import fastapi
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

from zoo.errors import InputError
from zoo.export.web import PAGE, export_web
from zoo.keras_file import load_keras
from zoo.serving.errors import NotFound, without_paths


class Pages:
    """The pages of models whose Keras file is there.

    Args:
        sources: a dict of a model's name to the folder that has its `model.keras`, or hasn't.
        scratch: a folder to write the pages to.
        litert: as for `zoo.export.web.export_web`.
    """

    def __init__(self, sources, scratch, litert=None):
        self._sources = {name: Path(path) for name, path in sources.items()}
        self._scratch, self._litert = Path(scratch), litert
        self._lock = threading.Lock()

    @property
    def names(self):
        """The models' names."""
        return sorted(self._sources)

    def folder(self, name):
        """The folder of a model's page, which is made if it isn't there. Takes some seconds then.

        Raises:
            NotFound: there is no such model.
            InputError: it can't have a page; the message says why.
        """
        if name not in self._sources:
            raise NotFound(f"there is no model {name[:50]!r} here. There is {', '.join(self.names)}.")
        file = self._sources[name] / "model.keras"
        if not file.is_file():
            raise InputError(f"{name} is a SavedModel without its Keras model, from which the page is made.")
        with self._lock:
            folder = self._scratch / name
            if not folder.is_dir():
                export_web(load_keras(file), name, folder, self._litert)
            return folder


def html_pages():
    """The HTML of the pages that are served, for a policy of what may run on them."""
    return (PAGE / "index.html").read_text(), str(_plain("").body, "utf-8")


def add_pages(app, pages):
    """Adds the pages to a FastAPI application: one model's at `/`, or a list of them."""

    @app.get("/", include_in_schema=False)
    async def first():
        if len(pages.names) == 1:
            return RedirectResponse(f"pages/{pages.names[0]}/")
        links = "".join(f'<li><a href="pages/{html.escape(n)}/">{html.escape(n)}</a></li>' for n in pages.names)
        return _plain(f"<h1>Models</h1><ul>{links}</ul>")

    @app.get("/pages/{name}/{path:path}", include_in_schema=False)
    async def page(request: fastapi.Request, name: str, path: str):
        try:
            folder = await asyncio.to_thread(pages.folder, name)
        except InputError as error:
            text = html.escape(without_paths(str(error)))
            return _plain(f'<h1>No page</h1><p>{text}</p><p>The <a href="../../docs">API</a> serves.</p>', 404)
        return await StaticFiles(directory=folder, html=True).get_response(path or ".", request.scope)


def _plain(body, status=200):
    style = "body{font:16px/1.5 system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}"
    return HTMLResponse(f"<!doctype html><title>zoo serve</title><style>{style}</style>{body}", status)
