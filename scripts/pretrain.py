"""Makes a pretrained model: trains, evaluates, exports, and puts the result into `saved_models/NAME`.

    python scripts/pretrain.py mnist-conv                           again, from its card
    python scripts/pretrain.py mnist-conv conv_vae --data mnist     a new one: what `zoo train` is to be given

What was trained already in the folder `--runs` is not trained again: a run that was killed goes on where it was. The
`.tflite` is float32, or float16 where that would be too large. `--quantize float16` leaves out int8, where that loses
too much.
"""

import json
import math
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import click
import keras

from zoo.export.digests import sha256
from zoo.files.saving import read_json, replacing, save_keras, write_json
from zoo.loading import FOLDER
from zoo.pictures.grid import save_png
from zoo.pictures.latents import manifold
from zoo.runs.run import Run

#: Bytes of a pretrained model's files, by their kind.
LIMITS = {".keras": 10_000_000, ".tflite": 4_000_000}


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option("--runs", type=click.Path(path_type=Path), default="runs", show_default=True, help="Where it trains.")
@click.option("--samples", default=1000, show_default=True, help="Importance samples for each test image.")
@click.option("--quantize", default=["int8", "float16"], show_default=True, multiple=True, help="The smaller files.")
def main(name, arguments, runs, samples, quantize):
    """Makes the pretrained model NAME, from its card or from ARGUMENTS of `zoo train`."""
    if not arguments:
        card = json.loads((FOLDER / name / "card.json").read_text())
        arguments = shlex.split(card["command"])[2:]
    run = Run.open(_make(name, arguments, runs, samples, quantize))
    command = shlex.join(["zoo", "train", *arguments])
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / name
        _collect(run, made)
        for path in made.iterdir():
            size, limit = path.stat().st_size, LIMITS.get(path.suffix, math.inf)
            if size > limit:
                raise click.ClickException(f"{path.name} has {size} bytes, more than {limit}. Make the model smaller.")
        _write_card(run, made, command)
        with replacing(FOLDER / name) as temporary:
            shutil.copytree(made, temporary)
    size = sum(path.stat().st_size for path in (FOLDER / name).iterdir())
    click.echo(f"{FOLDER / name}: {size / 1e6:.2f} MB")


def _make(name, arguments, runs, samples, quantize):
    """The folder of the run, trained, evaluated and exported."""
    folder = runs / name  # Its name is the server's name for the model, in the warm-up requests.
    _zoo("train", *arguments, "--out", folder)
    if not _is_evaluated(folder, samples):
        _zoo("evaluate", folder, "--samples", samples)
    if not _is_evaluated(folder, samples):
        raise click.ClickException(
            f"{folder} keeps scores of more samples of fewer images. Set `scores` to null there."
        )
    smaller = [argument for precision in quantize for argument in ("--quantize", precision)]
    _zoo("export", folder, *smaller, "--overwrite")
    return folder


def _zoo(*arguments):
    subprocess.run([sys.executable, "-m", "zoo", *map(str, arguments)], check=True)


def _is_evaluated(folder, samples):
    """Whether there is an evaluation on all test images, with so many samples, that is younger than the model."""
    file = folder / "evaluation.json"
    if not file.is_file() or file.stat().st_mtime < (folder / "model.keras").stat().st_mtime:
        return False
    found, count = json.loads(file.read_text()), len(Run.open(folder).splits.test.images)
    return (found["num_samples"], found["num_examples"]) == (samples, count)


def _collect(run, folder):
    """Copies what a pretrained model has of a run. Its optimizer is a new one: the moments would be two thirds."""
    folder.mkdir()
    model = run.load_model()
    model.compile(keras.optimizers.Adam(run.card.learning_rate))
    save_keras(model, folder / "model.keras")
    is_small = (run.folder / "model.tflite").stat().st_size <= LIMITS[".tflite"]
    shutil.copy(run.folder / ("model.tflite" if is_small else "model-float16.tflite"), folder)
    if "int8" in run.card.export["quantized"]:
        shutil.copy(run.folder / "model-int8.tflite", folder)
    if model.latent_dim == 2:
        save_png(folder / "preview.png", manifold(model))
    else:
        shutil.copy(run.folder / "samples.png", folder / "preview.png")


def _write_card(run, folder, command):
    export = {key: run.card.export[key] for key in ("differences", "log_px_samples", "quantized")}
    export["sha256"] = {path.name: sha256(path) for path in sorted(folder.iterdir())}
    export["quantized"] = {
        precision: found
        for precision, found in export["quantized"].items()
        if (folder / f"model-{precision}.tflite").is_file()
    }
    entries = {
        "name": folder.name,
        "command": command,
        "training_seconds": round(sum(row["seconds"] for row in run.history)),
        "latent_dim": run.load_model().latent_dim,
        "export": export,
    }
    write_json(folder / "card.json", read_json(run.folder / "card.json") | entries)


if __name__ == "__main__":
    main()
