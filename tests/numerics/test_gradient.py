import numpy as np
import pytest
from keras import ops

from tests.conftest import tensorflow_only
from zoo.numerics.gradient import gradient
from zoo.numerics.stable import softplus


def test_it_can_be_differentiated_again():
    x = ops.convert_to_tensor([0.5, -1.0, 2.0])
    assert np.allclose(gradient(lambda x: x**4, x), 4 * np.asarray(x) ** 3)
    assert np.allclose(gradient(lambda x: gradient(lambda x: x**4, x), x), 12 * np.asarray(x) ** 2)
    sigmoid = 1 / (1 + np.exp(-np.asarray(x)))
    assert np.allclose(gradient(lambda x: gradient(softplus, x), x), sigmoid * (1 - sigmoid), atol=1e-6)


def test_what_does_not_hang_on_it_has_none():
    assert np.array_equal(gradient(lambda x: ops.ones([3]), ops.ones([2])), [0.0, 0.0])


def every_operation(x, z):
    """Of each kind that has two arguments, z on either side, broadcast and not."""
    w = ops.convert_to_tensor([1.0, 2.0, 3.0])
    terms = z * x, x * z, z + x, x - z, z - x, z / (1 + x * x), x / (1 + z * z), z * w, w / (1 + z * z), (z - w) ** 2
    terms += (
        ops.where(x > 0, z, w),
        ops.where(x > 0, x * x, z * w),
        ops.elu(z + x),
        z[..., 1:] * z[..., :-1],
        z[..., :2],
    )
    shared = gradient(lambda w: ops.sum(w * x + (x - w) / (2 + w * w)), w)
    return gradient(lambda z: sum(ops.sum(ops.sin(t), axis=-1) for t in terms), z), shared


@tensorflow_only
@pytest.mark.parametrize("shape", [(4, 3), (5, 4, 3)])
def test_with_a_batch_of_any_size_it_is_what_it_is_with_a_known_one(rng, shape):
    """And the graph has nothing in it that TFLite lacks."""
    import tensorflow as tf

    x, z = (tf.constant(rng.normal(size=s).astype("float32")) for s in ((4, 3), shape))
    specs = [tf.TensorSpec([None] * (len(s) - 1) + [3]) for s in ((4, 3), shape)]
    traced = tf.function(every_operation, input_signature=specs)
    for found, expected in zip(traced(x, z), every_operation(x, z), strict=True):
        assert np.allclose(found, expected, atol=1e-5)
    operations = {op.type for op in traced.get_concrete_function().graph.get_operations()}
    assert not operations & {"BroadcastGradientArgs", "EluGrad", "StridedSliceGrad"}
