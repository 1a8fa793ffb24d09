"""A TFLite file without what only a debugger reads: the same operations on the same numbers, in fewer bytes."""

import flatbuffers
import numpy as np


def compact(content):
    """Shortens the tensors' names, and stores equal constants and equal quantization scales once.

    The names of signatures, and of their inputs and outputs, are elsewhere in the file and stay as they are.

    Args:
        content: the bytes of a TFLite file.

    Returns:
        The bytes of a smaller one.

    References:
        The format: tensorflow/compiler/mlir/lite/schema/schema.fbs.
    """
    from tensorflow.lite.python import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    # The first buffer is empty by convention: it stands for all tensors that aren't constants.
    buffers, places, scales = [model.buffers[0]], {}, {}
    for number, graph in enumerate(model.subgraphs):
        for index, tensor in enumerate(graph.tensors):
            # Quantizers tell tensors apart by their names, so no two are the same.
            tensor.name = f"{number}.{index}"
            tensor.quantization = _shared(tensor.quantization, scales)
            data = _data(model.buffers[tensor.buffer], content)
            if data and data not in places:
                places[data] = len(buffers)
                buffers.append(schema.BufferT())
                buffers[-1].data = np.frombuffer(data, "uint8")
            tensor.buffer = places[data] if data else 0
    model.buffers, model.metadata = buffers, []
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _data(buffer, content):
    """The bytes of a buffer. Large ones may lie behind the tables, at an offset in the file."""
    if buffer.offset > 1:
        return bytes(content[buffer.offset : buffer.offset + buffer.size])
    return b"" if buffer.data is None else bytes(buffer.data)


class _Once:
    """A table that is written the first time, and pointed to after that."""

    def __init__(self, table):
        self._table, self._place = table, None

    def Pack(self, builder):  # noqa: N802, as flatbuffers calls it
        if self._place is None:
            self._place = self._table.Pack(builder)
        return self._place


def _shared(quantization, seen):
    """The same table for equal quantizations, and none for that of a float tensor."""
    if quantization is None or quantization.scale is None:
        return None
    key = (bytes(quantization.scale), bytes(quantization.zeroPoint), quantization.quantizedDimension)
    return seen.setdefault(key, _Once(quantization))
