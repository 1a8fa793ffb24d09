"""The SavedModel of a model, for TensorFlow Serving and whatever else has only TensorFlow."""

import math
import tempfile
from pathlib import Path

from zoo.errors import InputError
from zoo.export.allowed_ops import ALLOWED, SAVER
from zoo.export.digests import check_digest
from zoo.files.foreign import check_file, reading

#: The largest `saved_model.pb` that is read. It has the graphs; weights are beside it.
MAX_GRAPH_BYTES = 256 * 2**20
_WHOLE = "a whole SavedModel"
#: Classes of TensorFlow's whose objects hold tables and constants. Other registered classes run their own code.
_CLASSES = {"", "tf.StaticHashTable", "tf.TrackableConstant"}


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
    """Loads a SavedModel once its files, its operations and its objects have been looked at.

    Nothing that reaches out of the model is loaded: see `zoo.export.allowed_ops`. What is loaded is what was looked at,
    whatever becomes of the files meanwhile, and without the functions that save and restore. A model can still run
    forever or fill the memory: `zoo.serving.worker` runs it in a process of its own.

    Args:
        folder: a `Path`.

    Returns:
        What `tf.saved_model.load` returns, and the `SavedModel` proto.

    Raises:
        InputError: it isn't whole, isn't what its card says it is, or reaches out of the model.
    """
    import tensorflow as tf

    folder = Path(folder).resolve()
    _check_files(folder)
    content = _read(folder)
    graph = _only_graph(content, folder)
    _check_objects(graph, folder)
    _check_operations(graph, folder)
    # A path of our own: TensorFlow takes a SavedModel's for a pattern.
    with tempfile.TemporaryDirectory(prefix="zoo-load-") as copy, reading(folder, _WHOLE):
        (Path(copy) / "saved_model.pb").write_bytes(content.SerializeToString())
        (Path(copy) / "variables").symlink_to(folder / "variables")
        _check_sizes(folder, Path(copy) / "variables/variables")
        return tf.saved_model.load(copy), content


def _check_files(folder):
    """Raises `InputError` unless all in it are files and folders that lie in it, with the digests in their card."""
    for path in sorted(folder.rglob("*")):
        if not _lies_in(path, folder):
            raise InputError(
                f"{path} is a link that leads out of its SavedModel: it isn't followed. Copy what it is to."
            )
        if path.is_file():
            check_digest(path)
        elif not path.is_dir():
            raise InputError(f"{path} is neither a file nor a folder: a SavedModel has nothing else. Remove it.")


def _lies_in(path, folder):
    try:
        return path.resolve().is_relative_to(folder)
    except RuntimeError:  # A link that leads to itself.
        return False


def _read(folder):
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

    path = folder / "saved_model.pb"
    check_file(path, MAX_GRAPH_BYTES)
    with reading(folder, _WHOLE):
        return SavedModel.FromString(path.read_bytes())


def _only_graph(content, folder):
    """The SavedModel's one graph."""
    if len(content.meta_graphs) != 1 or not content.meta_graphs[0].object_graph_def.nodes:
        raise InputError(f"{folder} isn't a SavedModel of TensorFlow 2, the kind that is loaded. Export it again.")
    return content.meta_graphs[0]


def _check_objects(graph, folder):
    """Raises `InputError` if an object of the model is a file, or of a class with code of its own."""
    for node in graph.object_graph_def.nodes:
        if node.WhichOneof("kind") == "asset" or graph.asset_file_def:
            raise InputError(
                f"{folder} reads files when it runs (its assets): it isn't run. Keep a vocabulary as a list."
            )
        if node.registered_name not in _CLASSES or node.registered_saver:
            name = node.registered_saver or node.registered_name
            raise InputError(
                f"{folder} has an object of the class {name[:100]}, which runs code of its own: it isn't run."
            )


def _check_operations(graph, folder):
    """Raises `InputError` if an operation isn't allowed. The saver's functions are taken out of the graph.

    An operation's name may be a function's, and an attribute may name one. All have to be the SavedModel's own, under
    names that no operation of TensorFlow's has: others could be any that this process has loaded.
    """
    import tensorflow as tf

    library = graph.graph_def.library
    functions = {function.signature.name: {node.op for node in function.node_def} for function in library.function}
    hidden = [name for name in functions if hasattr(tf.raw_ops, name)]
    if hidden:
        raise _reaches_out(hidden[0], folder)
    savers = {name for name, operations in functions.items() if operations & SAVER}
    named = {graph.saver_def.save_tensor_name.split(":")[0], graph.saver_def.restore_op_name}
    users = [(node, node.name in named) for node in graph.graph_def.node]
    users += [(node, each.signature.name in savers) for each in library.function for node in each.node_def]
    for node, saves in users:
        for name in _names(node):
            if name in savers and not saves:
                raise _reaches_out(min(functions[name] & SAVER), folder)
            if name not in functions and name not in ALLOWED and not (saves and name in SAVER):
                raise _reaches_out(name, folder)
    for name in _named_functions(graph):
        if name in savers or name not in functions:
            raise _reaches_out(name, folder)
    kept = [function for function in library.function if function.signature.name not in savers]
    del library.function[:]
    library.function.extend(kept)


def _names(node):
    """The operation of a node, or the name of a function, and the functions that its attributes name, and theirs."""
    yield getattr(node, "op", None) or node.name
    for value in node.attr.values():
        for function in [value.func] if value.HasField("func") else value.list.func:
            yield from _names(function)


def _named_functions(graph):
    """The functions that the model's objects, gradients and aliases name."""
    yield from graph.object_graph_def.concrete_functions
    for gradient in graph.graph_def.library.gradient:
        yield from (gradient.function_name, gradient.gradient_func)
    for gradient in graph.graph_def.library.registered_gradients:
        yield gradient.gradient_func


def _check_sizes(folder, prefix):
    """Raises `InputError` if the weights claim to be larger than their files, whose names begin with `prefix`."""
    import tensorflow as tf

    reader = tf.train.load_checkpoint(str(prefix))
    dtypes = reader.get_variable_to_dtype_map()
    sizes = {name: 1 if dtype == tf.string else dtype.size for name, dtype in dtypes.items()}
    claimed = sum(math.prod(shape) * sizes[name] for name, shape in reader.get_variable_to_shape_map().items())
    there = sum(path.stat().st_size for path in prefix.parent.glob("variables.data-*"))
    if claimed > there:
        raise InputError(f"{folder} has {there} bytes of weights, but they claim to be {claimed}. Restore it.")


def _reaches_out(name, folder):
    return InputError(
        f"{folder} has the operation {name[:100]}, which isn't among those that a model needs and may reach out of it: "
        "it isn't run."
    )
