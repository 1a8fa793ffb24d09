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


@pytest.mark.long
def test_a_process_of_its_own_writes_the_same_and_says_the_same(tmp_path):
    import tensorflow as tf

    from zoo.errors import InputError
    from zoo.export.tflite import write_tflite, write_tflite_apart

    spec = tf.TensorSpec([None], tf.float32, "x")
    archive(tmp_path / "good", lambda x: {"y": x + 1}, spec)
    for name, write in (("here", write_tflite), ("apart", write_tflite_apart)):
        write(tmp_path / name, tmp_path / "good", ["f"])
    assert (tmp_path / "here").read_bytes() == (tmp_path / "apart").read_bytes()
    archive(tmp_path / "bad", lambda x: {"y": tf.math.erfinv(x)}, spec)
    with pytest.raises(InputError, match=r"can't be a \.tflite of builtin operations"):
        write_tflite_apart(tmp_path / "m.tflite", tmp_path / "bad", ["f"])


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


@pytest.mark.long
def test_without_a_name_it_does_what_the_saved_model_does(tmp_path):
    """The first graph, and `serving_default`: of a model whose signatures come in another order by their names."""
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    import zoo
    from zoo.export.quantize import quantize
    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures
    from zoo.export.tflite import write_tflite

    asked = signatures(zoo.build("conv_vae", image_shape=(8, 8, 1), latent_dim=8, filters=(16, 32)), 2)
    write_saved_model(tmp_path / "sm", asked)
    write_tflite(tmp_path / "m.tflite", tmp_path / "sm", asked)
    x = np.random.default_rng(0).random((1, 8, 8, 1)).astype("float32")
    expected = tf.saved_model.load(str(tmp_path / "sm")).signatures["serving_default"](x=tf.constant(x))
    content = (tmp_path / "m.tflite").read_bytes()
    for file, tolerance in ((content, 1e-5), (quantize(content, "int8"), 0.05), (quantize(content, "float16"), 1e-2)):
        interpreter = Interpreter(model_content=file)
        interpreter.allocate_tensors()
        (given,), (found,) = interpreter.get_input_details(), interpreter.get_output_details()
        interpreter.set_tensor(given["index"], x)
        interpreter.invoke()
        assert np.allclose(interpreter.get_tensor(found["index"]), expected["z"], atol=tolerance)
        assert set(interpreter.get_signature_list()) == set(asked)


def test_loops_and_branches_still_find_their_graphs(tmp_path):
    """They are graphs of their own, behind those of the signatures."""
    import keras
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    from zoo.export.tflite import write_tflite

    def power(x):
        return {"y": tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * x), (0, x))[1]}

    def sign(x):
        return {"y": tf.cond(x[0] > 0, lambda: x + 10.0, lambda: x - 10.0)}

    export, spec = keras.export.ExportArchive(), tf.TensorSpec([2], tf.float32, "x")
    for name, function in (("z_first", power), ("b", sign), ("a", lambda x: {"y": 2 * x})):
        export.add_endpoint(name, function, input_signature=[spec])
    export.write_out(str(tmp_path / "sm"), verbose=False)
    write_tflite(tmp_path / "m.tflite", tmp_path / "sm", ["z_first", "b", "a"])
    interpreter, x = Interpreter(str(tmp_path / "m.tflite")), np.float32([2, 3])
    run = {name: interpreter.get_signature_runner(name) for name in ("z_first", "b", "a")}
    assert np.array_equal(run["z_first"](x=x)["y"], x**4)
    assert np.array_equal(run["b"](x=x)["y"], x + 10)
    assert np.array_equal(run["b"](x=-x)["y"], -x - 10)
    assert np.array_equal(run["a"](x=x)["y"], 2 * x)
    interpreter = Interpreter(str(tmp_path / "m.tflite"))
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
    interpreter.invoke()
    assert np.array_equal(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]), x**4)
