"""A SavedModel that has been loaded into this process."""

import numpy as np

from zoo.export.saved_model import load_saved_model
from zoo.export.warm_up import read_warm_up
from zoo.serving.errors import Invalid, Unavailable

PREDICT = "tensorflow/serving/predict"


class Loaded:
    """Loads a SavedModel, and sends it its warm-up requests if asked: what the first client would otherwise wait for.

    Args:
        folder: a `Path`.
        warm_up: whether to send them.

    Attributes:
        definitions: name to `SignatureDef` proto, of each signature that takes tensors of known rank.

    Raises:
        InputError: it isn't whole, or reaches out of the model.
    """

    def __init__(self, folder, warm_up=False):
        self._model, content = load_saved_model(folder)
        signatures = getattr(self._model, "signatures", {})
        self.definitions = {
            name: definition
            for name, definition in content.meta_graphs[0].signature_def.items()
            if definition.method_name == PREDICT
            and name in signatures
            and not any(each.tensor_shape.unknown_rank for each in definition.inputs.values())
        }
        for name, arrays in read_warm_up(folder) if warm_up else []:
            if name in self.definitions:
                self.run(name, arrays)

    @property
    def names(self):
        """The signatures' names."""
        return sorted(self.definitions)

    def look_after(self):
        """There is nothing to do: what runs here is there while this process is. For `zoo.serving.worker.Worker`."""

    def close(self):
        """There is nothing to do."""

    def run(self, name, arrays, timeout=None):
        """What the signature of that name returns: a dict of name to array. What runs here can't be stopped in time.

        Raises:
            Invalid: the graph can't work with these values.
            Unavailable: there isn't the memory for it.
        """
        import tensorflow as tf

        try:
            arguments = {key: tf.constant(array) for key, array in arrays.items()}
            outputs = {key: value.numpy() for key, value in self._model.signatures[name](**arguments).items()}
        except (tf.errors.ResourceExhaustedError, MemoryError) as error:
            raise Unavailable("there isn't the memory for so many examples.") from error
        except (tf.errors.OpError, TypeError, ValueError) as error:
            raise Invalid(str(error).splitlines()[0][:200]) from error
        for key, value in outputs.items():
            if not np.issubdtype(value.dtype, np.number) and value.dtype not in (bool, tf.bfloat16.as_numpy_dtype):
                raise Invalid(f"{key} isn't numbers but {value.dtype}, which isn't served.")
        return outputs
