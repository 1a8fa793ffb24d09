"""Errors of labels that are guessed: by the model, by a classifier of its codes, and by one of the images alone."""

import numpy as np
from keras import ops

from zoo.callbacks.progress import progress_bar
from zoo.errors import InputError
from zoo.evaluation.batched import batched
from zoo.evaluation.judgement import Found, judgement
from zoo.evaluation.latents.codes import codes
from zoo.evaluation.mean_and_error import share_and_error
from zoo.evaluation.subset import subset
from zoo.numerics.compilation import compiled
from zoo.random.keys import low_bits

#: To so many labelled images a classifier is fitted at most.
MOST = 10_000


@judgement(examples=10_000, needs="encodes")
def classification(run, model, examples, seed, console):
    """Errors of guessed labels: the model's, a classifier's of its codes, and one's of images alone.

    All are told the same labels, those that training was told (`zoo train --labelled`).
    """
    told, (images, labels) = run.told_labels, (run.splits.test.images, run.splits.test.labels)
    if told is None or labels is None:
        raise InputError(f"{run.card.data.name} has no labels to judge a classification by.")
    labels, told = np.asarray(labels), np.asarray(told)
    chosen = np.intersect1d(subset(images, examples), np.flatnonzero(labels >= 0))
    known = np.flatnonzero(told >= 0)
    known = known[subset(known, MOST)]
    if not len(chosen) or len(np.unique(told[known])) < 2:
        raise InputError(f"{run.card.data.name} has {len(chosen)} test images with a label to judge by, and one kind.")
    truth, lessons = labels[chosen], told[known]
    found = {}
    with progress_bar(console, "classifiers") as bar:
        task = bar.add_task("errors", total=3, text="")
        if model.abilities.takes_labels:
            found |= error_rate("error", guesses(model, run.test_batches(chosen)), truth)
        bar.advance(task, 1)
        coder = first_stage(model)
        if coder is not None:
            fitted = of_codes(codes(coder, run.train_batches(known)), lessons)
            found |= error_rate("codes_error", fitted.predict(codes(coder, run.test_batches(chosen))), truth)
        bar.advance(task, 1)
        fitted = of_images(_flat(run.train_batches(known)), lessons, seed)
        found |= error_rate("alone_error", fitted.predict(_flat(run.test_batches(chosen))), truth)
        bar.advance(task, 1)
    return Found(found | {"labelled": int(np.sum(told >= 0)), "num_examples": len(chosen)})


def first_stage(model):
    """The model whose codes know nothing of labels: the first of two stages, or itself where it takes none; or None."""
    if hasattr(model, "first"):
        return model.first
    return None if model.abilities.takes_labels else model


def guesses(model, batches):
    """The most probable label of each image, integers `[N]`, by `model.classify`.

    Args:
        model: one that takes labels.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.

    Example:
        >>> import zoo
        >>> model = zoo.build("m2", image_shape=(8, 8, 1), latent_dim=2, labels=3, units=(4,))
        >>> guesses(model, np.zeros([4, 8, 8, 1])).shape
        (4,)
    """
    classify = compiled(model.classify)
    found = [np.asarray(classify(ops.convert_to_tensor(x))) for x in batched(batches, model, size=500)]
    return np.concatenate(found).argmax(axis=1)


def of_codes(train_codes, labels):
    """A logistic regression of codes, fitted. They keep their scales: what is hardly used should hardly count.

    Args:
        train_codes: `[N, D]`.
        labels: integers `[N]`.
    """
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000).fit(train_codes, labels)


def of_images(images, labels, seed=0):
    """A network of one hidden layer, fitted to images alone until it knows them by heart.

    Args:
        images: `[N, pixels]`.
        labels: integers `[N]`.
        seed: an int; of its first weights.
    """
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier((500,), max_iter=200, random_state=low_bits(seed)).fit(images, labels)


def error_rate(name, guessed, labels):
    """The share of labels that are guessed wrong, and its standard error, as of `share_and_error`.

    Example:
        >>> error_rate("error", np.array([1, 2, 3, 3]), np.array([1, 2, 3, 4]))
        {'error': 0.25, 'error_se': 0.21650635094610965}
    """
    p, error = share_and_error(guessed != labels)
    return {name: p, f"{name}_se": error}


def _flat(batches):
    return np.concatenate([np.asarray(x).reshape(len(x), -1) for x in batched(batches)])
