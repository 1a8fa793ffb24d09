"""What a SavedModel may not have in it. Each hostile one is made here, and none gets to run."""

import os
import shutil

import pytest
import tensorflow as tf
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from tests.conftest import tensorflow_only
from zoo.errors import InputError
from zoo.export import saved_model
from zoo.export.saved_model import load_saved_model

pytestmark = tensorflow_only
raw = tf.raw_ops


def from_reader(reader, path):
    queue = raw.FIFOQueueV2(component_types=[tf.string])
    raw.QueueEnqueueV2(handle=queue, components=[path])
    return raw.ReaderReadV2(reader_handle=reader, queue_handle=queue).value


def first(made):
    return tf.data.experimental.get_single_element(made.take(1))


def iterate(made):
    return next(iter(made))


#: What a model does, given the path of a file: its operation, and what it gives.
HOSTILE = {
    "ReadFile": lambda path: raw.ReadFile(filename=path),
    "WriteFile": lambda path: raw.WriteFile(filename=path, contents="owned"),
    "MatchingFiles": lambda path: raw.MatchingFiles(pattern=tf.strings.join([path, "*"])),
    "PrintV2": lambda path: raw.PrintV2(input="owned", output_stream=f"file://{TARGET}"),
    "Print": lambda path: raw.Print(input=path, data=[path], message="owned"),
    "RestoreV2": lambda path: raw.RestoreV2(
        prefix=path, tensor_names=["w"], shape_and_slices=[""], dtypes=[tf.float32]
    )[0],
    "Restore": lambda path: raw.Restore(file_pattern=path, tensor_name="w", dt=tf.float32),
    "RestoreSlice": lambda path: raw.RestoreSlice(
        file_pattern=path, tensor_name="w", shape_and_slice="", dt=tf.float32
    ),
    "SaveV2": lambda path: raw.SaveV2(prefix=path, tensor_names=["w"], shape_and_slices=[""], tensors=[1.0]),
    "Save": lambda path: raw.Save(filename=path, tensor_names=["w"], data=[1.0]),
    "SaveSlices": lambda path: raw.SaveSlices(filename=path, tensor_names=["w"], shapes_and_slices=[""], data=[1.0]),
    "MergeV2Checkpoints": lambda path: raw.MergeV2Checkpoints(
        checkpoint_prefixes=[path], destination_prefix=path, delete_old_dirs=True
    ),
    "ShardedFilename": lambda path: raw.ShardedFilename(basename=path, shard=0, num_shards=1),
    "TextLineDataset": lambda path: first(tf.data.TextLineDataset(path)),
    "TFRecordDataset": lambda path: first(tf.data.TFRecordDataset(path)),
    "FixedLengthRecordDatasetV2": lambda path: first(tf.data.FixedLengthRecordDataset(path, 4)),
    "CSVDatasetV2": lambda path: first(tf.data.experimental.CsvDataset(path, [tf.string]))[0],
    "TensorSliceDataset": lambda path: first(tf.data.Dataset.list_files(path)),
    "SaveDatasetV2": lambda path: raw.SaveDatasetV2(
        input_dataset=tf.data.Dataset.range(2)._variant_tensor,
        path=path,
        shard_func_other_args=[],
        shard_func=tf.function(lambda x: tf.constant(0, tf.int64)).get_concrete_function(tf.TensorSpec([], tf.int64)),
        output_types=[tf.int64],
        output_shapes=[[]],
    ),
    "RangeDataset": lambda path: iterate(tf.data.Dataset.range(3)),
    "WholeFileReaderV2": lambda path: from_reader(raw.WholeFileReaderV2(), path),
    "TextLineReaderV2": lambda path: from_reader(raw.TextLineReaderV2(), path),
    "TFRecordReaderV2": lambda path: from_reader(raw.TFRecordReaderV2(), path),
    "FixedLengthRecordReaderV2": lambda path: from_reader(raw.FixedLengthRecordReaderV2(record_bytes=4), path),
    "IdentityReaderV2": lambda path: from_reader(raw.IdentityReaderV2(), path),
    "FIFOQueueV2": lambda path: raw.QueueSizeV2(handle=raw.FIFOQueueV2(component_types=[tf.float32])),
    "InitializeTableFromTextFileV2": lambda path: raw.InitializeTableFromTextFileV2(
        table_handle=raw.HashTableV2(key_dtype=tf.string, value_dtype=tf.int64),
        filename=path,
        key_index=-2,
        value_index=-1,
    ),
    "EagerPyFunc": lambda path: tf.py_function(lambda: 1.0, [], tf.float32),
    "PyFunc": lambda path: tf.numpy_function(lambda: 1.0, [], tf.float32),
    "SummaryWriter": lambda path: raw.CreateSummaryFileWriter(
        writer=raw.SummaryWriter(), logdir=path, max_queue=1, flush_millis=1, filename_suffix=""
    ),
    "CreateSummaryFileWriter": lambda path: raw.CreateSummaryFileWriter(
        writer=raw.VarHandleOp(dtype=tf.float32, shape=[]),
        logdir=path,
        max_queue=1,
        flush_millis=1,
        filename_suffix="",
    ),
    "LMDBReader": lambda path: raw.ReaderNumRecordsProduced(reader_handle=raw.LMDBReader()),
    "DecodeRaw": lambda path: raw.DecodeRaw(bytes=path, out_type=tf.uint8),
    "DecodePng": lambda path: raw.DecodePng(contents=path),
    "EncodeBase64": lambda path: raw.EncodeBase64(input=path),
    "Timestamp": lambda path: raw.Timestamp(),
    "Abort": lambda path: raw.Abort(error_msg="owned"),
    "StatefulRandomBinomial": lambda path: raw.StatefulRandomBinomial(
        resource=raw.VarHandleOp(dtype=tf.int64, shape=[3]), algorithm=1, shape=[1], counts=1.0, probs=0.5
    ),
    "Stage": lambda path: raw.Stage(values=[path]),
    "Unstage": lambda path: raw.Unstage(dtypes=[tf.string])[0],
    "Barrier": lambda path: raw.BarrierReadySize(handle=raw.Barrier(component_types=[tf.float32])),
    "CollectiveReduce": lambda path: raw.CollectiveReduce(
        input=1.0, group_size=2, group_key=1, instance_key=1, merge_op="Add", final_op="Id", subdiv_offsets=[0]
    ),
    "RemoteCall": lambda path: raw.RemoteCall(
        target="/job:localhost/task:0/device:CPU:0",
        args=[1.0],
        Tout=[tf.float32],
        f=tf.function(lambda x: x).get_concrete_function(tf.TensorSpec([], tf.float32)),
    )[0],
    "DebugIdentityV2": lambda path: raw.DebugIdentityV2(input=path, debug_urls=["file:///tmp/owned"]),
    "DisableCopyOnRead": lambda path: raw.DisableCopyOnRead(resource=raw.VarHandleOp(dtype=tf.float32, shape=[])),
    "MapDefun": lambda path: raw.MapDefun(
        arguments=[tf.ones([2])],
        captured_inputs=[],
        output_types=[tf.float32],
        output_shapes=[[]],
        f=tf.function(lambda x: x).get_concrete_function(tf.TensorSpec([], tf.float32)),
    )[0],
    "FileSystemSetConfiguration": lambda path: raw.FileSystemSetConfiguration(scheme="file", key="a", value="b"),
}
TARGET = "/nowhere/owned"


def save(folder, function, **more):
    """A SavedModel whose one signature runs the function."""
    module = tf.Module()
    module.weight = tf.Variable(1.0)
    for name, value in more.items():
        setattr(module, name, value)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32, "x")])
    def serve(x):
        result = function(x)
        return {"y": x * module.weight if result is None or isinstance(result, tf.Operation) else result}

    tf.saved_model.save(module, str(folder), signatures={"serve": serve})
    return folder


def edit(folder, change):
    """Changes the graph in a SavedModel's file."""
    content = SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    change(content.meta_graphs[0])
    (folder / "saved_model.pb").write_bytes(content.SerializeToString())
    return folder


@pytest.fixture(scope="module")
def harmless(tmp_path_factory):
    return save(tmp_path_factory.mktemp("harmless") / "1", lambda x: 2 * x)


@pytest.fixture
def model(harmless, tmp_path):
    return shutil.copytree(harmless, tmp_path / "1")


def test_what_is_harmless_is_loaded_whatever_it_is_called(model):
    model = model.rename(model.with_name("exp[lr=3]*"))
    loaded, _ = load_saved_model(model)
    assert loaded.signatures["serve"](x=tf.constant(3.0))["y"] == 6


@pytest.mark.parametrize("operation", HOSTILE)
def test_an_operation_that_reaches_out_is_not_loaded(operation, tmp_path):
    target = tmp_path / "target"
    target.write_text("secret")
    path = str(target)
    folder = save(tmp_path / "1", lambda x: HOSTILE[operation](path))
    with pytest.raises(InputError, match="which isn't among those that a model needs"):
        load_saved_model(folder)
    assert target.read_text() == "secret"
    assert operation in (folder / "saved_model.pb").read_bytes().decode("latin1"), "it is what it says it is"


def test_it_is_found_wherever_it_hides(tmp_path):
    read = lambda: tf.strings.length(raw.ReadFile(filename="/etc/hostname"))  # noqa: E731
    inner = tf.function(read)
    places = {
        "branch": lambda x: tf.cond(x > 0, read, lambda: 0),
        "loop": lambda x: tf.while_loop(lambda i: i < 1, lambda i: [i + read()], [0])[0],
        "function": lambda x: inner(),
        "case": lambda x: tf.switch_case(tf.cast(x, tf.int32), [read, lambda: 0]),
        "gradient": lambda x: tf.custom_gradient(lambda x: (x, lambda dy: dy * tf.cast(read(), tf.float32)))(x),
    }
    for name, function in places.items():
        with pytest.raises(InputError, match="ReadFile"):
            load_saved_model(save(tmp_path / name, function, inner=inner))


def test_it_is_found_in_what_loading_would_run(tmp_path):
    class Resource(tf.saved_model.experimental.TrackableResource):
        def _create_resource(self):
            return raw.VarHandleOp(dtype=tf.float32, shape=[])

        def _initialize(self):
            raw.WriteFile(filename=str(tmp_path / "owned"), contents="owned")

    with pytest.raises(InputError, match="WriteFile"):
        load_saved_model(save(tmp_path / "1", lambda x: x, resource=Resource()))
    assert not (tmp_path / "owned").is_file()


def test_a_vocabulary_in_a_file_is_refused_and_one_in_the_model_is_not(tmp_path):
    (tmp_path / "words").write_text("a\nb\n")
    keys = tf.lookup.TextFileInitializer(str(tmp_path / "words"), tf.string, -2, tf.int64, -1)
    table = tf.lookup.StaticHashTable(keys, -1)
    with pytest.raises(InputError, match="reads files when it runs"):
        load_saved_model(save(tmp_path / "1", lambda x: table.lookup(tf.constant(["b"])), table=table))
    kept = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([0, 1])), -1)
    changing = tf.lookup.experimental.MutableHashTable(tf.string, tf.int32, -1)
    changing.insert(["c"], [2])
    folder = save(
        tmp_path / "2", lambda x: kept.lookup(tf.constant(["b"])) + changing.lookup(tf.constant(["c"])),
        kept=kept, changing=changing,
    )  # fmt: skip
    loaded, _ = load_saved_model(folder)
    assert loaded.signatures["serve"](x=tf.constant(3.0))["y"].numpy().tolist() == [3]


def rename_to_an_operation(graph):
    """A function of the model's that is called as an operation is."""
    for function in graph.graph_def.library.function:
        if "serve" in function.signature.name:
            function.signature.name = "ReadFile"


def name_anothers_function(graph):
    """A call of a function that some other model may have brought."""
    for node in graph.graph_def.node:
        if node.op == "StatefulPartitionedCall":
            node.attr["f"].func.name = "__inference_somebody_else_1"


def name_it_deeper(graph):
    node = graph.graph_def.library.function[0].node_def[0]
    node.attr["list"].list.func.add().attr["f"].func.name = "__inference_somebody_else_1"


def saver(graph, kind):
    return next(f for f in graph.graph_def.library.function if f"_traced_{kind}" in f.signature.name)


def call_the_saver(graph):
    serve = next(f for f in graph.graph_def.library.function if "signature_wrapper" in f.signature.name)
    node = serve.node_def.add(name="more", op="StatefulPartitionedCall")
    node.attr["f"].func.name = saver(graph, "save").signature.name


def call_the_restorer(graph):
    graph.graph_def.node.add(name="more", op=saver(graph, "restore").signature.name)


def serve_the_saver(graph):
    name = saver(graph, "restore").signature.name
    graph.object_graph_def.concrete_functions[name].SetInParent()


def read_in_the_saver(graph):
    saver(graph, "restore").node_def.add(name="more", op="ReadFile")


def read_beside_the_signatures(graph):
    graph.graph_def.node.add(name="more", op="ReadFile")


def have_an_asset(graph):
    graph.asset_file_def.add(filename="../../../../etc/passwd").tensor_info.name = "x:0"


def be_an_asset(graph):
    graph.object_graph_def.nodes[1].asset.asset_file_def_index = 0


def have_a_class(graph):
    graph.object_graph_def.nodes[1].registered_name = "Custom.Owned"


def have_a_saver_class(graph):
    graph.object_graph_def.nodes[1].registered_saver = "Custom.Owned"


def gradient_of_anothers(graph):
    graph.graph_def.library.registered_gradients.add(gradient_func="__inference_somebody_else_1")


def be_of_tensorflow_1(graph):
    graph.ClearField("object_graph_def")


def unknown(graph):
    graph.graph_def.node.add(name="more", op="Owned")


@pytest.mark.parametrize(
    "change",
    [
        rename_to_an_operation,
        name_anothers_function,
        name_it_deeper,
        call_the_saver,
        call_the_restorer,
        serve_the_saver,
        read_in_the_saver,
        read_beside_the_signatures,
        have_an_asset,
        be_an_asset,
        have_a_class,
        have_a_saver_class,
        gradient_of_anothers,
        be_of_tensorflow_1,
        unknown,
    ],
)
def test_a_file_that_was_edited_is_not_loaded(model, change):
    edit(model, change)
    with pytest.raises(InputError, match=r"isn't run|isn't a SavedModel of TensorFlow 2"):
        load_saved_model(model)


def test_two_graphs_are_refused(model):
    content = SavedModel.FromString((model / "saved_model.pb").read_bytes())
    content.meta_graphs.add().CopyFrom(content.meta_graphs[0])
    (model / "saved_model.pb").write_bytes(content.SerializeToString())
    with pytest.raises(InputError, match="isn't a SavedModel of TensorFlow 2"):
        load_saved_model(model)


def link(path, to):
    if path.is_symlink() or path.is_file():
        path.unlink()
    shutil.rmtree(path, ignore_errors=True)
    path.symlink_to(to)


def test_links_may_lead_to_a_model_but_not_out_of_it(model, harmless, tmp_path):
    # Deployed models are often links: to the version that serves, and within it.
    link(tmp_path / "current", model)
    (model / "variables").rename(model / "weights")
    link(model / "variables", "weights")
    assert load_saved_model(tmp_path / "current")[0].signatures["serve"](x=tf.constant(3.0))["y"] == 6
    for name, to in (
        ("variables", harmless / "variables"),
        ("weights/variables.index", harmless / "variables/variables.index"),
        ("saved_model.pb", harmless / "saved_model.pb"),
        ("extra", "/etc"),
        ("extra", "../../.."),
        ("extra", "/nowhere"),
        ("extra", "extra"),
    ):
        folder = shutil.copytree(model, tmp_path / "2", symlinks=True)
        link(folder / name, to)
        with pytest.raises(InputError, match="a link that leads out"):
            load_saved_model(folder)
        shutil.rmtree(folder)


def test_what_is_no_file_is_refused(model):
    os.mkfifo(model / "pipe")
    with pytest.raises(InputError, match="neither a file nor a folder"):
        load_saved_model(model)


def test_sizes_are_looked_at_first(model, harmless, tmp_path, monkeypatch):
    class Large(tf.Module):
        """Its weights' index says how large they are; the file that has them is cut short or another's."""

        def __init__(self, size):
            super().__init__()
            self.weight = tf.Variable(tf.zeros([size]))

    tf.train.Checkpoint(module=Large(10_000)).write(str(tmp_path / "large"))
    shutil.copy(tmp_path / "large.index", model / "variables/variables.index")
    with pytest.raises(InputError, match="they claim to be 4"):
        load_saved_model(model)
    monkeypatch.setattr(saved_model, "MAX_GRAPH_BYTES", 100)
    with pytest.raises(InputError, match="are read: it is something else"):
        load_saved_model(harmless)


def test_damaged_files_are_told_in_a_line(harmless, tmp_path):
    content = (harmless / "saved_model.pb").read_bytes()
    for number in range(0, len(content), len(content) // 25):
        folder = shutil.copytree(harmless, tmp_path / str(number))
        damaged = bytearray(content)
        damaged[number : number + 4] = b"\xff\x00\xfe\x7f"
        (folder / "saved_model.pb").write_bytes(damaged if number % 2 else content[:number])
        try:
            load_saved_model(folder)
        except InputError as error:
            assert "\n" not in str(error)
