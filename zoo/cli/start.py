"""The start of every command: Keras and TensorFlow, imported quietly."""

import contextlib
import os
import sys
from pathlib import Path

from zoo.errors import InputError


@contextlib.contextmanager
def quiet():
    """Keeps the start-up chatter of TensorFlow's C++ side, which no variable silences wholly, from the terminal."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("ABSL_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    saved = os.dup(2)
    with open(os.devnull, "w") as null:
        os.dup2(null.fileno(), 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(saved, 2)
        os.close(saved)


def start(backend=None):
    """Imports Keras and all that comes with it, quietly."""
    if backend:
        os.environ["KERAS_BACKEND"] = backend
    import warnings

    warnings.filterwarnings("ignore")
    with quiet(), _jax_when_asked_for():
        try:
            import keras
        except (ImportError, ValueError) as error:
            raise InputError(
                f"Keras doesn't start with KERAS_BACKEND={os.environ.get('KERAS_BACKEND')!r} ({error}). zoo runs on "
                "'tensorflow' or 'jax'; the latter comes with `pip install 'vae-zoo[jax]'`."
            ) from error
        # Whatever the user's settings file says: this process is the zoo's alone.
        keras.config.set_floatx("float32")
        keras.config.set_image_data_format("channels_last")
        import zoo.probability  # noqa: F401

        if keras.backend.backend() == "tensorflow":
            import tensorflow as tf

            tf.constant(0)
            # It warns of functions that are compiled anew, which each judgement's are.
            tf.get_logger().setLevel("ERROR")


@contextlib.contextmanager
def _jax_when_asked_for():
    """Hides JAX from TensorFlow, which brings it in where it is installed: that takes a second and 100 MB."""
    settings = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "keras.json"
    chosen = os.environ.get("KERAS_BACKEND") or (settings.read_text() if settings.is_file() else "")
    hidden = "jax" not in chosen and "jax" not in sys.modules
    if hidden:
        sys.modules["jax"] = None
    try:
        yield
    finally:
        if hidden:
            del sys.modules["jax"]


def new_console():
    """Where tables and progress are shown: paths as they are, whatever brackets and colons they have."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)
