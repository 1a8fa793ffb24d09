"""The SavedModel of a model, for TensorFlow Serving and whatever else has only TensorFlow."""

import keras


def write_saved_model(folder, signatures):
    """Writes a SavedModel with the named signatures, its weights stored once.

    Args:
        folder: where to; it must not exist.
        signatures: of `zoo.export.signatures.signatures`.
    """
    archive = keras.export.ExportArchive()
    for name, (function, inputs) in signatures.items():
        archive.add_endpoint(name, function, input_signature=inputs)
    archive.write_out(str(folder), verbose=False)
