"""The effect of quantization on a TFLite file, measured beside the float32 file."""

import math

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from zoo.export.noise import check_noise
from zoo.random import key


def measure(content, reference, cases, images, batch_size=20):
    """Compares a quantized TFLite file with the float32 file that it was made from.

    Args:
        content: the bytes of the quantized file.
        reference: those of the float32 file.
        cases: of `zoo.export.compare.cases`: what each signature is asked.
        images: float32 `[N, H, W, C]`, test images, for the reconstructions' PSNR and for log_px.
        batch_size: how many images are reconstructed at once; log_px, which takes many samples of each, is asked for
            one after the other.

    Returns:
        A dict of `bytes`; `differences`, the largest absolute one by signature; `psnr`, in dB, of the reconstructions,
        -10 log10(mean squared difference), None where there is no difference; and for a VAE `log_px_change`, the mean
        over the images, in nats, with its standard error `log_px_change_se`, and `bits_per_dim_change`, which is
        log_px_change / (H W C log 2). Both files use the same seeds.

    Raises:
        InputError: the noise's integers aren't the same.
    """
    names = list(dict.fromkeys(name for name, _ in cases))
    check_noise(content, reference, [name for name in names if name.startswith("sample")])
    differences = {
        name: max(
            float(np.max(np.abs(a - b)))
            for a, b in _both(content, reference, name, [asked for (other, _), asked in cases.items() if other == name])
        )
        for name in names
    }
    batches = [{"x": images[i : i + batch_size]} for i in range(0, len(images), batch_size)]
    error = float(np.mean(np.concatenate([a - b for a, b in _both(content, reference, "reconstruct", batches)]) ** 2))
    psnr = -10 * math.log10(error) if error else None
    found = {"bytes": len(content), "differences": differences, "psnr": psnr}
    if "log_px" in differences:
        asked = [{"x": images[i : i + 1], "seed": key(i)} for i in range(len(images))]
        changes = np.concatenate([a - b for a, b in _both(content, reference, "log_px", asked)])
        found["log_px_change"] = float(np.mean(changes))
        found["log_px_change_se"] = float(np.std(changes) / math.sqrt(len(images)))
        found["bits_per_dim_change"] = found["log_px_change"] / (images[0].size * math.log(2))
    return found


def _both(content, reference, name, asked):
    """What two files give as a signature's only output, as pairs."""
    return zip(*(_outputs(each, name, asked) for each in (content, reference)), strict=True)


def _outputs(content, name, asked):
    # An interpreter keeps what each of its signatures has taken: it goes when the signature has been asked.
    run = Interpreter(model_content=content).get_signature_runner(name)
    (output,) = run.get_output_details()
    return [run(**each)[output].copy() for each in asked]
