"""Nazabal et al.'s HI-VAE, of one level: rows of numbers, classes and counts, any of which may be missing.

Theirs has a mixture as its prior, and a hidden layer for each column; here one decoder is for all, and a mixture can be
fitted afterwards. The bound is of log p of what is seen, with k samples. `zoo train --data table.csv` tells the kinds.

Nazabal et al. 2020, "Handling Incomplete Heterogeneous Data using VAEs".
"""

from zoo.errors import InputError
from zoo.likelihoods.classes import Classes
from zoo.likelihoods.columns import Columns
from zoo.likelihoods.gaussian import Gaussian
from zoo.likelihoods.negative_binomial import NegativeBinomial
from zoo.likelihoods.student_t import StudentT
from zoo.likelihoods.zero_inflated import ZeroInflated
from zoo.networks.column_features import ColumnFeatures
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.numerics.counts import check_count
from zoo.objectives.iwae import iwae
from zoo.part import given
from zoo.posteriors.gaussian import Gaussian as GaussianPosterior
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "tables"


def build(
    image_shape, kinds=None, latent_dim=10, units=(128, 128), k=None, robust=False, zero_inflated=False, objective=iwae
):
    """p(z) = N(0, I), p(x|z) = prod_j p_j(x_j|z), an encoder that sees one-hot classes, log counts and the mask; L_k.

    Args:
        image_shape: (D,), for rows of D columns; of images the columns are the channels.
        kinds: of each column: `number`, `count`, or of a class how many there are, K: x is its number, from 0. None for
            numbers.
        latent_dim: the size of z.
        units: the width of each hidden layer.
        k: the number of samples in the bound; None for the objective's own, 5.
        robust: whether numbers have a Student t likelihood, for some that are far off, in place of a Gaussian.
        zero_inflated: whether some counts may be 0 whatever else they would be.
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> import numpy as np
        >>> model = build((3,), kinds=["number", 4, "count"], latent_dim=2)
        >>> model.build((None, 3))
        >>> row = np.array([[0.3, np.nan, 12.0]], "float32")
        >>> float(model.complete(row, seed=7)[0, 1]) in (0, 1, 2, 3)
        True
    """
    if k is not None:
        check_count("k", k)
    *sides, size = image_shape
    kinds = ["number"] * size if kinds is None else kinds
    if not isinstance(kinds, list | tuple) or len(kinds) != size:
        raise InputError(f"kinds is {kinds!r}, but must have one of each of the {size} columns.")
    columns = [_column(kind, robust, zero_inflated) for kind in kinds]
    numbers, shown = sum(each.parameters for each in columns), sum(each.num_features for each in columns)
    encoder = ColumnFeatures(mlp_encoder((*sides, shown + size), units), columns)
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=GaussianPosterior(encoder, latent_dim),
        likelihood=Columns(mlp_decoder((*sides, numbers), latent_dim, units), columns),
        objective=given(objective, num_samples=k),
        name="table_vae",
    )


def _column(kind, robust, zero_inflated):
    if kind == "number":
        return (StudentT if robust else Gaussian)(None, scale=None, range=None)
    if kind == "count":
        return (ZeroInflated if zero_inflated else NegativeBinomial)(None)
    if isinstance(kind, int) and not isinstance(kind, bool) and kind > 0:
        return Classes(None, kind)
    raise InputError(f"kinds has {kind!r}, but a column is 'number', 'count', or a class, of which it is how many.")
