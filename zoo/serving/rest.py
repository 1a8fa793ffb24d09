"""The REST interface of TensorFlow Serving, over the models of a server.

    GET  /v1/models/NAME[/versions/N]            the state of its versions
    GET  /v1/models/NAME[/versions/N]/metadata   its signatures
    POST /v1/models/NAME[/versions/N]:predict    what a signature returns

Errors are `{"error": "..."}` with a status of 400, 403, 404, 413, 415, 429 or 503.
"""

from typing import Any

import fastapi
import orjson
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi_offline import FastAPIOffline
from google.protobuf.json_format import MessageToDict
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, StreamingResponse

from zoo import __version__
from zoo.serving.errors import Invalid, NotFound, ServingError, without_paths
from zoo.serving.guard import Guard, policy
from zoo.serving.pages import add_pages, html_pages
from zoo.serving.tensors import check_json, json_limits, read_inputs, write_outputs

#: Bytes of arrays that are answered with in one piece.
SMALL = 2**16
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "signature_name": {"type": "string", "default": "serving_default"},
                        "instances": {"type": "array", "items": {}, "minItems": 1},
                        "inputs": {},
                    },
                    "oneOf": [{"required": ["instances"]}, {"required": ["inputs"]}],
                },
                "examples": {
                    "sample": {"value": {"signature_name": "sample", "inputs": {"seed": [0, 7], "n": 16}}},
                },
            }
        },
    }
}
_ERROR = {
    "description": "What is wrong with the request, or with the server.",
    "content": {
        "application/json": {
            "schema": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
        }
    },
}


class Json(fastapi.responses.JSONResponse):
    """JSON as orjson writes it."""

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)


def application(models, pages=None, hosts=()):
    """The ASGI application that answers for `models`.

    Args:
        models: a `zoo.serving.models.Models`.
        pages: a `zoo.serving.pages.Pages`, or None for no pages.
        hosts: names that the server goes by, beside localhost and addresses; as for `zoo.serving.guard.Guard`.
    """
    docs = get_swagger_ui_html(
        openapi_url="openapi.json",
        title="zoo serve",
        swagger_js_url="static-offline-docs/swagger-ui-bundle.js",
        swagger_css_url="static-offline-docs/swagger-ui.css",
        swagger_favicon_url="data:,",
    ).body.decode()
    app = schema(models)
    app.add_api_route("/docs", lambda: HTMLResponse(docs), include_in_schema=False)
    if pages:
        add_pages(app, pages)
    return Guard(app, hosts, policy(docs, *html_pages()), lambda error: _error(error.http, without_paths(str(error))))


def schema(models):
    """The FastAPI application inside, which has the OpenAPI schema."""
    errors = dict.fromkeys((400, 403, 404, 413, 415, 429, 503), _ERROR)
    # FastAPI's own page takes its scripts from another site.
    app = FastAPIOffline(
        None, None, title="zoo serve", version=__version__, default_response_class=Json, responses=errors
    )
    app.add_exception_handler(ServingError, lambda _, error: _error(error.http, without_paths(str(error))))
    app.add_exception_handler(HTTPException, lambda _, e: _error(e.status_code, str(e.detail), e.headers))
    app.add_exception_handler(RequestValidationError, lambda _, error: _error(400, _first(error)))
    app.add_exception_handler(Exception, lambda _, error: _error(500, type(error).__name__))
    _add_predict(app, models)
    _add_status(app, models)
    _add_own(app, models)
    return app


def _add_predict(app, models):
    kept = {}  # name -> the version that served last, and its limits

    def limits_of(name, number):
        version = models.find(name).version(number)
        if kept.get(name, (None,))[0] is not version:
            kept[name] = version, json_limits(version.signatures, models.max_batch, models.max_body)
        return kept[name][1]

    async def answer(request, name, number):
        with models.request("rest") as labels:
            limits = limits_of(name, number)

            def use(content):
                check_json(content, limits)
                body = _object(content)
                model, _, function = models.plan(labels, name, number, body.get("signature_name"))
                arrays, rows = read_inputs(body, function.inputs, models.max_batch)
                return models.job(model, function, arrays), rows

            job, rows = await models.bodies.read(request, limits.bytes, use)
            return await _predictions(await models.gate.run(job, request.client and request.client.host), rows)

    @app.post("/v1/models/{name}:predict", summary="Predict", openapi_extra=_BODY)
    async def predict(request: fastapi.Request, name: str):
        return await answer(request, name, None)

    @app.post("/v1/models/{name}/versions/{version}:predict", summary="Predict", openapi_extra=_BODY)
    async def predict_with(request: fastapi.Request, name: str, version: int):
        return await answer(request, name, version)

    @app.api_route("/v1/models/{name}/labels/{rest:path}", methods=["GET", "POST"], include_in_schema=False)
    async def label(name: str, rest: str):
        models.find(name)
        raise NotFound("versions have no labels here: ask for a number, or for none.")

    @app.post("/v1/models/{name}:classify", include_in_schema=False)
    @app.post("/v1/models/{name}:regress", include_in_schema=False)
    async def other(name: str):
        models.find(name)
        raise NotFound("there is no classify and no regress here: ask for a signature with predict.")


async def _predictions(outputs, rows):
    """The answer: at once if it is small, and else in pieces, which are made when the client has taken those before."""
    pieces = write_outputs(outputs, rows)
    if sum(value.nbytes for value in outputs.values()) <= SMALL:
        return fastapi.Response(b"".join(pieces), media_type="application/json")

    async def stream():
        for piece in pieces:
            yield piece

    return StreamingResponse(stream(), media_type="application/json")


def _add_status(app, models):
    @app.get("/v1/models/{name}", summary="State of the versions")
    async def status(name: str):
        return _status(models.find(name))

    @app.get("/v1/models/{name}/versions/{version}", summary="State of a version")
    async def status_of(name: str, version: int):
        return _status(models.find(name), version)

    @app.get("/v1/models/{name}/metadata", summary="Signatures")
    async def metadata(name: str):
        return _metadata(models.find(name))

    @app.get("/v1/models/{name}/versions/{version}/metadata", summary="Signatures of a version")
    async def metadata_of(name: str, version: int):
        return _metadata(models.find(name), version)


def _add_own(app, models):
    @app.get("/healthz", summary="Whether it serves")
    @app.head("/healthz", include_in_schema=False)
    async def healthz():
        return _error(503, "the server is stopping.") if models.draining else {"status": "ok", "models": models.names}

    @app.get("/metrics", summary="Prometheus metrics", response_class=fastapi.responses.PlainTextResponse)
    async def metrics():
        return fastapi.Response(models.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _object(content):
    """The JSON object in a body."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"the body isn't JSON: {error}.") from error
    if not isinstance(body, dict):
        raise Invalid("the body must be a JSON object.")
    return body


def _status(model, number=None):
    states = [state for state in model.status() if number in (None, state[0])]
    if not states:
        raise NotFound(f"model {model.name!r} has no version {number}.")
    return {"model_version_status": [_state(*state) for state in states]}


def _state(version, serves, reason):
    return {
        "version": str(version),
        "state": "AVAILABLE" if serves else "END",
        "status": {"error_code": "OK" if serves else "INVALID_ARGUMENT", "error_message": without_paths(reason)},
    }


def _metadata(model, number=None):
    version = model.version(number)
    signatures = {name: MessageToDict(each) for name, each in version.definitions.items()}
    for each in signatures.values():
        # Protos leave out what is zero; TensorFlow Serving's JSON has it.
        for tensor in [*each.get("inputs", {}).values(), *each.get("outputs", {}).values()]:
            tensor["tensor_shape"] = {"dim": [], "unknown_rank": False} | tensor.pop("tensorShape", {})
        each["method_name"] = each.pop("methodName")
    return {
        "model_spec": {"name": model.name, "signature_name": "", "version": str(version.number)},
        "metadata": {"signature_def": {"signature_def": signatures}},
    }


def _error(status, message, headers=None):
    return Json({"error": message}, status, headers=headers)


def _first(error):
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
