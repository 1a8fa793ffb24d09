"""Numbers, classes and counts beside each other: a table's row."""

import numpy as np

from zoo.distributions.side_by_side import SideBySide
from zoo.errors import InputError
from zoo.likelihoods.likelihood import Likelihood
from zoo.observed import views_of


class Columns(Likelihood):
    """log p(x|z) = sum_j log p_j(x_j|z) over the columns of a row that are there, each of a kind of its own.

    NaN says that a cell is missing: it has no part in log p nor in a gradient. Of images the columns are the channels.

    Args:
        decoder: one network for all, `[B, D]` to `[B, numbers]`: what the first column's kind takes, the second's, ...
        columns: a likelihood of each column without a decoder, `[Gaussian(None, scale=None, range=None),
            Classes(None, 3), NegativeBinomial(None)]` say.

    Returns (of a call on z, `[..., D]`):
        A `zoo.distributions.side_by_side.SideBySide` with batch shape `[...]`.

    Raises:
        InputError: there is no column, or one has weights of its own or cells that see each other; or the decoder
            gives more numbers or fewer.

    Example:
        >>> from keras import ops
        >>> from zoo.likelihoods.classes import Classes
        >>> from zoo.likelihoods.gaussian import Gaussian
        >>> from zoo.networks.mlp import mlp_decoder
        >>> columns = [Gaussian(None, scale=1.0, range=None), Classes(None, 4)]
        >>> likelihood = Columns(mlp_decoder((1 + 4,), latent_dim=2), columns)
        >>> likelihood.build((None, 2))
        >>> row = np.array([np.nan, 3.0], "float32")
        >>> tuple(likelihood(ops.zeros([5, 2])).log_prob(row).shape)
        (5,)

    References:
        Nazabal et al. 2020, "Handling Incomplete Heterogeneous Data using VAEs".
    """

    takes_missing = True
    range = None

    def __init__(self, decoder, columns, **kwargs):
        super().__init__(decoder, **kwargs)
        self.columns = list(columns)
        for each in self.columns:
            if each.autoregressive or each.views > 1 or getattr(each, "learn_scale", False):
                raise InputError(
                    f"columns has a {type(each).__name__} that has weights of its own or more than one number: give "
                    "Gaussian(None, scale=None, range=None), StudentT, Classes(None, K) or NegativeBinomial(None), say."
                )
        if not self.columns:
            raise InputError("columns is empty: give one likelihood at least.")

    def build(self, input_shape):
        super().build(input_shape)
        numbers = self.decoder.compute_output_shape((None, input_shape[-1]))[-1]
        taken = sum(each.parameters for each in self.columns)
        if numbers != taken:
            raise InputError(f"decoder gives {numbers} numbers, but the columns take {taken}: give as many.")
        for each in self.columns:
            each.over(self.rank)

    def distribution(self, output):
        outputs = views_of(output, [each.parameters for each in self.columns], axis=-1)
        each = [column.distribution(numbers) for column, numbers in zip(self.columns, outputs, strict=True)]
        return SideBySide(each, (1,) * len(each), -1, self.rank)

    def output_for(self, mean, deviation=None):
        each = [(np.split(x, len(self.columns), axis=-1) if x is not None else None) for x in (mean, deviation)]
        deviations = each[1] or [None] * len(self.columns)
        every = zip(self.columns, each[0], deviations, strict=True)
        return np.concatenate([column.output_for(m, d) for column, m, d in every], axis=-1)

    def check(self, x, name):
        for number, column in enumerate(self.columns):
            cells = x[..., number]
            cells = cells[~np.isnan(cells)]
            if cells.size:
                column.check(cells, f"column {number} of {name}")
