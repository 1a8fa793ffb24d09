"""What quantization did to a TFLite file, found out by running it beside the float32 file."""

import math

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from zoo.errors import InputError
from zoo.random import key

#: The largest change of the mean log_px on test images that passes, in nats.
MAX_LOG_PX_CHANGE = 0.5


def measure(content, reference, cases, images, batch_size=20):
    """Compares a quantized TFLite file with the float32 file that it was made from.

    Args:
        content: the bytes of the quantized file.
        reference: those of the float32 file.
        cases: of `zoo.export.compare.cases`: what each signature is asked.
        images: float32 `[N, H, W, C]`, test images, for the reconstructions' PSNR and for log_px.
        batch_size: how many images are given to a signature at once.

    Returns:
        A dict of `bytes`; `differences`, the largest absolute one by signature; `psnr`, in dB, of the reconstructions,
        -10 log10(mean squared difference), None where there is no difference; and for a VAE `log_px_change`, the mean
        over the images, in nats, with its standard error `log_px_change_se`. Both files use the same seeds.

    Raises:
        InputError: the mean log_px changes by more than 0.5 nats, or the noise's integers aren't the same.
    """
    ours, theirs = Interpreter(model_content=content), Interpreter(model_content=reference)
    check_noise(content, reference, [name for name in ours.get_signature_list() if name.startswith("sample")])
    differences = {}
    for (name, _), arguments in cases.items():
        a, b = (file.get_signature_runner(name)(**arguments) for file in (ours, theirs))
        difference = max(float(np.max(np.abs(a[output] - b[output]))) for output in a)
        differences[name] = max(differences.get(name, 0.0), difference)
    found = {"bytes": len(content), "differences": differences}
    batches = [images[i : i + batch_size] for i in range(0, len(images), batch_size)]
    a, b = (_over_batches(file, "reconstruct", "image", batches) for file in (ours, theirs))
    error = float(np.mean((a - b) ** 2))
    found["psnr"] = -10 * math.log10(error) if error else None
    if "log_px" in differences:
        seeds = [key(number) for number in range(len(batches))]
        a, b = (_over_batches(file, "log_px", "log_px", batches, seeds) for file in (ours, theirs))
        change = float(np.mean(a - b))
        found["log_px_change"] = change
        found["log_px_change_se"] = float(np.std(a - b) / math.sqrt(len(images)))
        if not abs(change) <= MAX_LOG_PX_CHANGE:
            raise InputError(
                f"the quantized file's mean log_px differs by {change:+.2f} nats from float32's, more than "
                f"{MAX_LOG_PX_CHANGE}: it wasn't written. Quantize to float16, or not at all."
            )
    return found


def _over_batches(interpreter, name, output, batches, seeds=None):
    run = interpreter.get_signature_runner(name)
    arguments = [{"x": x} | ({} if seeds is None else {"seed": seeds[i]}) for i, x in enumerate(batches)]
    return np.concatenate([run(**each)[output].copy() for each in arguments])


def check_noise(content, reference, names):
    """Raises `InputError` unless all integers that the signatures compute from a seed are the same in both files.

    They are read from inside the graphs as these run: what comes out of a signature has been rounded many times over.

    Args:
        content, reference: the bytes of two TFLite files.
        names: of signatures whose inputs are seed and n.
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
    """The int32 tensors of a signature's graph after it ran with seed 7 and n = 3, by their names."""
    interpreter = Interpreter(
        model_content=content,
        experimental_preserve_all_tensors=True,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    interpreter.get_signature_runner(name)(seed=key(7), n=np.int32(3))
    graph = _subgraph(content, name)
    return {
        tensor["name"]: interpreter.get_tensor(tensor["index"], graph)
        for tensor in interpreter.get_tensor_details(graph)
        if tensor["dtype"] == np.int32 and tensor["name"]  # the nameless ones are a kernel's scratch space
    }


def _subgraph(content, name):
    """The number of a signature's graph."""
    from tensorflow.lite.python import schema_py_generated as schema

    model = schema.Model.GetRootAs(content, 0)
    signatures = (model.SignatureDefs(i) for i in range(model.SignatureDefsLength()))
    return next(each.SubgraphIndex() for each in signatures if each.SignatureKey() == name.encode())
