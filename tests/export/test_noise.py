import numpy as np
import pytest

import zoo
from tests.conftest import tensorflow_only
from zoo.errors import InputError

pytestmark = [tensorflow_only, pytest.mark.long]

#: The key schedule's constant of Threefry.
PARITY = np.int32(0x1BD11BDA).tobytes()


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The signatures of a model, and its float32 file."""
    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures
    from zoo.export.tflite import write_tflite

    folder = tmp_path_factory.mktemp("noise")
    asked = signatures(zoo.build("mixture_vae", image_shape=(8, 8, 1), latent_dim=2, filters=(4, 4)), 2)
    write_saved_model(folder / "sm", asked)
    write_tflite(folder / "m.tflite", folder / "sm", asked)
    return asked, (folder / "m.tflite").read_bytes()


def altered(content):
    """One bit of one integer is another."""
    assert PARITY in content
    return content.replace(PARITY, np.int32(0x1BD11BDB).tobytes())


def test_a_generator_with_another_constant_is_found_beside_the_float32_file(exported):
    from zoo.export.noise import check_noise

    _, content = exported
    with pytest.raises(InputError, match=r"sample doesn't draw float32's noise: \d+ of \d+ integer tensors"):
        check_noise(altered(content), content, ["sample"])
    check_noise(content, content, ["sample", "sample_pixels"])


def test_and_beside_the_model(exported):
    from zoo.export.noise import check_noise_of_model

    asked, content = exported
    with pytest.raises(InputError, match=r"sample_pixels doesn't draw the model's noise: \d+ of \d+ integer tensors"):
        check_noise_of_model(altered(content), asked, "sample_pixels")
    check_noise_of_model(content, asked, "sample_pixels")
    # Its pixels are means: the model makes a key for them, of which no file has anything.
    check_noise_of_model(content, asked, "sample")


def test_another_stream_of_the_same_generator_is_found_too(exported):
    from zoo.export.noise import check_noise_of_model

    asked, content = exported
    function, inputs = asked["sample_pixels"]
    other = {"sample_pixels": (lambda seed, n: function(seed + 1, n), inputs)}
    with pytest.raises(InputError, match="doesn't draw the model's noise"):
        check_noise_of_model(content, other, "sample_pixels")
