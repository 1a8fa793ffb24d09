"""What there is to say about codes where the factors behind the images are known."""

from zoo.evaluation.factors.dci import dci
from zoo.evaluation.factors.factor_vae import factor_vae_score
from zoo.evaluation.factors.mig import mig
from zoo.evaluation.factors.sap import sap


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
