"""TensorFlow Serving's gRPC services, over the models of a server: Predict, GetModelMetadata, GetModelStatus."""

import grpc
import tensorflow as tf
from tensorflow.core.framework.tensor_pb2 import TensorProto
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
)

from zoo.serving.errors import Invalid, NotFound, ServingError, TooLarge

_AVAILABLE = get_model_status_pb2.ModelVersionStatus.AVAILABLE
_END = get_model_status_pb2.ModelVersionStatus.END


class PredictionService(prediction_service_pb2_grpc.PredictionServiceServicer):
    """Predict and GetModelMetadata. The rest of the service (Classify, Regress, ...) answers UNIMPLEMENTED."""

    def __init__(self, models):
        self._models = models

    def Predict(self, request, context):  # noqa: N802
        with aborting(context):
            return predict(self._models, request)

    def GetModelMetadata(self, request, context):  # noqa: N802
        with aborting(context):
            return metadata(self._models, request)


class ModelService(model_service_pb2_grpc.ModelServiceServicer):
    """GetModelStatus. Models are configured on the command line: HandleReloadConfigRequest answers UNIMPLEMENTED."""

    def __init__(self, models):
        self._models = models

    def GetModelStatus(self, request, context):  # noqa: N802
        with aborting(context):
            return status(self._models, request)


class aborting:  # noqa: N801
    """Turns a `ServingError` into the gRPC status of its kind."""

    def __init__(self, context):
        self._context = context

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if isinstance(error, ServingError):
            self._context.abort(grpc.StatusCode[error.grpc], str(error))


def predict(models, request):
    """The `PredictResponse` to a `PredictRequest`. Raises a `ServingError`."""
    spec = request.model_spec
    with models.request("grpc") as labels:
        model, version, function = models.plan(labels, spec.name, number(spec), spec.signature_name)
        outputs = models.gate.run(models.job(model, function, _arrays(request, models.max_body)))
        wanted = request.output_filter or outputs
        response = predict_pb2.PredictResponse()
        response.model_spec.name, response.model_spec.version.value = spec.name, version.number
        response.model_spec.signature_name = labels["signature"]
        for name in wanted:
            if name not in outputs:
                raise Invalid(f"output_filter has {name[:50]!r}, but the signature has {', '.join(outputs)}.")
            response.outputs[name].CopyFrom(_proto(outputs[name]))
        return response


def metadata(models, request):
    """The `GetModelMetadataResponse` to a `GetModelMetadataRequest`. Raises a `ServingError`."""
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


def status(models, request):
    """The `GetModelStatusResponse` to a `GetModelStatusRequest`. Raises a `ServingError`."""
    wanted = number(request.model_spec)
    response = get_model_status_pb2.GetModelStatusResponse()
    for version, serves, reason in models.find(request.model_spec.name).status():
        if wanted in (None, version):
            entry = response.model_version_status.add(version=version, state=_AVAILABLE if serves else _END)
            if not serves:
                entry.status.error_code, entry.status.error_message = 3, reason
    if not response.model_version_status:
        raise NotFound(f"model {request.model_spec.name!r} has no version {wanted}.")
    return response


def number(spec):
    """The version that a `ModelSpec` asks for, or None for whichever serves."""
    if spec.WhichOneof("version_choice") == "version_label":
        raise Invalid("versions have no labels here: ask for a number, or for none.")
    return spec.version.value if spec.HasField("version") else None


def _arrays(request, max_bytes):
    """The request's tensors. One whose shape promises more than a request may have would fill the memory."""
    arrays = {}
    for name, tensor in request.inputs.items():
        try:
            size = tf.TensorShape(tensor.tensor_shape).num_elements()
            if size is None or size * tf.as_dtype(tensor.dtype).size > max_bytes:
                raise TooLarge(f"{name[:50]} is larger than {max_bytes} bytes, or of no known size.")
            arrays[name] = tf.make_ndarray(tensor)
        except (TypeError, ValueError) as error:
            raise Invalid(f"{name[:50]} isn't a whole tensor: {str(error).splitlines()[0][:200]}") from error
    return arrays


def _proto(array):
    """A `TensorProto` of the array's memory as it is; `tf.make_tensor_proto` would look at the values first."""
    proto = TensorProto(dtype=tf.as_dtype(array.dtype).as_datatype_enum, tensor_content=array.tobytes())
    proto.tensor_shape.CopyFrom(tf.TensorShape(array.shape).as_proto())
    return proto


def add_services(server, models):
    """Adds both services to a `grpc.Server`."""
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(PredictionService(models), server)
    model_service_pb2_grpc.add_ModelServiceServicer_to_server(ModelService(models), server)
