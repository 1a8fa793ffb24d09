"""The REST interface of TensorFlow Serving, over the models of a server.

    GET  /v1/models/NAME[/versions/N]            the state of its versions
    GET  /v1/models/NAME[/versions/N]/metadata   its signatures
    POST /v1/models/NAME[/versions/N]:predict    what a signature returns

Errors are `{"error": "..."}` with a status of 400, 404, 413, 429 or 503.
"""

import asyncio
from typing import Any

import fastapi
import numpy as np
import orjson
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from google.protobuf.json_format import MessageToDict
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from zoo import __version__
from zoo.serving.errors import Invalid, NotFound, ServingError, TimedOut, TooLarge
from zoo.serving.pages import add_pages
from zoo.serving.tensors import read_inputs, write_outputs

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
    """JSON that has NumPy's arrays as nested lists."""

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY, default=_contiguous)


def _contiguous(value):
    if isinstance(value, np.ndarray):
        # orjson takes the memory as it lies; rows of a transposed array don't lie one after the other.
        return np.ascontiguousarray(value) if value.ndim else value.item()
    raise TypeError(type(value).__name__)


def application(models, pages=None):
    """The FastAPI application that answers for `models`.

    Args:
        models: a `zoo.serving.models.Models`.
        pages: a `zoo.serving.pages.Pages`, or None for no pages.
    """
    errors = dict.fromkeys((400, 404, 413, 429, 503), _ERROR)
    # FastAPI's own page takes its scripts from another site.
    app = FastAPIOffline(title="zoo serve", version=__version__, default_response_class=Json, responses=errors)
    app.add_exception_handler(ServingError, lambda _, error: _error(error.http, str(error)))
    app.add_exception_handler(HTTPException, lambda _, e: _error(e.status_code, str(e.detail), e.headers))
    app.add_exception_handler(RequestValidationError, lambda _, error: _error(400, _first(error)))
    app.add_exception_handler(Exception, lambda _, error: _error(500, type(error).__name__))
    _add_predict(app, models)
    _add_status(app, models)
    _add_own(app, models)
    if pages:
        add_pages(app, pages)
    return app


def _add_predict(app, models):
    async def answer(request, name, version):
        with models.request("rest") as labels:
            body = await _body(request, models)
            model, _, function = models.plan(labels, name, version, body.get("signature_name"))
            arrays, rows = read_inputs(body, function.structured_input_signature[1])
            return Json(write_outputs(await models.gate.run_async(models.job(model, function, arrays)), rows))

    @app.post("/v1/models/{name}:predict", summary="Predict", openapi_extra=_BODY)
    async def predict(request: fastapi.Request, name: str):
        return await answer(request, name, None)

    @app.post("/v1/models/{name}/versions/{version}:predict", summary="Predict", openapi_extra=_BODY)
    async def predict_with(request: fastapi.Request, name: str, version: int):
        return await answer(request, name, version)


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


async def _body(request, models):
    """The JSON object in a request's body, which may have so many bytes and take so long to come."""
    try:
        async with asyncio.timeout(models.gate.timeout):
            content = bytearray()
            async for chunk in request.stream():
                content += chunk
                if len(content) > models.max_body:
                    raise TooLarge(f"the body is larger than {models.max_body} bytes.")
        body = orjson.loads(bytes(content))
    except TimeoutError as error:
        raise TimedOut(f"the body didn't come within {models.gate.timeout:g} seconds.") from error
    except ClientDisconnect as error:
        raise Invalid("the client went away.") from error
    except orjson.JSONDecodeError as error:
        raise Invalid(f"the body isn't JSON: {error}.") from error
    if not isinstance(body, dict):
        raise Invalid("the body must be a JSON object.")
    return body


def _status(model, number=None):
    states = [state for state in model.status() if number in (None, state[0])]
    if not states:
        raise NotFound(f"model {model.name!r} has no version {number}.")
    return {
        "model_version_status": [
            {
                "version": str(version),
                "state": "AVAILABLE" if serves else "END",
                "status": {"error_code": "OK" if serves else "INVALID_ARGUMENT", "error_message": reason},
            }
            for version, serves, reason in states
        ]
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
