"""Disentanglement scores of codes, all at once, where the factors behind the images are known."""

from zoo.callbacks.progress import progress_bar
from zoo.data.pipeline import evaluation_batches
from zoo.data.pixels import Floats
from zoo.data.sets.shapes import with_factors
from zoo.errors import InputError
from zoo.evaluation.factors.dci import dci
from zoo.evaluation.factors.factor_vae import factor_vae_score
from zoo.evaluation.factors.mig import mig
from zoo.evaluation.factors.sap import sap
from zoo.evaluation.judgement import Found, judgement
from zoo.evaluation.latents.codes import codes as codes_of


@judgement(examples=None, needs="encodes")
def factors(run, model, examples, seed, console):
    """Codes of --data shapes, all of them: MIG, SAP, DCI, FactorVAE score.

    The factors behind these rendered shapes are known.
    """
    if run.card.data.name != "shapes":
        raise InputError(f"{run.card.data.name} has no known factors: train on --data shapes to judge by them.")
    images, known = with_factors()
    with progress_bar(console, "forests") as bar:
        task = bar.add_task("disentanglement", total=5 * known.shape[1], text="")
        batches = evaluation_batches(Floats(images, model.range), 100, run.card.data.binarization, seed=0)
        # The shape has no order.
        found = disentanglement_scores(
            codes_of(model, batches), known, (0,), seed, progress=lambda count: bar.advance(task, count)
        )
    return Found(found | {"num_examples": len(images)})


def disentanglement_scores(codes, factors, categorical=(), seed=0, progress=None):
    """MIG, SAP, DCI and the FactorVAE score of codes, each with a standard error.

    Args:
        codes: posterior means `[N, D]`.
        factors: integers `[N, F]`.
        categorical: the columns of `factors` whose values have no order, for SAP.
        seed: an int.
        progress: a function called with the number of forests grown since the last call, of 5 F in all, which is where
            the time goes.

    Returns:
        A dict of `mig`, `sap`, `disentanglement`, `completeness`, `informativeness` and `factor_vae`, all of them at
        best 1, and each one's standard error under its name with `_se`.

    Raises:
        InputError: codes or factors aren't what they should be.

    Example:
        >>> import numpy as np
        >>> factors = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 10)
        >>> scores = disentanglement_scores(factors[:, ::-1] * 2.0, factors)
        >>> {name: round(score, 3) for name, score in scores.items() if not name.endswith("_se")}
        {'mig': 1.0, 'sap': 1.0, 'disentanglement': 1.0, 'completeness': 1.0, 'informativeness': 1.0, 'factor_vae': 1.0}
    """
    return {
        **mig(codes, factors, seed=seed),
        **sap(codes, factors, categorical, seed),
        **dci(codes, factors, seed=seed, progress=progress),
        **factor_vae_score(codes, factors, seed=seed),
    }
