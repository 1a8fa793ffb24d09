"""The base of priors: the size of z, and where it lives."""

from abc import abstractmethod

from zoo.part import Part
from zoo.support import Support


class Prior(Part):
    """p(z): a layer whose call returns a distribution of event shape `[D]`. A subclass has a `latent_dim`, D.

    Example:
        >>> from zoo.priors.standard_normal import StandardNormal
        >>> StandardNormal(2).support.value
        'R^D'
    """

    #: Where z lives.
    support = Support.REALS
    #: Whether it has `log_components(z)`: log p(k, z) of each component, `[..., K]`.
    has_components = False
    #: How many clusters it has, K, whose numbers its call may be given, with `log_weights()`, their log p(k), `[K]`;
    #: None where there are none.
    clusters = None
    #: How many labels it has, K, whose one-hot vectors are the first slice of z; None where there are none.
    labels = None
    #: How many classes each variable has, K, where z is one-hots side by side; None elsewhere.
    classes = None

    @abstractmethod
    def call(self, inputs=None):
        """p(z), of no arguments: Keras wants one. A prior that goes by labels is given them."""

    def begin_with(self, codes):
        """Begins at codes that are drawn from N(0, I), as those of a linear start are in the mean of all images.

        Args:
            codes: NumPy `[N, D]`.
        """
        raise NotImplementedError("a class that doesn't define it has no linear start")
