"""The export of a run: its files, checked, and what its card says of them."""

import numpy as np

from zoo.errors import InputError
from zoo.export.compare import compare
from zoo.export.digests import sha256
from zoo.export.saved_model import write_saved_model
from zoo.export.signatures import signatures
from zoo.export.tflite import write_tflite
from zoo.saving import replacing

FILES = ("saved_model", "model.tflite")


def export_run(run, num_samples=50, overwrite=False):
    """Writes `saved_model/1/` and `model.tflite` to a run's folder, and says in its `card.json` how they were checked.

    Both are made in a temporary folder and compared with the model there; only then are they moved to their places.

    Args:
        run: a `zoo.run.Run`.
        num_samples: how many samples the log_px signature takes.
        overwrite: whether to replace an earlier export.

    Returns:
        The card's `export` entry: `differences` by signature, `log_px_samples` and the `sha256` of each file.

    Raises:
        InputError: there is an export already, the model has no export, or the files differ from the model.
    """
    there = [name for name in FILES if (run.folder / name).exists()]
    if there and not overwrite:
        raise InputError(f"{run.folder} has a {there[0]} already. Give --overwrite to replace it.")
    model = run.load_model()
    images = np.concatenate([np.asarray(batch) for batch in run.batches(run.splits.test.images[:5])])
    asked = signatures(model, num_samples)
    with replacing(run.folder, *FILES) as temporary:
        saved_model, tflite = temporary / "saved_model" / "1", temporary / "model.tflite"
        write_saved_model(saved_model, asked)
        write_tflite(tflite, saved_model, asked)
        written = {str(path.relative_to(temporary)): path for path in sorted(temporary.rglob("*")) if path.is_file()}
        report = {
            "differences": compare(asked, images, saved_model, tflite),
            "log_px_samples": num_samples,
            "sha256": {name: sha256(path) for name, path in written.items()}
            | {"model.keras": sha256(run.folder / "model.keras")},
        }
    run.write_card(export=report)
    return report
