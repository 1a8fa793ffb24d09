"""TensorFlow Serving's gRPC services, over the models of a server: Predict, GetModelMetadata, GetModelStatus.

The rest (Classify, Regress, ...) answers UNIMPLEMENTED: its requests aren't even parsed.
"""

import asyncio

import grpc
import tensorflow as tf
from google.protobuf.message import DecodeError
from tensorflow.core.framework.tensor_pb2 import TensorProto
from tensorflow_serving.apis import get_model_metadata_pb2, get_model_status_pb2, predict_pb2

from zoo.serving.bodies import SMALL
from zoo.serving.errors import Invalid, NotFound, ServingError, TimedOut, without_paths
from zoo.serving.wire import read_request, read_tensors

_AVAILABLE = get_model_status_pb2.ModelVersionStatus.AVAILABLE
_END = get_model_status_pb2.ModelVersionStatus.END


class Services(grpc.GenericRpcHandler):
    """Answers calls.

    Each is taken as a stream of messages that has one. So it is read here, when there is time for it and until it has
    taken too long, and as bytes, which aren't parsed before they were looked at.

    Args:
        models: a `zoo.serving.models.Models`.
        clients: the `zoo.serving.protocol.Clients` that calls count for.
    """

    def __init__(self, models, clients):
        self._models, self._clients = models, clients
        self._answers = {
            "/tensorflow.serving.PredictionService/Predict": predict,
            "/tensorflow.serving.PredictionService/GetModelMetadata": metadata,
            "/tensorflow.serving.ModelService/GetModelStatus": status,
        }

    def service(self, handler_call_details):
        """The handler of a method, None if there is none."""
        answer = self._answers.get(handler_call_details.method)
        if answer is None:
            return None

        async def call(messages, context):
            address = _address(context.peer())
            if not self._clients.enter(address):
                await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, f"{address} has too many calls already.")
            try:
                response = await answer(self._models, await self._message(messages), address)
                return response.SerializeToString()
            except ServingError as error:
                await context.abort(grpc.StatusCode[error.grpc], without_paths(str(error)))
            finally:
                self._clients.leave(address)

        return grpc.stream_unary_rpc_method_handler(call)

    async def _message(self, messages):
        timeout = self._models.gate.timeout
        try:
            async with asyncio.timeout(timeout):
                async for message in messages:
                    return message
        except TimeoutError as error:
            raise TimedOut(f"the message didn't come within {timeout:g} seconds.") from error
        raise Invalid("the call has no message.")


def _address(peer):
    """The address in "ipv4:127.0.0.1:5000" or "ipv6:%5B::1%5D:5000"."""
    return peer.partition(":")[2].rpartition(":")[0].removeprefix("%5B").removesuffix("%5D").strip("[]")


async def predict(models, content, client=""):
    """The `PredictResponse` to the bytes of a `PredictRequest`. Raises a `ServingError`."""
    with models.request("grpc") as labels:
        request = read_request(content)
        spec = request.spec
        model, version, function = models.plan(labels, spec.name, number(spec), spec.signature_name)
        inputs = function.inputs

        def arrays():
            return models.job(model, function, read_tensors(request.tensors, inputs, models.max_batch, models.max_body))

        job = arrays() if len(content) <= SMALL else await asyncio.to_thread(arrays)
        outputs = await models.gate.run(job, client)
        response = predict_pb2.PredictResponse()
        response.model_spec.name, response.model_spec.version.value = spec.name, version.number
        response.model_spec.signature_name = labels["signature"]
        for name in request.outputs or outputs:
            if name not in outputs:
                raise Invalid(f"output_filter has {name[:50]!r}, but the signature has {', '.join(outputs)}.")
            response.outputs[name].CopyFrom(_proto(outputs[name]))
        return response


async def metadata(models, content, client=""):
    """The `GetModelMetadataResponse` to the bytes of a `GetModelMetadataRequest`. Raises a `ServingError`."""
    request = _small(get_model_metadata_pb2.GetModelMetadataRequest, content)
    if list(request.metadata_field) != ["signature_def"]:
        raise Invalid("metadata_field must be 'signature_def', the one there is.")
    version = models.find(request.model_spec.name).version(number(request.model_spec))
    signatures = get_model_metadata_pb2.SignatureDefMap()
    for name, definition in version.definitions.items():
        signatures.signature_def[name].CopyFrom(definition)
    response = get_model_metadata_pb2.GetModelMetadataResponse()
    response.model_spec.name, response.model_spec.version.value = request.model_spec.name, version.number
    response.metadata["signature_def"].Pack(signatures)
    return response


async def status(models, content, client=""):
    """The `GetModelStatusResponse` to the bytes of a `GetModelStatusRequest`. Raises a `ServingError`."""
    request = _small(get_model_status_pb2.GetModelStatusRequest, content)
    wanted = number(request.model_spec)
    response = get_model_status_pb2.GetModelStatusResponse()
    for version, serves, reason in models.find(request.model_spec.name).status():
        if wanted in (None, version):
            entry = response.model_version_status.add(version=version, state=_AVAILABLE if serves else _END)
            if not serves:
                entry.status.error_code, entry.status.error_message = 3, without_paths(reason)
    if not response.model_version_status:
        raise NotFound(f"model {request.model_spec.name!r} has no version {wanted}.")
    return response


def number(spec):
    """The version that a `ModelSpec` asks for, or None for whichever serves."""
    if spec.WhichOneof("version_choice") == "version_label":
        raise Invalid("versions have no labels here: ask for a number, or for none.")
    return spec.version.value if spec.HasField("version") else None


def _proto(array):
    """A `TensorProto` of the array's memory as it is; `tf.make_tensor_proto` would look at the values first."""
    if array.dtype.kind in "OSU":
        return tf.make_tensor_proto(array)
    proto = TensorProto(dtype=tf.as_dtype(array.dtype).as_datatype_enum, tensor_content=array.tobytes())
    proto.tensor_shape.CopyFrom(tf.TensorShape(array.shape).as_proto())
    return proto


def _small(kind, content):
    """A message of that kind, which has no reason to be large."""
    if len(content) > SMALL:
        raise Invalid(f"a {kind.DESCRIPTOR.name} has at most {SMALL} bytes here.")
    try:
        return kind.FromString(content)
    except DecodeError as error:
        raise Invalid(f"the message isn't a {kind.DESCRIPTOR.name}.") from error
