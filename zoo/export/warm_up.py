"""Requests that a server sends a SavedModel when it loads it, so that the first client doesn't wait for that.

TensorFlow Serving reads them from `assets.extra/tf_serving_warmup_requests`, and so does `zoo serve`.
"""

import os

from zoo.files.foreign import reading

PATH = "assets.extra/tf_serving_warmup_requests"


def write_warm_up(folder, name, cases):
    """Writes one request for each signature.

    Args:
        folder: the SavedModel's, a `Path`.
        name: of the model, in the requests.
        cases: of `zoo.export.compare.cases`; the first of each signature is taken.

    References:
        TensorFlow Serving's guide, "SavedModel Warmup".
    """
    import tensorflow as tf
    from tensorflow_serving.apis.prediction_log_pb2 import PredictionLog

    (folder / PATH).parent.mkdir()
    with tf.io.TFRecordWriter(os.fsencode(folder / PATH)) as writer:
        for (signature, case), arguments in cases.items():
            if case == "0":
                log = PredictionLog()
                request = log.predict_log.request
                # A folder may have a name that is no text.
                request.model_spec.name = name.encode("utf-8", "replace").decode()
                request.model_spec.signature_name = signature
                for argument, value in arguments.items():
                    request.inputs[argument].CopyFrom(tf.make_tensor_proto(value))
                writer.write(log.SerializeToString())


def read_warm_up(folder):
    """The requests in a SavedModel's folder: a list of (signature's name, its arrays by name), empty if there are none.

    Raises:
        InputError: the file isn't what it should be.
    """
    import tensorflow as tf
    from tensorflow_serving.apis.prediction_log_pb2 import PredictionLog

    if not (folder / PATH).is_file():
        return []
    requests = []
    with reading(folder / PATH, "a file of warm-up requests"):
        for record in tf.data.TFRecordDataset(os.fsencode(folder / PATH)).take(1000).as_numpy_iterator():
            request = PredictionLog.FromString(record).predict_log.request
            arrays = {name: tf.make_ndarray(tensor) for name, tensor in request.inputs.items()}
            requests.append((request.model_spec.signature_name, arrays))
    return requests
