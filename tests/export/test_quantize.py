import numpy as np
import pytest

import zoo
from tests.conftest import tensorflow_only
from zoo.errors import InputError

pytestmark = [tensorflow_only, pytest.mark.long]


@pytest.fixture(scope="module")
def float32(tmp_path_factory):
    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures
    from zoo.export.tflite import write_tflite

    folder = tmp_path_factory.mktemp("quantize")
    # Wide enough that the quantizer finds its layers worth it.
    model = zoo.build("conv_vae", image_shape=(8, 8, 1), latent_dim=8, filters=(16, 32))
    asked = signatures(model, 2)
    write_saved_model(folder / "sm", asked)
    write_tflite(folder / "m.tflite", folder / "sm", asked)
    return (folder / "m.tflite").read_bytes()


def constants(content):
    """For each constant: its bytes, its type, its scales, and the operations that read it."""
    from tensorflow.lite.python import schema_py_generated as schema

    from zoo.export.compact import _data

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    names = {value: name for name, value in vars(schema.BuiltinOperator).items() if isinstance(value, int)}
    found = []
    for graph in model.subgraphs:
        readers = {}
        for operator in graph.operators:
            for position, tensor in enumerate(operator.inputs):
                code = names[model.operatorCodes[operator.opcodeIndex].builtinCode]
                readers.setdefault(tensor, set()).add((code, position))
        for index, tensor in enumerate(graph.tensors):
            data = _data(model.buffers[tensor.buffer], content)
            if data:
                found.append((data, tensor.type, tensor.quantization, readers.get(index, set()), tuple(tensor.shape)))
    return found


WEIGHTS = {("FULLY_CONNECTED", 1), ("CONV_2D", 1), ("TRANSPOSE_CONV", 1)}


@pytest.mark.parametrize("precision", ["int8", "float16"])
def test_nothing_but_the_weights_is_touched(float32, precision):
    """Above all not 2^-24, of the generator, nor the constants of a density."""
    from zoo.export.quantize import quantize

    others = {(data, kind) for data, kind, _, readers, _ in constants(float32) if not readers & WEIGHTS}
    after = {(data, kind) for data, kind, *_ in constants(quantize(float32, precision))}
    assert len(others) > 20
    assert np.float32(2**-24).tobytes() in {data for data, _ in others}
    assert others <= after


def test_the_decoders_convolutions_keep_16_bits_and_the_encoders_8(float32):
    """Whichever signature they are in."""
    from tensorflow.lite.python import schema_py_generated as schema

    from zoo.export.quantize import quantize

    kinds = {}
    for data, kind, _, readers, shape in constants(quantize(float32, "int8")):
        if len(data) > 512 and len(shape) == 4:
            kinds.setdefault(kind, set()).add(shape)
        assert ("CONV_2D", 1) not in readers or kind == schema.TensorType.INT8
    # [out, height, width, in]: 16 -> 32 in the encoder; 32 -> 16 and 16 -> 1, by phases, in the decoder.
    assert kinds[schema.TensorType.INT8] == {(32, 3, 3, 16)}
    assert kinds[schema.TensorType.FLOAT16] >= {(16, 2, 2, 32), (16, 1, 1, 32)}


def test_an_int8_weight_is_within_half_a_step_of_its_float(float32):
    from zoo.export.quantize import quantize

    weights = {
        np.frombuffer(data, "float32").reshape(shape).tobytes(): np.frombuffer(data, "float32").reshape(shape)
        for data, _, _, readers, shape in constants(float32)
        if readers & WEIGHTS and len(data) >= 4096 and (len(shape) == 2 or shape == (32, 3, 3, 16))
    }
    stored = [
        (np.frombuffer(data, "int8").reshape(shape), q)
        for data, _, q, _, shape in constants(quantize(float32, "int8"))
        if q is not None and np.frombuffer(data, "int8").size == np.prod(shape)
    ]
    assert len(weights) == 3, "the encoder's convolution, and a dense layer each way"
    for weight in weights.values():
        steps = []
        for integers, q in stored:
            if integers.shape == weight.shape:
                size = [1] * weight.ndim
                size[q.quantizedDimension] = -1
                scale = np.reshape(q.scale, size)
                steps.append(np.max(np.abs(integers * scale - weight) / scale))
        assert min(steps) <= 0.501


def test_a_precision_that_is_not_there_is_named(float32):
    from zoo.export.quantize import quantize

    with pytest.raises(InputError, match="precision is 'int4', but must be one of int8, float16"):
        quantize(float32, "int4")
