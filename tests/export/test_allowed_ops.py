"""The list is what Keras layers and the zoo's exports come to, and nothing on it reaches out of a model."""

import inspect

import keras
import pytest
import tensorflow as tf
from tensorflow.core.framework.op_def_pb2 import OpList
from tensorflow.python.client import pywrap_tf_session

from tests.conftest import tensorflow_only
from tests.export.keras_layers import layers
from zoo.export.allowed_ops import ALLOWED, SAVER
from zoo.export.saved_model import load_saved_model

pytestmark = tensorflow_only
#: Those that have a state, or whose result isn't that of their inputs alone: weights, tables, random numbers, calls.
STATEFUL = {
    *("Assert", "Case", "If", "StatefulPartitionedCall", "While"),
    *("AssignAddVariableOp", "AssignSubVariableOp", "AssignVariableOp", "DestroyResourceOp", "ReadVariableOp"),
    *("VarHandleOp", "VarIsInitializedOp"),
    *("HashTableV2", "LookupTableExportV2", "LookupTableFindV2", "LookupTableImportV2", "LookupTableInsertV2"),
    *("LookupTableSizeV2", "MutableHashTableV2"),
    *("Multinomial", "RandomGamma", "RandomPoissonV2", "RandomShuffle", "RandomStandardNormal", "RandomUniform"),
    *("RandomUniformInt", "StatelessRandomGetAlg", "TruncatedNormal"),
}
#: What the names of operations have in them that reach out of a model, or run what isn't in its graph.
WORDS = {
    *("File", "Reader", "Record", "Dataset", "Iterator", "Queue", "Stack", "Stage", "Barrier", "Print"),
    *("Summary", "Save", "Restore", "Checkpoint", "Shard", "PyFunc", "Library", "Remote", "Send", "Recv"),
    *("Collective", "Nccl", "Rpc", "Xla", "TPU", "Tpu", "Custom", "Debug", "Encode", "Decode", "Load"),
    *("Retrieve", "Session", "Worker", "Composite", "Delegate", "TensorRT", "TRT", "Symbolic"),
    *("Generator", "Accumulator", "Delete", "Move", "Dump", "Experimental", "Lmdb", "LMDB", "BigQuery"),
    *("Fact", "Timestamp", "Abort", "Host", "Env", "Device", "Gcs", "ConfigProto"),
}
HARMLESS = {"ParallelDynamicStitch", "TensorListPushBack", "TensorListStack", "UnicodeDecode"}


@pytest.fixture(scope="module")
def operations():
    """TensorFlow's operations by name."""
    buffer = pywrap_tf_session.TF_GetAllOpList()
    return {each.name: each for each in OpList.FromString(pywrap_tf_session.TF_GetBuffer(buffer)).op}


def test_nothing_on_it_reaches_out_of_a_model(operations):
    assert operations.keys() >= ALLOWED
    assert {name for name in ALLOWED if operations[name].is_stateful} == STATEFUL
    suspicious = {name for name in ALLOWED if any(word in name for word in WORDS)}
    assert suspicious <= HARMLESS, "look at what these do"
    for name in operations:
        if name in ("ReadFile", "WriteFile", "MatchingFiles", "PrintV2", "Timestamp", "Abort", "Fact"):
            assert name not in ALLOWED
    assert not SAVER & ALLOWED


@pytest.mark.long
def test_every_keras_layer_is_loaded(tmp_path):
    """One export of all of them; a layer that Keras gets tomorrow is in it."""
    archive = keras.export.ExportArchive()
    for name, (layer, inputs) in layers().items():
        specs = [tf.TensorSpec(shape, dtype, f"x{i}") for i, (shape, dtype) in enumerate(inputs)]
        function = _function(layer, many=len(inputs) > 1 and "MultiHead" not in name and "GroupQuery" not in name)
        function(*(keras.KerasTensor(shape, dtype) for shape, dtype in inputs))
        archive.add_endpoint(name, function, input_signature=specs)
        if "Lookup" in name or name == "TextVectorization":
            archive.track(layer)
    for activation in ("gelu", "mish", "glu", "celu", "sparsemax", "log_softmax", "hard_shrink", "sparse_plus", "selu"):
        function = getattr(keras.activations, activation)
        archive.add_endpoint(activation, function, input_signature=[tf.TensorSpec([None, 4], tf.float32, "x")])
    archive.write_out(str(tmp_path / "1"), verbose=False)
    loaded, content = load_saved_model(tmp_path / "1")
    graph = content.meta_graphs[0].graph_def
    found = {node.op for function in graph.library.function for node in function.node_def}
    assert {"While", "TensorListReserve", "Erfc", "LookupTableFindV2", "Conv3DBackpropInputV2"} <= found
    assert not found & SAVER, "they were taken out"
    answer = loaded.signatures["LayerNormalization"](tf.constant([[1.0, 2.0, 3.0, 4.0]]))
    assert abs(float(tf.reduce_mean(next(iter(answer.values()))))) < 1e-6
    lookup = loaded.signatures["IntegerLookup"](tf.constant([[3, 1, 9, 2]], tf.int64))
    assert next(iter(lookup.values())).numpy().tolist() == [[3, 1, 0, 2]]


def _function(layer, many):
    options = {"training": False} if "training" in inspect.signature(layer.call).parameters else {}
    return lambda *x: layer(list(x), **options) if many else layer(*x, **options)
