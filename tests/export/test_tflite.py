import numpy as np
import pytest

from tests.conftest import tensorflow_only

pytestmark = tensorflow_only


def archive(folder, function, spec):
    import keras

    export = keras.export.ExportArchive()
    layer = keras.layers.Dense(1)
    layer.build((None, 2))
    export.track(layer)
    export.add_endpoint("f", function, input_signature=[spec])
    export.write_out(str(folder), verbose=False)


def test_an_operation_without_a_builtin_is_refused(tmp_path):
    import tensorflow as tf

    from zoo.errors import InputError
    from zoo.export.tflite import write_tflite

    archive(tmp_path / "sm", lambda x: {"y": tf.math.erfinv(x)}, tf.TensorSpec([None], tf.float32, "x"))
    with pytest.raises(InputError, match=r"can't be a \.tflite of builtin operations"):
        write_tflite(tmp_path / "m.tflite", tmp_path / "sm", ["f"])
    assert not (tmp_path / "m.tflite").exists()


def test_flex_operations_are_found_in_any_subgraph(tmp_path):
    import tensorflow as tf

    from zoo.export.tflite import foreign_operators

    def inside_a_branch(x):
        return {"y": tf.cond(x[0] > 0, lambda: tf.math.erf(x), lambda: x)}

    archive(tmp_path / "sm", inside_a_branch, tf.TensorSpec([None], tf.float32, "x"))
    converter = tf.lite.TFLiteConverter.from_saved_model(str(tmp_path / "sm"), signature_keys=["f"])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS, tf.lite.OpsSet.SELECT_TF_OPS]
    assert any("Erf" in name for name in foreign_operators(converter.convert()))


def test_the_generators_integers_are_the_same_in_tflite(tmp_path):
    """Keys and counters with their high bits set, where a shift that isn't arithmetic or a sum that saturates shows."""
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    from zoo.export.tflite import write_tflite
    from zoo.random import bits, key

    spec = tf.TensorSpec([2], tf.int32, "seed")
    archive(tmp_path / "sm", lambda seed: {"bits": bits(seed, 1000)}, spec)
    write_tflite(tmp_path / "m.tflite", tmp_path / "sm", ["f"])
    run = Interpreter(str(tmp_path / "m.tflite")).get_signature_runner("f")
    for seed in (0, -1, 2**31, 2**63, 12345678901234567890):
        assert np.array_equal(run(seed=key(seed))["bits"], bits(key(seed), 1000))
