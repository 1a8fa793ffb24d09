"""Smaller TFLite files: int8 or float16 weights, with the random generator and the densities left as they are."""

import contextlib
import io

from zoo.errors import InputError
from zoo.export.compact import compact

#: What a weight can be stored as, other than float32.
PRECISIONS = ("int8", "float16")


def quantize(content, precision):
    """Stores the weights of dense layers and of convolutions in fewer bits.

    | | int8 | float16 |
    |---|---|---|
    | convolutions | int8, and so are the activations that meet them | float16 |
    | dense layers | int8 | float16 |
    | transposed convolutions | float16 | float16 |

    An int8 weight is w = scale w_int8, with a scale for each output. Where the activations are rounded too, as they
    come, the arithmetic is in integers (dynamic-range quantization); the rest computes in float32. The decoder is
    spared that: 8-bit activations in its dense layer moved the log-likelihood of 8-bit faces by 0.6 nats, 8-bit weights
    in its transposed convolutions that of 8-bit clothes by 5; and LiteRT's transposed convolution of 8-bit activations
    took 14 to 50 times as long as that of float32.

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
        if precision == "float16" or operation == TFLOperationName.CONV_2D_TRANSPOSE:
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
