"""Smaller TFLite files: int8 or float16 weights, with the random generator and the densities left as they are."""

import contextlib
import io
import re

from zoo.errors import InputError
from zoo.export.compact import compact

#: What a weight can be stored as, other than float32.
PRECISIONS = ("int8", "float16")


def quantize(content, precision):
    """Stores the weights of dense layers and of convolutions in fewer bits.

    | | int8 | float16 |
    |---|---|---|
    | the encoder's convolutions | int8, and so are the activations that meet them | float16 |
    | dense layers | int8 | float16 |
    | the decoder's convolutions | float16 | float16 |

    An int8 weight is w = scale w_int8, with a scale for each output. Where the activations are rounded too, as they
    come, the arithmetic is in integers (dynamic-range quantization); the rest computes in float32. The decoder is
    spared that: 8-bit activations in its dense layer moved the log-likelihood of 8-bit faces by 0.6 nats, and 8-bit
    weights in its convolutions that of 8-bit clothes by 5.

    Nothing else is touched. A random generator's and a likelihood's constants, 2^-24 among them, don't survive being
    rounded: a converter that quantizes the whole graph gives wrong noise and infinite densities, without an error.

    Args:
        content: the bytes of a float32 TFLite file.
        precision: "int8" or "float16".

    Returns:
        The bytes of the smaller file.

    Raises:
        InputError: another precision.

    References:
        Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
        Inference", section 2.1.
    """
    if precision not in PRECISIONS:
        raise InputError(f"precision is {precision!r}, but must be one of {', '.join(PRECISIONS)}.")
    from ai_edge_quantizer.quantizer import Quantizer

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        quantized = Quantizer(content, _recipe(content, precision)).quantize().quantized_model
    return compact(bytes(quantized))


def _recipe(content, precision):
    """What the quantizer is to do, as the table in `quantize` has it."""
    from ai_edge_quantizer import recipe_manager
    from ai_edge_quantizer.algorithm_manager import AlgorithmName
    from ai_edge_quantizer.qtyping import (
        ComputePrecision,
        OpQuantizationConfig,
        TensorDataType,
        TensorQuantizationConfig,
        TFLOperationName,
    )

    recipe = recipe_manager.RecipeManager()

    def halve(operation, regex=".*"):
        weights = TensorQuantizationConfig(num_bits=16, dtype=TensorDataType.FLOAT)
        config = OpQuantizationConfig(
            weight_tensor_config=weights, compute_precision=ComputePrecision.FLOAT, explicit_dequantize=True
        )
        recipe.add_quantization_config(regex, operation, config, AlgorithmName.FLOAT_CASTING)

    halve(TFLOperationName.CONV_2D_TRANSPOSE)
    if precision == "float16":
        halve(TFLOperationName.FULLY_CONNECTED)
        halve(TFLOperationName.CONV_2D)
    else:
        recipe.add_weight_only_config(".*", TFLOperationName.FULLY_CONNECTED, num_bits=8)
        recipe.add_dynamic_config(".*", TFLOperationName.CONV_2D, num_bits=8)
        decoders = [re.escape(name) for name in _decoder_convolutions(content)]
        if decoders:
            # What comes later goes before. The quantizer knows an operation by the names of its outputs.
            halve(TFLOperationName.CONV_2D, f"^({'|'.join(decoders)});?$")
    return recipe.get_quantization_recipe()


def _decoder_convolutions(content):
    """The names of the outputs of those convolutions, in all graphs, whose weights the signature `decode` has too."""
    from tensorflow.lite.python import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    decode = [each.subgraphIndex for each in model.signatureDefs or [] if each.signatureKey == b"decode"]

    def convolutions(graph):
        for operator in graph.operators:
            if model.operatorCodes[operator.opcodeIndex].builtinCode == schema.BuiltinOperator.CONV_2D:
                yield graph.tensors[operator.inputs[1]].buffer, graph.tensors[operator.outputs[0]].name.decode()

    weights = {buffer for graph in _with_loops(model, decode) for buffer, _ in convolutions(graph)}
    return [name for graph in model.subgraphs for buffer, name in convolutions(graph) if buffer in weights]


def _with_loops(model, numbers):
    """The graphs of these numbers, and those of the loops in them."""
    from tensorflow.lite.python import schema_py_generated as schema

    for number in numbers:
        yield model.subgraphs[number]
        options = [operator.builtinOptions for operator in model.subgraphs[number].operators]
        bodies = [each.bodySubgraphIndex for each in options if isinstance(each, schema.WhileOptionsT)]
        yield from _with_loops(model, bodies)
