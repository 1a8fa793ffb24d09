"""Several views of one thing, side by side in an image or a vector, each with a decoder of its own."""

import numpy as np

from zoo import observed
from zoo.data.pixels import check_range
from zoo.distributions.side_by_side import SideBySide
from zoo.errors import InputError
from zoo.likelihoods.likelihood import Likelihood
from zoo.networks.abreast import Abreast
from zoo.networks.shapes import check_sizes
from zoo.part import build_once


class Views(Likelihood):
    """log p(x|z) = sum_v log p_v(x_v|z), over the views that are there.

    A view whose pixels are NaN is missing: it has no part in log p, in a gradient or in what z is inferred from. Views
    are an image's halves, or its channels, or pieces of a vector: an image's pixels and its label's one-hot vector
    (`zoo.likelihoods.one_hot`), or whatever numbers come with it.

    Args:
        likelihoods: of each view, with a decoder that makes that view alone.
        sizes: how much of the axis each view takes.
        axis: -3 for views one below the other, -2 for the left and the right, -1 for channels, or pieces of a vector.

    Returns (of a call on z, `[..., D]`):
        A `zoo.distributions.side_by_side.SideBySide` with batch shape `[...]`.

    Raises:
        InputError: fewer than two views; as many sizes as there are no views; decoders whose views don't fit beside
            each other, or have other sizes.

    Example:
        >>> from keras import ops
        >>> from zoo.likelihoods.bernoulli import Bernoulli
        >>> from zoo.networks.mlp import mlp_decoder
        >>> halves = [Bernoulli(mlp_decoder((8, 4, 1), latent_dim=2)) for _ in range(2)]
        >>> p = Views(halves, sizes=(4, 4))(ops.zeros([3, 2]))
        >>> right = ops.concatenate([ops.full([1, 8, 4, 1], np.nan), ops.ones([1, 8, 4, 1])], axis=-2)
        >>> bool(ops.all(p.log_prob(right) == p.views[1].log_prob(ops.ones([1, 8, 4, 1]))))
        True

    References:
        Wu and Goodman 2018, "Multimodal Generative Models for Scalable Weakly-Supervised Learning".
    """

    takes_missing = True

    def __init__(self, likelihoods, sizes, axis=-2, **kwargs):
        sizes = check_sizes("sizes", sizes)
        if len(likelihoods) < 2 or len(likelihoods) != len(sizes):
            raise InputError(
                f"likelihoods has {len(likelihoods)} views and sizes {len(sizes)}: give as many of both, 2 at least."
            )
        super().__init__(Abreast([each.decoder for each in likelihoods], axis), **kwargs)
        self.likelihoods, self.sizes, self.axis = list(likelihoods), sizes, axis
        for kind in ("binary", "eight_bit"):
            setattr(self, kind, all(getattr(each, kind) for each in likelihoods))
        self.autoregressive = any(each.autoregressive for each in likelihoods)

    def build(self, input_shape):
        for each, size in zip(self.likelihoods, self._outputs, strict=True):
            build_once(each, input_shape)
            shape = each.decoder.compute_output_shape((None, input_shape[-1]))
            if shape[self.axis] != size:
                raise InputError(
                    f"likelihoods has a decoder that gives {tuple(shape)}, but along axis {self.axis} its view is made "
                    f"of {size} numbers: sizes is {self.sizes}."
                )
        super().build(input_shape)

    @property
    def _outputs(self):
        """How much of the axis each view's decoder fills."""
        wide = [each.parameters if self.axis == -1 else 1 for each in self.likelihoods]
        return [size * numbers for size, numbers in zip(self.sizes, wide, strict=True)]

    @property
    def views(self):
        """How many there are."""
        return len(self.sizes)

    @property
    def range(self):
        """What pixels lie in, where that is the same in all views; else None, for each has its own."""
        ranges = [each.range for each in self.likelihoods]
        return ranges[0] if all(each == ranges[0] for each in ranges) else None

    def take_any_range(self):
        for each in self.likelihoods:
            each.take_any_range()

    def views_of(self, x):
        """The views of x, a list: tensors, or NumPy arrays of such."""
        if isinstance(x, np.ndarray):
            return np.split(x, np.cumsum(self.sizes)[:-1], axis=self.axis)
        return observed.views_of(x, self.sizes, self.axis)

    def only(self, x, kept):
        """x with its views missing but those of the numbers `kept`.

        Args:
            x: `[B, ...]`.
            kept: the numbers of views, from 0.

        Raises:
            InputError: there is no view of such a number.
        """
        if not kept or not all(number in range(self.views) for number in kept):
            raise InputError(f"kept is {kept}, but must be numbers of views, 0 to {self.views - 1}, one at least.")
        return observed.only(x, kept, self.sizes, self.axis)

    def distribution(self, output):
        outputs = observed.views_of(output, self._outputs, self.axis)
        each = [part.distribution(numbers) for part, numbers in zip(self.likelihoods, outputs, strict=True)]
        return SideBySide(each, self.sizes, self.axis, self.rank)

    def output_for(self, mean, deviation=None):
        deviations = [None] * self.views if deviation is None else self.views_of(deviation)
        each = zip(self.likelihoods, self.views_of(mean), deviations, strict=True)
        return np.concatenate([part.output_for(view, spread) for part, view, spread in each], axis=self.axis)

    def last_bias(self):
        """None: there is one for each view."""

    def check(self, x, name):
        for number, (part, view) in enumerate(zip(self.likelihoods, self.views_of(x), strict=True)):
            missing = np.isnan(view).reshape(len(view), -1)
            if (missing.any(axis=1) != missing.all(axis=1)).any():
                raise InputError(
                    f"{name} has views {number} of which some pixels are NaN and others aren't: a view is missing "
                    "whole, or not at all."
                )
            there = view[~missing.any(axis=1)]
            if len(there):
                check_range(there, part.range, f"view {number} of {name}")
                part.check(there, f"view {number} of {name}")
