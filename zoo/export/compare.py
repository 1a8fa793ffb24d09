"""Whether exported files do what the model does, found out in a new process."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from zoo.errors import InputError
from zoo.random import key

SCRIPT = Path(__file__).parent / "run_signatures.py"
#: The largest difference that passes, absolute, for each signature. log_px is relative: a sum over all pixels.
TOLERANCES = {
    "encode": 1e-4,
    "decode": 1e-5,
    "reconstruct": 1e-4,
    "sample": 1e-5,
    "sample_pixels": 1e-5,
    "log_px": 1e-5,
}


def compare(signatures, images, saved_model, tflite):
    """Compares the signatures of a SavedModel and a TFLite file with the model's own, on the same inputs and seeds.

    Each is run on one and on several images, twice, so that nothing hangs on a batch size or on the first call.

    Args:
        signatures: of `zoo.export.signatures.signatures`.
        images: float32 `[N, H, W, C]` of test images.
        saved_model, tflite: paths.

    Returns:
        A dict of signature to `saved_model`, `tflite` (the largest difference of each) and `tolerance`.

    Raises:
        InputError: a difference is larger than its tolerance, or a file doesn't run.
    """
    asked = cases(signatures, images)
    expected = {
        f"{name}/{output}/{case}": np.asarray(value)
        for (name, case), arguments in asked.items()
        for output, value in signatures[name][0](**arguments).items()
    }
    inputs = {f"{name}/{key}/{case}": value for (name, case), args in asked.items() for key, value in args.items()}
    with tempfile.TemporaryDirectory() as folder:
        np.savez(Path(folder) / "inputs.npz", **inputs)
        found = {"saved_model": _run(saved_model, folder), "tflite": _run(tflite, folder)}
    report = {}
    for name in signatures:
        differences = {
            kind: max(_difference(name, expected[k], outputs[k]) for k in expected if k.startswith(f"{name}/"))
            for kind, outputs in found.items()
        }
        report[name] = differences | {"tolerance": TOLERANCES[name]}
        for kind, difference in differences.items():
            if not difference <= TOLERANCES[name]:
                raise InputError(
                    f"the exported {kind} differs from the model by {difference:.2g} in {name}, more than "
                    f"{TOLERANCES[name]:g}: nothing was written. Please report this with the run's card.json."
                )
    return report


def cases(signatures, images):
    """What the signatures are asked: each on one and on several examples, the latter twice.

    Args:
        signatures: of `zoo.export.signatures.signatures`.
        images: float32 `[N, H, W, C]`.

    Returns:
        A dict of (signature's name, case's name) to its arguments by name.
    """
    found = {}
    for name, (_, inputs) in signatures.items():
        for case, count in (("0", 1), ("1", len(images)), ("2", len(images))):
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


def _difference(name, expected, found):
    if expected.shape != found.shape or not np.isfinite(found).all():
        return np.inf
    if name == "sample_pixels":
        # A pixel whose probability is within rounding of its uniform may fall on either side: one in a million.
        close = np.abs(expected - found) <= TOLERANCES[name]
        return 0.0 if close.mean() > 1 - 1e-4 else 1.0
    difference = np.abs(expected - found) / (np.abs(expected) if name == "log_px" else 1)
    return float(np.max(difference))
