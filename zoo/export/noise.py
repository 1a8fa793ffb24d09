"""The noise of a TFLite file: its integers must equal the model's, since one wrong changes all that are drawn after it.

They are read from inside the graphs as these run: what comes out of a signature has been rounded many times over.
"""

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from zoo.errors import InputError
from zoo.random import key

#: What the signatures are asked, seed and n.
_ASKED = 7, 3


def check_noise_of_model(content, signatures, name):
    """Raises `InputError` unless a TFLite file computes all the integers that the model's generator does.

    Args:
        content: the file's bytes.
        signatures: of `zoo.export.signatures.signatures`.
        name: of one whose inputs are seed and n.
    """
    import tensorflow as tf

    function, inputs = signatures[name]
    wrapped = tf.compat.v1.wrap_function(lambda seed, n: function(seed, n), inputs)
    # The file has nothing of a stream that no output depends on: of the pixels' where they are means.
    wrapped = wrapped.prune(wrapped.inputs[:2], wrapped.outputs)
    # Exclusive ors are the generator's alone: every word that it puts out has gone through one.
    words = [op.outputs[0] for op in wrapped.graph.get_operations() if op.type == "BitwiseXor"]
    drawn = wrapped.prune(wrapped.inputs[:2], words)(tf.constant(key(_ASKED[0])), tf.constant(_ASKED[1]))
    found = {tensor.tobytes() for tensor in _integers(content, name).values()}
    wrong = [word for word in drawn if word.numpy().tobytes() not in found]
    if wrong or not words:
        raise InputError(
            f"the exported tflite's {name} doesn't draw the model's noise: {len(wrong)} of {len(words)} integer "
            "tensors differ: nothing was written. Please report this with the run's card.json."
        )


def check_noise(content, reference, names):
    """Raises `InputError` unless all integers that the signatures compute from a seed are the same in both files.

    Args:
        content, reference: the bytes of two TFLite files.
        names: of signatures whose inputs are seed and n, or seed and label.
    """
    for name in names:
        a, b = (_integers(each, name) for each in (content, reference))
        wrong = [tensor for tensor in b if tensor not in a or not np.array_equal(a[tensor], b[tensor])]
        if wrong:
            raise InputError(
                f"the quantized file's {name} doesn't draw float32's noise: {len(wrong)} of {len(b)} integer tensors "
                "differ. It wasn't written. Please report this with the run's card.json."
            )


def _integers(content, name):
    """The int32 tensors of a signature's graph that an operation reads, after it ran, by their names."""
    interpreter = Interpreter(
        model_content=content,
        experimental_preserve_all_tensors=True,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    run = interpreter.get_signature_runner(name)
    asked = {"seed": key(_ASKED[0]), "n": np.int32(_ASKED[1]), "label": np.full(_ASKED[1], -1, "int32")}
    run(**{argument: asked[argument] for argument in run.get_input_details()})
    graph, read = _subgraph(content, name)
    return {
        tensor["name"]: interpreter.get_tensor(tensor["index"], graph)
        for tensor in interpreter.get_tensor_details(graph)
        # What a loop hands on and nobody reads holds anything; the nameless ones are a kernel's scratch space.
        if tensor["dtype"] == np.int32 and tensor["name"] and tensor["index"] in read
    }


def _subgraph(content, name):
    """The number of a signature's graph, and those of the tensors that its operations read."""
    from tensorflow.lite.python import schema_py_generated as schema

    model = schema.Model.GetRootAs(content, 0)
    signatures = (model.SignatureDefs(i) for i in range(model.SignatureDefsLength()))
    number = next(each.SubgraphIndex() for each in signatures if each.SignatureKey() == name.encode())
    graph = model.Subgraphs(number)
    operators = (graph.Operators(i) for i in range(graph.OperatorsLength()))
    return number, {index for operator in operators for index in operator.InputsAsNumpy().tolist()}
