"""The export of a run: its files, checked, and what its card says of them."""

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
from zoo.export.tflite import write_tflite
from zoo.export.vouching import sign
from zoo.export.warm_up import write_warm_up
from zoo.saving import replacing

FILES = ("saved_model", "model.tflite")


def export_run(run, num_samples=50, precisions=(), overwrite=False):
    """Writes `saved_model/1/` and `model.tflite` to a run's folder, and a `model-PRECISION.tflite` for each asked for.

    All are made in a temporary folder and compared there, the first two with the model and the smaller ones with
    `model.tflite`; only then are they moved to their places. The run's `card.json` says what came out. A smaller file
    can be asked for later: what is there already then stays.

    Args:
        run: a `zoo.run.Run`.
        num_samples: how many samples the log_px signature takes.
        precisions: of `zoo.export.quantize.PRECISIONS`.
        overwrite: whether to replace an earlier export; its smaller files are made again too.

    Returns:
        The card's `export` entry: `differences` by signature, `log_px_samples`, `quantized` (what `measure` found, by
        precision), the `sha256` of each file, and `signed` (`zoo.export.vouching.sign`).

    Raises:
        InputError: there is an export already, the model has no export, or the files differ from the model.
    """
    wanted = [f"model-{precision}.tflite" for precision in precisions]
    complete = all((run.folder / name).exists() for name in FILES) and run.card.export is not None
    there = [name for name in (wanted if complete and wanted else FILES) if (run.folder / name).exists()]
    if there and not overwrite:
        raise InputError(f"{run.folder} has a {there[0]} already. Give --overwrite to replace it.")
    model = run.load_model()
    images = np.concatenate([np.asarray(batch) for batch in run.test_batches(subset(run.splits.test.images, 500))])
    asked = signatures(model, num_samples)
    if overwrite or not complete:
        # Smaller files that are there are made again: they'd be of another model.
        there = [name for name in PRECISIONS if (run.folder / f"model-{name}.tflite").exists()]
        precisions = tuple(dict.fromkeys([*precisions, *there]))
        _export(run, asked, images[:5], num_samples)
    elif run.card.export["sha256"].get("model.keras") != sha256(run.folder / "model.keras"):
        raise InputError(f"{run.folder} has an export of an earlier model. Give --overwrite to replace it.")
    for precision in precisions:
        _export_quantized(run, precision, cases(asked, images[:5]), images)
    return run.card.export


def _export(run, asked, images, num_samples):
    with replacing(run.folder, *FILES) as scratch, literal_path(scratch) as temporary:
        saved_model, tflite = temporary / "saved_model" / "1", temporary / "model.tflite"
        write_saved_model(saved_model, asked)
        write_tflite(tflite, saved_model, asked)
        write_warm_up(saved_model, run.folder.resolve().name, cases(asked, images))
        written = {str(path.relative_to(temporary)): path for path in sorted(temporary.rglob("*")) if path.is_file()}
        report = {
            "differences": compare(asked, images, saved_model, tflite),
            "log_px_samples": num_samples,
            "signed": sign(saved_model),
            "epochs": run.card.epochs,
            "quantized": {},
            "sha256": {name: sha256(path) for name, path in written.items()}
            | {"model.keras": sha256(run.folder / "model.keras")},
        }
    for precision in PRECISIONS:
        # Made from the file that was just replaced.
        (run.folder / f"model-{precision}.tflite").unlink(missing_ok=True)
    run.write_card(export=report)


def _export_quantized(run, precision, asked, images):
    name = f"model-{precision}.tflite"
    reference = (run.folder / "model.tflite").read_bytes()
    content = quantize(reference, precision)
    report = measure(content, reference, asked, images)
    with replacing(run.folder / name) as temporary:
        temporary.write_bytes(content)
    export = run.card.export
    export["quantized"] = export.get("quantized", {}) | {precision: report}
    export["sha256"][name] = sha256(run.folder / name)
    run.write_card(export=export)
