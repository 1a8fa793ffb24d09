"""Trains the classifier whose features judge samples, and puts it into `saved_models/classifiers`.

    python scripts/train_classifier.py mnist        or fashion_mnist, digits, cifar10: any named set with labels

`NAME.keras` has layers of Keras alone, and `NAME.json` its accuracy on the test images, its command and its SHA-256.
"""

import os
import shlex
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import click
import keras
import numpy as np

from zoo.data.named import load
from zoo.export.digests import sha256
from zoo.files.saving import replacing, write_json
from zoo.loading import FOLDER

LIMIT = 700_000  # bytes of the .keras file


def build(image_shape, classes):
    """Convolutions, the average of each of the last one's 64 maps as features (as Inception-v3 has), class logits."""
    layers = keras.layers
    stack = [keras.Input(image_shape)]
    for filters, strides in ((16, 1), (32, 2), (64, 2), (64, 2), (64, 1)):
        stack += [
            layers.Conv2D(filters, 3, strides, "same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.Activation("relu"),
        ]
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(name="features"), layers.Dense(classes)])


def fit(model, images, labels, epochs, batch_size, validation):
    """Adam on the cross-entropy, its rate falling from 3e-3 to 0 along a cosine."""
    steps = epochs * -(-len(images) // batch_size)
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(3e-3, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(images, labels, batch_size, epochs, validation_data=validation, verbose=2)


def floats(split):
    """A split's images in [0, 1], and its labels."""
    return np.asarray(split.images, "float32") / 255, np.asarray(split.labels)


@click.command()
@click.argument("name")
@click.option("--epochs", default=4, show_default=True)
@click.option("--batch-size", default=128, show_default=True)
@click.option("--seed", default=0, show_default=True)
def main(name, epochs, batch_size, seed):
    """Trains the classifier of the data set NAME."""
    splits = load(name)
    if splits.train.labels is None:
        raise click.ClickException(f"{name} has no labels. Give a set that has: digits, mnist, fashion_mnist, cifar10.")
    keras.utils.set_random_seed(seed)
    x, y = floats(splits.train)
    model = build(splits.image_shape, classes=int(y.max()) + 1)
    start = time.monotonic()
    fit(model, x, y, epochs, batch_size, floats(splits.validation))
    seconds = time.monotonic() - start
    x, y = floats(splits.test)
    accuracy = float(np.mean(np.argmax(model.predict(x, 500, verbose=0), axis=-1) == y))
    # With its optimizer the file would be three times as large: Adam keeps two moments of each weight.
    bare = build(splits.image_shape, classes=int(model.output_shape[-1]))
    bare.set_weights(model.get_weights())
    path = FOLDER / "classifiers" / f"{name}.keras"
    with replacing(path) as temporary:
        bare.save(temporary)
        if temporary.stat().st_size > LIMIT:
            raise click.ClickException(f"{path.name} would have more than {LIMIT} bytes. Make the classifier smaller.")
    card = {
        "data": name,
        "command": shlex.join(["python", *sys.argv]),
        "epochs": epochs,
        "batch_size": batch_size,
        "seed": seed,
        "training_seconds": round(seconds),
        "parameters": model.count_params(),
        "features": 64,
        "accuracy": accuracy,
        "accuracy_se": float(np.sqrt(accuracy * (1 - accuracy) / len(y))),
        "num_examples": len(y),
        "sha256": sha256(path),
    }
    write_json(path.with_suffix(".json"), card)
    click.echo(f"{path}: {path.stat().st_size / 1e3:.0f} kB, accuracy {accuracy:.4f} ± {card['accuracy_se']:.4f}")


if __name__ == "__main__":
    main()
