import numpy as np
import pytest
from keras import ops

from tests.conftest import jax_only, tensorflow_only
from zoo.numerics.compilation import compiled, fused, fuses
from zoo.random import bits, key, normal


def test_what_is_compiled_knows_it_and_nothing_else_does():
    seen = []
    compiled(lambda x: seen.append(fuses()) or x)(ops.ones([]))
    assert seen and all(seen)
    assert not fuses()


def test_an_error_while_compiling_leaves_no_trace():
    def fails(x):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        compiled(fails)(ops.ones([]))
    assert not fuses()


def test_the_generator_gives_the_same_fused_as_in_single_operations():
    stream = ops.convert_to_tensor(key(7))
    assert np.array_equal(compiled(lambda k: bits(k, 1001))(stream), bits(stream, 1001))
    fused_draws = compiled(lambda k: normal(k, (1001,)))(stream)
    assert np.allclose(fused_draws, normal(stream, (1001,)), rtol=1e-5, atol=1e-6)


@tensorflow_only
def test_a_fused_function_is_a_kernel_of_xlas_inside_compiled_alone():
    import tensorflow as tf

    double = fused(lambda x: x + x)

    def of_xla(function):
        operations = function.get_concrete_function(ops.ones([3])).graph.get_operations()
        return [op for op in operations if "_XlaMustCompile" in op.node_def.attr and op.get_attr("_XlaMustCompile")]

    assert of_xla(compiled(double))
    assert not of_xla(tf.function(double))


@jax_only
def test_products_keep_all_of_float32s_digits_on_any_device():
    lowered = compiled(ops.matmul).lower(ops.ones([2, 2]), ops.ones([2, 2])).as_text()
    assert "precision = [HIGHEST, HIGHEST]" in lowered
