"""The TFLite file of a model, for phones, boards and browsers."""

import os
import subprocess
import sys

import flatbuffers
import tensorflow as tf
from tensorflow.lite.python.convert import ConverterError

from zoo.errors import InputError
from zoo.export.compact import compact


def write_tflite(path, saved_model, names):
    """Converts a SavedModel's signatures to one TFLite file with builtin operations alone.

    The first of them is what an interpreter runs that isn't told which: the SavedModel's `serving_default`.

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
    path.write_bytes(compact(with_default(content, next(iter(names)))))


def write_tflite_apart(path, saved_model, names):
    """`write_tflite` in a process of its own: a converter keeps hundreds of megabytes for as long as its process lives.

    That process does without Keras and JAX, which `import tensorflow` brings in.
    """
    script = (
        "import sys; sys.modules |= dict.fromkeys(('keras', 'tf_keras', 'jax'))\n"
        "from pathlib import Path\n"
        "from zoo.errors import InputError\n"
        "from zoo.export.tflite import write_tflite\n"
        "try: write_tflite(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])\n"
        "except InputError as error: sys.exit(f'refused: {error}')"
    )
    command = [sys.executable, "-P", "-c", script, str(path), str(saved_model), *names]
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        _, refused, reason = done.stderr.rpartition("refused: ")
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise InputError(reason.strip() if refused else f"the model can't be converted to a .tflite: {lines[-1]}")


def with_default(content, name):
    """Puts the graph of a signature first, where interpreters look that are asked for none.

    Args:
        content: the bytes of a TFLite file.
        name: of the signature.

    Returns:
        The bytes of the file with its graphs in another order.
    """
    from tensorflow.lite.python import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    default = next(each.subgraphIndex for each in model.signatureDefs if each.signatureKey == name.encode())
    order = sorted(range(len(model.subgraphs)), key=lambda index: index != default)
    moved = {before: after for after, before in enumerate(order)}
    for graph in model.subgraphs:
        for operator in graph.operators:
            # Loops and branches know the graphs that they run by their numbers.
            for options in filter(None, (operator.builtinOptions, operator.builtinOptions2)):
                for field, value in vars(options).items():
                    if "subgraph" in field.lower() and isinstance(value, int):
                        setattr(options, field, moved.get(value, value))
                    elif "subgraph" in field.lower() and value is not None:
                        setattr(options, field, [moved[each] for each in value])
    for signature in model.signatureDefs:
        signature.subgraphIndex = moved[signature.subgraphIndex]
    model.subgraphs = [model.subgraphs[index] for index in order]
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


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
