"""The judgement of rows whose codes are features: a linear probe, and how it differs from another row's."""

import numpy as np

from zoo.errors import InputError
from zoo.evaluation.latents.codes import codes
from zoo.evaluation.latents.probe import probed
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.evaluation.subset import subset
from zoo.runs.evaluate import evaluate_run

#: The file of a run that says of each judged test image whether the probe was wrong.
WRONG = "probe.npy"


def judge_by_linear_probe(run, limit, console, beside):
    """What share of test labels a linear probe, fitted to the codes of training images, gets wrong.

    Args:
        run: a `zoo.runs.run.Run`, of labelled data.
        limit: how many training and how many test images; None for all.
        console: a `rich.console.Console`.
        beside: the folder of a run that was judged by the same test images; the errors are compared image by image.

    Returns:
        A dict: `error`, the probe's, in per cent, `gain`, by how much less that is than the other run's, `activation`,
        the mean of all units over all test images, and `loss`, that of the reconstructions; each but the activation
        with its standard error, under its name and `_se`: of pairs for the gain, and of a run beside itself None.

    Raises:
        InputError: the data have no labels.
    """
    train, test = run.splits.train, run.splits.test
    if train.labels is None or test.labels is None:
        raise InputError(f"{run.card.data.name} has no labels to probe codes by.")
    model, chosen = run.load_model(), [subset(split.images, limit) for split in (train, test)]
    labels = [np.asarray(split.labels)[which] for split, which in zip((train, test), chosen, strict=True)]
    with console.status("codes and probe"):
        of_train, of_test = codes(model, run.train_batches(chosen[0])), codes(model, run.test_batches(chosen[1]))
        wrong = probed(of_train, labels[0], of_test) != labels[1]
    np.save(run.folder / WRONG, wrong)
    found = mean_and_error("error", 100.0 * wrong) | {"gain": None, "gain_se": None}
    if beside.resolve() != run.folder.resolve():
        found |= mean_and_error("gain", 100.0 * (np.load(beside / WRONG).astype("float64") - wrong))
    loss = evaluate_run(run, None, run.card.seed, limit, console).figures
    return found | {"activation": float(of_test.mean()), "num_examples": len(wrong)} | loss
