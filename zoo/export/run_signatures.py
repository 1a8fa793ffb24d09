"""Runs the signatures of an exported model, in a process that has neither zoo nor Keras.

    python -P zoo/export/run_signatures.py MODEL INPUTS.npz OUTPUTS.npz

MODEL is a SavedModel's folder or a .tflite. INPUTS holds one array for each argument, named signature/argument/case;
OUTPUTS gets one for each output, named signature/output/case. Keras, TFP and zoo can't be imported here: this shows
that the files stand alone.
"""

import os
import sys
from collections import defaultdict

import numpy as np


def open_saved_model(path):
    """A function from a signature's name and arguments to its outputs."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    loaded = tf.saved_model.load(path)

    def run(name, arguments):
        outputs = loaded.signatures[name](**{key: tf.constant(value) for key, value in arguments.items()})
        return {key: value.numpy() for key, value in outputs.items()}

    return run


def open_tflite(path):
    """A function from a signature's name and arguments to its outputs."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=path)
    return lambda name, arguments: interpreter.get_signature_runner(name)(**arguments)


def main(model, inputs, outputs):
    """Runs every case in the file `inputs` and writes what comes out to the file `outputs`."""
    # A module that is None can't be imported; TensorFlow, which has an eye on Keras, makes do without.
    sys.modules |= dict.fromkeys(("keras", "tf_keras", "tensorflow_probability", "zoo"))
    run = (open_tflite if model.endswith(".tflite") else open_saved_model)(model)
    cases = defaultdict(dict)
    with np.load(inputs) as arrays:
        for name in arrays:
            signature, argument, case = name.split("/")
            cases[signature, case][argument] = arrays[name]
    results = {}
    for (signature, case), arguments in cases.items():
        for output, value in run(signature, arguments).items():
            results[f"{signature}/{output}/{case}"] = value
    np.savez(outputs, **results)


if __name__ == "__main__":
    main(*sys.argv[1:])
