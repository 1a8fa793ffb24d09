import numpy as np
import pytest

import zoo
from tests.conftest import tensorflow_only

pytestmark = [tensorflow_only, pytest.mark.long]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A model and its float32 file, and the file of the same with another bias in the last layer."""
    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures
    from zoo.export.tflite import write_tflite

    folder = tmp_path_factory.mktemp("measure")
    model = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(8,))
    asked = signatures(model, 5)
    last = model.likelihood.decoder.layers[-2]
    bias = np.random.default_rng(0).normal(size=64, scale=0.01).astype("float32")
    last.bias.assign(bias)
    write_saved_model(folder / "sm", asked)
    write_tflite(folder / "m.tflite", folder / "sm", asked)
    content = (folder / "m.tflite").read_bytes()
    assert content.count(bias.tobytes()) == 1
    return asked, content, content.replace(bias.tobytes(), (bias + np.float32(0.2)).tobytes())


def images(count):
    return (np.random.default_rng(0).random((count, 8, 8, 1)) < 0.2).astype("float32")


def test_a_file_beside_itself_differs_in_nothing(exported):
    from zoo.export.compare import cases
    from zoo.export.measure import measure

    asked, content, _ = exported
    found = measure(content, content, cases(asked, images(3)), images(7), batch_size=3)
    assert set(found["differences"].values()) == {0.0}
    assert found["psnr"] is None
    assert found["log_px_change"] == found["log_px_change_se"] == 0.0
    assert found["bytes"] == len(content)


def test_the_figures_are_what_they_are_called(exported):
    """A bias of 0.2 on every logit, near 0: the mean moves by 64 (0.2 E[x] - (softplus(0.2) - softplus(0)))."""
    from zoo.export.compare import cases
    from zoo.export.measure import measure

    asked, content, shifted = exported
    x = images(200)
    found = measure(shifted, content, cases(asked, x[:3]), x)
    expected = 64 * (0.2 * x.mean() - np.log1p(np.exp(0.2)) + np.log(2))
    assert found["log_px_change"] == pytest.approx(expected, rel=0.15)
    assert found["bits_per_dim_change"] == pytest.approx(expected / 64 / np.log(2), rel=0.15)
    # Each pixel's probability moves by sigmoid(0.2) - sigmoid(0) = 0.05: 20 log10(1 / 0.05) = 26 dB.
    assert found["psnr"] == pytest.approx(26, abs=1)
    assert found["differences"]["decode"] == pytest.approx(0.05, abs=0.005)
    # Over images the change varies with how many pixels are set: 0.2 times the binomial's deviation.
    assert found["log_px_change_se"] == pytest.approx(0.2 * np.sqrt(64 * 0.2 * 0.8 / 200), rel=0.25)
