"""`zoo sample`."""

import numpy as np
import tensorflow as tf
from PIL import Image

from tests.cli.command_line import zoo

FORMS = ["", "model.keras", "saved_model", "model.tflite"]


def test_every_form_gives_the_same_picture(workplace, tmp_path):
    run, found = workplace[0] / "runs/vae-digits", []
    for number, form in enumerate(FORMS):
        zoo("sample", run / form, "--n", 5, "--seed", 7, "--out", f"{number}.npy", cwd=tmp_path)
        found.append(np.load(tmp_path / f"{number}.npy"))
    assert found[0].shape == (5, 8, 8, 1)
    assert found[0].dtype == np.float32
    assert found[0].min() >= 0 and found[0].max() <= 1 and found[0].std() > 0.05
    for images in found[1:]:
        assert np.abs(images - found[0]).max() < 1e-5


def test_pixels_are_drawn_when_asked(workplace, tmp_path):
    run = workplace[0] / "runs/vae-digits"
    for name in ("model.tflite", "saved_model"):
        zoo("sample", run / name, "--n", 5, "--pixels", "--out", f"{name}.npy", cwd=tmp_path)
    found = [np.load(path) for path in tmp_path.glob("*.npy")]
    assert set(np.unique(found[0])) == {0.0, 1.0}
    assert np.array_equal(*found)


def test_a_png_shows_the_samples(workplace, tmp_path):
    run = workplace[0] / "runs/vae-digits"
    for name in ("a.npy", "a.png"):
        zoo("sample", run / "model.tflite", "--n", 4, "--seed", 1, "--out", name, cwd=tmp_path)
    with Image.open(tmp_path / "a.png") as picture:
        first = np.asarray(picture.resize((17, 17), Image.Resampling.NEAREST))[:8, :8]
    assert np.abs(first / 255 - np.load(tmp_path / "a.npy")[0, :, :, 0]).max() < 0.01


def test_a_strangers_saved_model_runs_apart_and_not_for_ever(tmp_path):
    class Stranger(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([2], tf.int32, "seed"), tf.TensorSpec([], tf.int32, "n")])
        def sample(self, seed, n):
            return {"image": tf.zeros([n, 8, 8, 1]) + tf.cast(seed[1], tf.float32) / 7}

        @tf.function(input_signature=[tf.TensorSpec([2], tf.int32, "seed"), tf.TensorSpec([], tf.int32, "n")])
        def sample_pixels(self, seed, n):
            return {"image": tf.while_loop(lambda x: True, lambda x: [tf.sin(x)], [tf.zeros([n, 8, 8, 1])])[0]}

    module = Stranger()
    signatures = {"sample": module.sample, "sample_pixels": module.sample_pixels}
    tf.saved_model.save(module, str(tmp_path / "1"), signatures=signatures)
    zoo("sample", "1", "--n", 2, "--seed", 7, "--out", "a.npy", cwd=tmp_path)
    assert np.array_equal(np.load(tmp_path / "a.npy"), np.ones([2, 8, 8, 1]))
    done = zoo("sample", "1", "--pixels", "--timeout", 0.5, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert "no answer within 0.5 seconds" in done.stderr
