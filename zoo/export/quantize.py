"""Smaller TFLite files: int8 or float16 weights, with the random generator and the densities left as they are."""

import contextlib
import io

from zoo.errors import InputError
from zoo.export.compact import compact

#: What a weight can be stored as, other than float32.
PRECISIONS = ("int8", "float16")


def quantize(content, precision):
    """Stores the weights of dense layers and of convolutions in fewer bits.

    int8 makes the weights 8-bit integers, w = scale w_int8 with a scale for each output. In convolutions it is
    dynamic-range quantization: the activations that meet them are rounded to 8 bits as they come, and the arithmetic is
    in integers. Dense layers and transposed convolutions round the weights alone: the decoder ends in one of these, and
    8-bit activations there moved the log-likelihood of 8-bit pixels by 0.6 nats; and LiteRT's transposed convolution of
    8-bit activations took 14 to 50 times as long as that of float32.

    float16 rounds the weights alone, everywhere. Whatever has rounded weights alone computes in float32.

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
    from ai_edge_quantizer import quantizer, recipe_manager
    from ai_edge_quantizer.algorithm_manager import AlgorithmName
    from ai_edge_quantizer.qtyping import (
        ComputePrecision,
        OpQuantizationConfig,
        TensorDataType,
        TensorQuantizationConfig,
        TFLOperationName,
    )

    recipe = recipe_manager.RecipeManager()
    for operation in (
        TFLOperationName.FULLY_CONNECTED,
        TFLOperationName.CONV_2D,
        TFLOperationName.CONV_2D_TRANSPOSE,
    ):
        if precision == "float16":
            recipe.add_quantization_config(
                regex=".*",
                operation_name=operation,
                algorithm_key=AlgorithmName.FLOAT_CASTING,
                op_config=OpQuantizationConfig(
                    weight_tensor_config=TensorQuantizationConfig(num_bits=16, dtype=TensorDataType.FLOAT),
                    compute_precision=ComputePrecision.FLOAT,
                    explicit_dequantize=True,
                ),
            )
        elif operation == TFLOperationName.CONV_2D:
            recipe.add_dynamic_config(regex=".*", operation_name=operation, num_bits=8)
        else:
            recipe.add_weight_only_config(regex=".*", operation_name=operation, num_bits=8)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        quantized = quantizer.Quantizer(content, recipe.get_quantization_recipe()).quantize().quantized_model
    return compact(bytes(quantized))
