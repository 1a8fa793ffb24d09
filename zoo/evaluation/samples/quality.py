"""The quality of a model's samples: all figures at once, beside the test and the training images."""

from pathlib import Path

import numpy as np

from zoo.abilities import require
from zoo.callbacks.progress import progress_bar
from zoo.data.pixels import UNIT, floats, grey
from zoo.errors import InputError
from zoo.evaluation.judgement import Found, judgement
from zoo.evaluation.samples.draw_samples import draw_samples
from zoo.evaluation.samples.features import features
from zoo.evaluation.samples.frechet import frechet_distance
from zoo.evaluation.samples.inception_score import inception_score
from zoo.evaluation.samples.neighbours import data_copying
from zoo.evaluation.samples.precision_recall import density_coverage, precision_recall
from zoo.evaluation.subset import subset
from zoo.networks import classifier as networks

_BATCH = 200


@judgement(examples=5000, needs="samples")
def quality(
    run,
    model,
    examples,
    seed,
    console,
    *,
    classifier: str | None = None,
    inception: Path | None = None,
    pixels: bool = False,
):
    """Samples beside test and training images: Frechet distance, precision and recall, density and coverage, copies.

    They are compared in the features of the data set's classifier.

    Args:
        classifier: the name of another data set, by the features of whose classifier.
        inception: a file of Keras's weights of Inception-v3, by whose features: FID and the Inception Score.
        pixels: draw the samples' pixels, not only their means.
    """
    if examples < 20:
        raise InputError(f"--examples is {examples}, but quality takes 20 test images or more.")
    name = classifier or run.card.data.name
    network = networks.inception(inception) if inception else networks.classifier(name)
    count = 2 * min(examples, len(run.splits.test.images)) + len(run.splits.train.images)
    with progress_bar(console, "images") as bar:
        task = bar.add_task(f"features of {network.name}", total=count, text="")
        return Found(
            sample_quality(
                model, run.splits, network, examples, seed, pixels, progress=lambda count: bar.advance(task, count)
            )
        )


def sample_quality(vae, splits, classifier, n=5000, seed=0, pixels=False, progress=None):
    """Compares n samples with n test images in a classifier's features, and n training images with the same ones.

    The training images' figures are the scale: what samples that are as good as data would have. All sets are of one
    size, since every figure depends on it; it is the number of test images where there are fewer than n.

    The samples are mean images, as papers score them, compared with the grey images; or, with `pixels`, what the model
    says images are, pixels drawn too. A Bernoulli likelihood's are black or white, and then so are the images that they
    are compared with: one draw of each pixel. The classifier was trained on grey images, so that this says less.

    Args:
        vae: a model with `sample` and `sample_pixels`.
        splits: a `zoo.data.splits.Splits`.
        classifier: of `zoo.networks.classifier`, `classifier(name)` or `inception(weights)`.
        n: how many samples, test images and training images. The search for copies has all training images.
        seed: an int, for the samples, the drawn pixels and the bootstrap. The images are the same for every seed.
        pixels: whether to draw the pixels too.
        progress: a function called with the number of images done since the last call, of 2 n + len(train) in all.

    Returns:
        A dict of floats, each with its standard error under the same name and `_se`: `frechet_distance`,
        `frechet_distance_extrapolated` (None where it can't be, as its error), `classifier_score`, `precision`,
        `recall`, `density`, `coverage`; the same of the training images, with `train_` in front; `copying_share`
        and its z-score `copying_z`; `num_samples`, and `features`, which names the classifier. With Inception-v3 the
        first three are `fid`, `fid_extrapolated` and `inception_score`, which they are not with another.

    Raises:
        InputError: the model can't be sampled from, or there are fewer than 20 images to compare.

    Example:
        >>> import zoo
        >>> from zoo.data.named import load
        >>> from zoo.networks.classifier import classifier
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> scores = sample_quality(vae, load("digits"), classifier("digits"), n=100)
        >>> scores["coverage"] < scores["train_coverage"]
        True
    """
    n = min(n, len(splits.test.images))
    if n < 20:
        raise InputError(f"n is {n}, of {len(splits.test.images)} test images, but must be at least 20.")
    require(vae, "samples", "the quality of samples")
    rng = np.random.default_rng(seed)
    binary = pixels and vae.likelihood.binary
    chosen, compared = (subset(split.images, n) for split in (splits.test, splits.train))
    every = np.arange(len(splits.train.images))
    # Classifiers were trained on images in [0, 1].
    real, _ = features(classifier, _batches(splits.test.images, chosen, rng, binary, vae), progress)
    train, train_log_probs = features(classifier, _batches(splits.train.images, every, rng, binary, vae), progress)
    samples = (grey(x, getattr(vae, "shown", UNIT)) for x in draw_samples(vae, n, seed, pixels))
    found, log_probs = features(classifier, samples, progress)
    of_train = _scores(classifier, real, train[compared], train_log_probs[compared], seed)
    return {
        "features": classifier.name,
        "num_samples": n,
        **_scores(classifier, real, found, log_probs, seed),
        **data_copying(found, train, real),
        **{f"train_{name}": value for name, value in of_train.items()},
    }


def _batches(images, indices, rng, binary, vae):
    """The images of those numbers in [0, 1], a batch at a time; of `binary` ones, one draw of each pixel."""
    for start in range(0, len(indices), _BATCH):
        x = floats(np.asarray(images[indices[start : start + _BATCH]]), getattr(vae, "range", UNIT))
        x = grey(x, getattr(vae, "shown", UNIT))
        yield (rng.random(x.shape) < x).astype("float32") if binary else x


def _scores(classifier, real, found, log_probs, seed):
    """The figures of one set of images beside the real ones, under the names that they deserve."""
    distance, score = (
        ("fid", "inception_score") if classifier.is_inception else ("frechet_distance", "classifier_score")
    )
    frechet, inception = frechet_distance(real, found, seed=seed), inception_score(log_probs, seed=seed)
    return {
        distance: frechet["distance"],
        f"{distance}_se": frechet["distance_se"],
        f"{distance}_extrapolated": frechet["extrapolated"],
        f"{distance}_extrapolated_se": frechet["extrapolated_se"],
        score: inception["score"],
        f"{score}_se": inception["score_se"],
        **precision_recall(real, found),
        **density_coverage(real, found),
    }
