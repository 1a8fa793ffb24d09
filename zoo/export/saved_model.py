"""The SavedModel of a model, for TensorFlow Serving and whatever else has only TensorFlow."""

from zoo.errors import InputError
from zoo.export.digests import check_digest

# Operations that reach out of a SavedModel's graph: into Python or to files. None of ours has them.
_FORBIDDEN = {"PyFunc", "PyFuncStateless", "EagerPyFunc", "ReadFile", "WriteFile", "MatchingFiles", "LoadLibrary"}


def write_saved_model(folder, signatures):
    """Writes a SavedModel with the named signatures, its weights stored once.

    Args:
        folder: where to; it must not exist.
        signatures: of `zoo.export.signatures.signatures`.
    """
    import keras

    archive = keras.export.ExportArchive()
    for name, (function, inputs) in signatures.items():
        archive.add_endpoint(name, function, input_signature=inputs)
    archive.write_out(str(folder), verbose=False)


def load_saved_model(folder):
    """Loads a SavedModel, once its files and its operations have been looked at.

    Args:
        folder: a `Path`.

    Returns:
        What `tf.saved_model.load` returns, and the `SavedModel` proto.

    Raises:
        InputError: it isn't whole, isn't what its card says it is, or has operations that reach out of the model.
    """
    import tensorflow as tf

    for file in sorted(folder.rglob("*")):
        if file.is_file():
            check_digest(file)
    try:
        content = _read(folder)
        return tf.saved_model.load(str(folder)), content
    except (OSError, ValueError, TypeError, KeyError, tf.errors.OpError) as error:
        if isinstance(error, InputError):
            raise
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise InputError(f"{folder} isn't a whole SavedModel: {reason}") from error


def _read(folder):
    from google.protobuf.message import DecodeError
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

    try:
        content = SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    except DecodeError as error:
        raise InputError(f"{folder} isn't a whole SavedModel: {error}. Restore it.") from error
    for graph in content.meta_graphs:
        nodes = [*graph.graph_def.node, *(n for f in graph.graph_def.library.function for n in f.node_def)]
        forbidden = sorted({node.op for node in nodes} & _FORBIDDEN)
        if forbidden:
            raise InputError(
                f"{folder} has the operation {forbidden[0]}, which reaches out of the model: it isn't run."
            )
    return content
