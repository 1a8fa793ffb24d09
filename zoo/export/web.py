"""A folder for any static host: a page that explores a model in the browser, without a server's help."""

import os
import shutil
from pathlib import Path

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from zoo.abilities import abilities, require
from zoo.data.pixels import grey
from zoo.errors import InputError
from zoo.export.saved_model import write_saved_model
from zoo.export.tflite import write_tflite
from zoo.files.saving import replacing, write_json
from zoo.pictures.effect import by_effect
from zoo.random import key

PAGE = Path(__file__).parent / "page"
#: What the page needs of LiteRT.js, under @litertjs. The browser takes one of the two .wasm.
LITERT = (
    "core/dist/index.js",
    "core/wasm/litert_wasm_internal.js",
    "core/wasm/litert_wasm_internal.wasm",
    "core/wasm/litert_wasm_compat_internal.js",
    "core/wasm/litert_wasm_compat_internal.wasm",
    "wasm-utils/dist/index.js",
)
HOW_TO_GET_IT = "run `npm install @litertjs/core` and give --litert node_modules"
#: LiteRT.js runs fixed shapes alone: so many samples, and so many codes at once.
SAMPLES, BATCH = 64, 16


def export_web(model, name, folder, litert=None, overwrite=False, attributes=None):
    """Writes the page, the model and the runtime to a folder.

    The model is a `.tflite` with fixed batches: sample(seed) has 64 images, decode takes 16 codes, encode one image;
    with labels sample_label(seed, label) takes 64.

    Args:
        model: a VAE, built.
        name: its name, for the page.
        folder: where to.
        litert: a folder that has npm's @litertjs packages, or is one; None to look in ./node_modules and in that which
            the environment variable ZOO_LITERT names.
        overwrite: whether to replace the folder.
        attributes: vectors of codes by name, `[D]` each, that have a slider; None for none.

    Raises:
        InputError: LiteRT.js isn't there, the folder is, or the model has no prior, or one of codes whose numbers don't
            move each by itself.
    """
    folder = Path(folder)
    require(model, "samples", "the page")
    if not model.prior.support.by_dimension:
        raise InputError(
            f"{model.name} has codes in {model.prior.support.value}, but the page's sliders move each number of a code "
            "by itself, which leads out of there: export a SavedModel or a .tflite, without --web."
        )
    runtime = find_litert(litert)
    taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    if taken and not overwrite:
        raise InputError(f"--web is {folder}, which is there already. Give another folder, or --overwrite.")
    if taken and not (folder / "page.js").is_file():
        raise InputError(f"--web is {folder}, which isn't a page of ours to be replaced. Give another folder.")
    with replacing(folder) as temporary:
        shutil.copytree(PAGE, temporary)
        for file in LITERT:
            (temporary / "litert" / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(runtime / file, temporary / "litert" / file)
        _write_model(model, name, temporary / "model", attributes)


def find_litert(given=None):
    """The folder that holds the packages core and wasm-utils of LiteRT.js.

    Raises:
        InputError: it isn't there; the message says how to get it.
    """
    places = [given] if given else [os.environ.get("ZOO_LITERT"), "node_modules"]
    for place in filter(None, places):
        for candidate in (Path(place), Path(place) / "@litertjs", Path(place) / "node_modules" / "@litertjs"):
            if all((candidate / file).is_file() for file in LITERT):
                return candidate
    where = f"--litert is {given}, which hasn't" if given else "the page needs"
    raise InputError(f"{where} LiteRT.js, which runs the model in the browser: {HOW_TO_GET_IT}.")


def _write_model(model, name, folder, attributes=None):
    asked = fixed_signatures(model)
    write_saved_model(folder / "saved_model", asked)
    write_tflite(folder / "model.tflite", folder / "saved_model", asked)
    shutil.rmtree(folder / "saved_model")
    vectors = [{"name": each, "vector": list(vector)} for each, vector in (attributes or {}).items()]
    write_json(folder / "model.json", {"name": name, "attributes": vectors} | describe(model))
    interpreter = Interpreter(str(folder / "model.tflite"))
    low, high = model.shown
    for signature in (each for each in asked if each.startswith("sample")):
        labels = {"label": np.arange(SAMPLES, dtype="int32") % model.labels} if signature == "sample_label" else {}
        samples = interpreter.get_signature_runner(signature)(seed=key(7), **labels)["image"]
        expected = model.sample_label(labels["label"], seed=7) if labels else model.sample(SAMPLES, seed=7)
        difference = float(np.abs(samples - np.asarray(expected)).max())
        if not difference <= 1e-5 * (high - low):
            raise InputError(f"the page's {signature} differs from {name}'s by {difference:.2g}: nothing was written.")


def fixed_signatures(model):
    """sample, decode, encode and where there are labels sample_label, with batches of fixed sizes.

    Else they are those of `zoo.export.signatures.signatures`.
    """
    x = tf.TensorSpec([1, *model.image_shape], tf.float32, "x")
    z = tf.TensorSpec([BATCH, model.latent_dim], tf.float32, "z")
    seed, label = tf.TensorSpec([2], tf.int32, "seed"), tf.TensorSpec([SAMPLES], tf.int32, "label")
    of_labels = {"sample_label": (lambda seed, label: {"image": model.sample_label(label, seed)}, [seed, label])}
    return {
        "sample": (lambda seed: {"image": model.sample(SAMPLES, seed)}, [seed]),
        **(of_labels if abilities(model).takes_labels else {}),
        "decode": (lambda z: {"image": model.decode(z)}, [z]),
        "encode": (lambda x: {"z": model.encode(x)}, [x]),
    }


def describe(model, count=1000):
    """What the page knows of a model, found from images that it draws itself: no data are needed.

    Args:
        model: a VAE.
        count: how many images.

    Returns:
        A dict of `image_shape`, `latent_dim`, `samples`, `batch`; `mean`, the mean code `[D]`; `active`, the dimensions
        from the one that changes the image most; `ranges` `[D, 2]`, the codes' 1st and 99th percentile; `axes`
        `[2, D]`, the map's, and `axis_levels`, evenly spaced quantiles of the codes along them; `shown`, the pixels of
        black and of white; `dark`, whether most pixels are; and `labels`, how many there are, 0 for none. A label is no
        dimension of the map's or of `active`: the mean code has the first.
    """
    images = np.concatenate([np.asarray(model.sample_pixels(100, seed=i)) for i in range(count // 100)])
    codes = np.concatenate([np.asarray(model.encode(batch)) for batch in np.split(images, count // 100)])
    labels = model.labels or 0
    codes[:, :labels] = np.eye(1, labels)
    mean, code_dim = codes.mean(0), model.latent_dim - labels
    if code_dim == 2:
        mean[labels:], axes = 0, np.eye(2, model.latent_dim, labels)
    else:
        axes = np.linalg.svd(codes - mean, full_matrices=False)[2][: min(2, code_dim)]
        axes = np.concatenate([axes, np.zeros([2 - len(axes), model.latent_dim])])
    levels = np.quantile((codes - mean) @ axes.T, np.linspace(0.01, 0.99, 41), axis=0).T
    # Equal levels would leave a point on the map without a place.
    levels = levels + 1e-6 * np.arange(levels.shape[1])
    return {
        "image_shape": list(model.image_shape),
        "latent_dim": model.latent_dim,
        "samples": SAMPLES,
        "batch": BATCH,
        "mean": mean.tolist(),
        "labels": labels,
        "active": [d for d in by_effect(model, codes).tolist() if d >= labels],
        "ranges": np.quantile(codes, [0.01, 0.99], axis=0).T.tolist(),
        "axes": axes.tolist(),
        "axis_levels": levels.tolist(),
        "shown": list(model.shown),
        "dark": bool(grey(images, model.shown).mean() < 0.5 and model.image_shape[-1] == 1),
    }
