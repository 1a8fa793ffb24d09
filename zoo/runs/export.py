"""The export of a run: its files, checked, and what its card says of them."""

import copy

import numpy as np

from zoo.errors import InputError
from zoo.evaluation.subset import subset
from zoo.export.compare import cases, compare
from zoo.export.digests import sha256
from zoo.export.literal_path import literal_path
from zoo.export.measure import measure
from zoo.export.quantize import PRECISIONS, quantize
from zoo.export.saved_model import write_saved_model
from zoo.export.signatures import signatures
from zoo.export.tflite import write_tflite_apart
from zoo.export.vouching import sign
from zoo.export.warm_up import write_warm_up
from zoo.files.saving import alone_in, replacing

FILES = ("saved_model", "model.tflite")
#: The largest change of the mean log_px on test images that passes, in bits per dimension.
TOLERANCE = 0.02


def export_run(run, num_samples=50, precisions=(), overwrite=False, tolerance=TOLERANCE):
    """Writes `saved_model/1/` and `model.tflite` to a run's folder, and a `model-PRECISION.tflite` for each asked for.

    All are made in a temporary folder and compared there, the first two with the model and the smaller ones with
    `model.tflite`; then they and the run's `card.json`, which says what came out, change in one step. A smaller file
    can be asked for later: what is there already then stays. One that changes the densities too much isn't written,
    which keeps none of the others from it.

    Args:
        run: a `zoo.runs.run.Run`.
        num_samples: how many samples the log_px signature takes.
        precisions: of `zoo.export.quantize.PRECISIONS`.
        overwrite: whether to replace an earlier export; its smaller files are made again too.
        tolerance: how much a smaller file may change the mean log_px on test images, in bits per dimension.

    Returns:
        The card's `export` entry: `differences` by signature, `log_px_samples`, `quantized` (what `measure` found, by
        precision, with the `tolerance`), `refused` (the same of what wasn't written), the `sha256` of each file, and
        `signed` (`zoo.export.vouching.sign`).

    Raises:
        InputError: there is an export already, the model has no export, or the files differ from the model.
    """
    # Data that are missing, or others than they were, are told before anything is written.
    _ = run.splits
    with alone_in(run.folder, "export-lock"):
        return _export(run, num_samples, precisions, overwrite, tolerance)


def _export(run, num_samples, precisions, overwrite, tolerance):
    wanted = [f"model-{precision}.tflite" for precision in precisions]
    complete = all((run.folder / name).exists() for name in FILES) and run.card.export is not None
    there = [name for name in (wanted if complete and wanted else FILES) if (run.folder / name).exists()]
    if there and not overwrite:
        raise InputError(f"{run.folder} has a {there[0]} already. Give --overwrite to replace it.")
    model = run.load_model()
    anew = overwrite or not complete
    if anew:
        # Smaller files that are there are made again: they'd be of another model.
        there = [name for name in PRECISIONS if (run.folder / f"model-{name}.tflite").exists()]
        precisions = tuple(dict.fromkeys([*precisions, *there]))
        wanted = [*FILES, *(f"model-{precision}.tflite" for precision in PRECISIONS)]
    elif run.card.export["sha256"].get("model.keras") != sha256(run.folder / "model.keras"):
        raise InputError(f"{run.folder} has an export of an earlier model. Give --overwrite to replace it.")
    asked, images = signatures(model, num_samples), _images(run, model, 5)
    with replacing(run.folder, *wanted, "card.json") as new:
        if anew:
            with literal_path(new) as literal:
                report = _write(run, model, asked, images, literal) | {"log_px_samples": num_samples}
        else:
            report = {"quantized": {}, "refused": {}} | copy.deepcopy(run.card.export)
        if precisions:
            reference = ((new if anew else run.folder) / "model.tflite").read_bytes()
            many = _images(run, model, _enough(model))
        for precision in precisions:
            content = quantize(reference, precision)
            found = measure(content, reference, cases(asked, images), many) | {"tolerance": tolerance}
            passes = abs(found.get("bits_per_dim_change", 0.0)) <= tolerance
            name = f"model-{precision}.tflite"
            for entries, key in (
                (report["quantized"], precision),
                (report["refused"], precision),
                (report["sha256"], name),
            ):
                entries.pop(key, None)
            report["quantized" if passes else "refused"][precision] = found
            if passes:
                (new / name).write_bytes(content)
                report["sha256"][name] = sha256(new / name)
        run.write_card(new, export=report)
    return report


def _images(run, model, count):
    """The first of the test images that are exported with, float32."""
    chosen = subset(run.splits.test.images, count)
    return np.concatenate([np.asarray(batch) for batch in run.test_batches(chosen)])


def _enough(model):
    """How many images the densities are measured on: fewer of large ones, whose pixels are many."""
    return int(np.clip(500 * 28 * 28 // np.prod(model.image_shape), 50, 500))


def _write(run, model, asked, images, new):
    """Writes the files to the folder `new`, compares them, and gives the card's entry."""
    saved_model, tflite = new / "saved_model" / "1", new / "model.tflite"
    write_saved_model(saved_model, asked)
    write_tflite_apart(tflite, saved_model, asked)
    write_warm_up(saved_model, run.folder.resolve().name, cases(asked, images))
    written = {str(path.relative_to(new)): path for path in sorted(new.rglob("*")) if path.is_file()}
    return {
        "differences": compare(model, asked, images, saved_model, tflite),
        "signed": sign(saved_model),
        "epochs": run.card.epochs,
        "quantized": {},
        "refused": {},
        "sha256": {name: sha256(path) for name, path in written.items()}
        | {"model.keras": sha256(run.folder / "model.keras")},
    }
