"""Compares exported files with their model, in a new process."""

import math
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from zoo.errors import InputError
from zoo.export.noise import check_noise_of_model
from zoo.random import key

SCRIPT = Path(__file__).parent / "run_signatures.py"


def compare(model, signatures, images, saved_model, tflite):
    """Compares the signatures of a SavedModel and a TFLite file with the model's own, on the same inputs and seeds.

    Each is run on one and on several images, twice, so that nothing hangs on a batch size or on the first call. The
    integers that the TFLite file draws noise from must be the model's, all of them.

    Args:
        model: what was exported.
        signatures: of `zoo.export.signatures.signatures`.
        images: float32 `[N, H, W, C]` of test images.
        saved_model, tflite: paths.

    Returns:
        A dict of signature to `saved_model`, `tflite` (the largest difference of each) and `tolerance`.

    Raises:
        InputError: a difference is larger than its tolerance, the noise is another, or a file doesn't run.
    """
    asked, said = cases(signatures, images), model.signatures()
    expected = {
        f"{name}/{output}/{case}": value
        for (name, case), arguments in asked.items()
        for output, value in _expected(signatures[name][0], arguments).items()
    }
    inputs = {f"{name}/{key}/{case}": value for (name, case), args in asked.items() for key, value in args.items()}
    with tempfile.TemporaryDirectory(dir=tflite.parent) as folder:
        np.savez(Path(folder) / "inputs.npz", **inputs)
        found = {"saved_model": _run(saved_model, folder), "tflite": _run(tflite, folder)}
    report = {}
    for name in signatures:
        differences = {
            kind: _difference(said[name], [(expected[k], outputs[k]) for k in expected if k.startswith(f"{name}/")])
            for kind, outputs in found.items()
        }
        report[name] = differences | {"tolerance": said[name].tolerance}
        for kind, difference in differences.items():
            if not difference <= said[name].tolerance:
                raise InputError(
                    f"the exported {kind} differs from the model by {difference:.2g} in {name}, more than "
                    f"{said[name].tolerance:g}: nothing was written. Please report this with the run's card.json."
                )
    for name in signatures:
        drawn = said[name].possible is not None or said[name].share is not None
        if drawn and "x" not in said[name].inputs and "seed" in said[name].inputs:
            check_noise_of_model(tflite.read_bytes(), signatures, name)
    return report


def _expected(function, arguments):
    """What the outputs may be, by name: all the same but for drawn pixels and bits, `[possibilities, ...]`."""
    if function.possible is not None:
        return {output: np.asarray(value) for output, value in function.possible(**arguments).items()}
    return {output: np.asarray(value)[None] for output, value in function(**arguments).items()}


def cases(signatures, images):
    """What the signatures are asked: each on one and on several examples, the latter twice.

    log_px decodes many samples of each image at once: it is asked for two, whatever the memory that images take.

    Args:
        signatures: of `zoo.export.signatures.signatures`.
        images: float32 `[N, H, W, C]`.

    Returns:
        A dict of (signature's name, case's name) to its arguments by name.
    """
    found = {}
    for name, (_, inputs) in signatures.items():
        several = min(2, len(images)) if name == "log_px" else len(images)
        for case, count in (("0", 1), ("1", several), ("2", several)):
            arguments = {}
            for spec in inputs:
                if spec.name == "x":
                    arguments["x"] = images[:count]
                elif spec.name == "z":
                    # Codes of both signs, as far out as any prior has them.
                    grid = np.linspace(-2, 2, count * spec.shape[1], dtype="float32")
                    arguments["z"] = grid.reshape(count, spec.shape[1])
                elif spec.name == "n":
                    arguments["n"] = np.int32(count)
                elif spec.name == "label":
                    arguments["label"] = np.arange(count, dtype="int32") % 2
                else:
                    arguments["seed"] = key(2**40 + int(case))
            found[name, case] = arguments
    return found


def _run(model, folder):
    outputs = Path(folder) / "outputs.npz"
    command = [sys.executable, "-P", str(SCRIPT), str(model), str(Path(folder) / "inputs.npz"), str(outputs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit code {done.returncode}"
        raise InputError(f"the exported {model.name} doesn't run by itself: {reason}. Nothing was written.")
    with np.load(outputs) as arrays:
        return dict(arrays)


def _difference(signature, pairs):
    """The largest difference of what was found from the nearest of what may be.

    Where images are drawn pixel by pixel, it is the largest of the share that has to agree: one pixel at an edge
    changes all that follow it. One image may always differ, so that a few suffice.

    Args:
        signature: a `zoo.signature.Signature`.
        pairs: of what may be, `[possibilities, ...]`, and of what was found, `[...]`.
    """
    differences = np.sort(np.concatenate([_differences(signature, *pair) for pair in pairs]))
    allowed = 0 if signature.share is None else max(1, math.floor((1 - signature.share) * len(differences)))
    return float(differences[-1 - allowed])


def _differences(signature, expected, found):
    """The largest difference of each image, or of each whatever else there is."""
    if expected.shape[1:] != found.shape or not np.isfinite(found).all():
        return np.full(len(found), np.inf)
    scale = np.abs(expected) if signature.relative else max(1.0, float(np.max(np.abs(expected))))
    nearest = np.min(np.abs(expected - found) / scale, axis=0)
    return nearest.reshape(len(nearest), -1).max(axis=1)
