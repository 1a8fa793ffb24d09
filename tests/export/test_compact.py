import numpy as np
import pytest

import zoo
from tests.conftest import tensorflow_only

pytestmark = [tensorflow_only, pytest.mark.long]


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """The converter's own file for a small mixture VAE."""
    import tensorflow as tf

    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures

    folder = tmp_path_factory.mktemp("compact")
    asked = signatures(zoo.build("mixture_vae", image_shape=(8, 8, 1), latent_dim=2, filters=(4, 4)), 2)
    write_saved_model(folder / "sm", asked)
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder / "sm"), signature_keys=list(asked))
    return converter.convert()


def run(content, name, **arguments):
    from ai_edge_litert.interpreter import Interpreter

    return Interpreter(model_content=content).get_signature_runner(name)(**arguments)


def test_the_file_is_smaller_and_computes_the_same(converted):
    from zoo.export.compact import compact
    from zoo.random import key

    small = compact(converted)
    assert len(small) < 0.93 * len(converted)
    x = (np.random.default_rng(0).random((3, 8, 8, 1)) < 0.5).astype("float32")
    for name, arguments in (
        ("log_px", {"x": x, "seed": key(3)}),
        ("sample_pixels", {"seed": key(3), "n": np.int32(5)}),
        ("encode", {"x": x}),
    ):
        before, after = run(converted, name, **arguments), run(small, name, **arguments)
        assert before.keys() == after.keys()
        assert all(np.array_equal(before[output], after[output]) for output in before)


def test_once_is_enough(converted):
    from zoo.export.compact import compact

    small = compact(converted)
    assert len(compact(small)) == len(small)


def test_constants_that_lie_behind_the_tables_come_along():
    """Where a float16 file's weights are, once they are large enough."""
    from zoo.export.quantize import quantize
    from zoo.loading import FOLDER

    content = (FOLDER / "digits-iaf-mixture" / "model.tflite").read_bytes()
    z = np.random.default_rng(0).normal(size=(2, 32)).astype("float32")
    images = [run(each, "decode", z=z)["image"] for each in (content, quantize(content, "float16"))]
    assert np.allclose(*images, atol=1e-3)
