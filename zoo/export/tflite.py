"""The TFLite file of a model, for phones, boards and browsers."""

import tensorflow as tf
from tensorflow.lite.python.convert import ConverterError

from zoo.errors import InputError
from zoo.export.compact import compact


def write_tflite(path, saved_model, names):
    """Converts a SavedModel's signatures to one TFLite file with builtin operations alone.

    Args:
        path: where to.
        saved_model: the SavedModel's folder.
        names: of the signatures.

    Raises:
        InputError: the model has an operation that TFLite has no builtin for.
    """
    converter = tf.lite.TFLiteConverter.from_saved_model(str(saved_model), signature_keys=list(names))
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    try:
        content = converter.convert()
    except ConverterError as error:
        raise InputError(f"the model can't be a .tflite of builtin operations: {error}") from error
    foreign = foreign_operators(content)
    if foreign:
        raise InputError(f"the .tflite would need operations that not every interpreter has: {', '.join(foreign)}.")
    path.write_bytes(compact(content))


def foreign_operators(content):
    """The names of the CUSTOM operations (Flex ones among them) in a TFLite file, in any of its subgraphs.

    Args:
        content: the file's bytes.

    Returns:
        A sorted list; empty where all operations are builtin.
    """
    from tensorflow.lite.python import schema_py_generated as schema

    model = schema.Model.GetRootAs(content, 0)
    codes = [model.OperatorCodes(i) for i in range(model.OperatorCodesLength())]
    found = set()
    for graph in (model.Subgraphs(i) for i in range(model.SubgraphsLength())):
        for operator in (graph.Operators(i) for i in range(graph.OperatorsLength())):
            custom = codes[operator.OpcodeIndex()].CustomCode()
            if custom is not None:
                found.add(custom.decode())
    return sorted(found)
