"""The base of quantizers: an encoder, and codes of whole numbers for what it gives."""

from abc import abstractmethod
from typing import Any, NamedTuple

from keras import ops

from zoo.part import Part, build_once


class Quantized(NamedTuple):
    """What a quantizer makes of a batch of images."""

    codes: Any  #: whole numbers, float32 `[B, D]`: no gradient goes through them
    vectors: Any  #: e, what the codes stand for, `[B, h, w, dim]`, with h's gradient: straight through
    loss: Any  #: what training makes small beside -log p(x|code), `[B]`; zeros where there is nothing
    error: Any  #: how far the vectors are from what they stand for, squared and summed, `[B]`
    dead: Any = None  #: the share of vectors that are out of use, a scalar; None where none can be


class Quantizer(Part):
    """x -> h = encoder(x), a grid of vectors -> at each place codes of 0 ... K - 1 -> e, what these stand for.

    A subclass has `classes`, K, and says how h becomes codes, and codes vectors. z is the whole grid's codes side by
    side, row by row from the upper left, at each place `depth` of them: D = h w depth whole numbers, as float32.

    Args:
        encoder: a network, `[B, height, width, channels]` to `[B, h, w, dim]`.

    Returns (of a call on images, `[B, height, width, channels]`):
        `Quantized`.

    Example:
        >>> from zoo.quantizers.finite_scalar import FiniteScalar
        >>> issubclass(FiniteScalar, Quantizer)
        True
    """

    #: How many codes there are at each place.
    depth = 1
    #: Whether vectors can be out of use.
    has_dead = False

    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    @property
    @abstractmethod
    def classes(self):
        """How many values a code has, K."""

    @abstractmethod
    def to_codes(self, h, training=None):
        """The codes of h, `[B, h, w, depth]`, e with h's gradient, and the loss, the error, `[B]`, and the dead share.

        Args:
            h: float32 `[B, h, w, dim]`.
            training: whether a codebook follows what it is given.
        """

    @abstractmethod
    def vectors_of(self, codes):
        """e, float32 `[B, h, w, dim]`, of codes, whole numbers `[B, h, w, depth]`."""

    def build(self, input_shape):
        build_once(self.encoder, input_shape)
        self.build_vectors(self.encoder.compute_output_shape(input_shape)[-1])
        self.built = True

    def build_vectors(self, dim):
        """Makes the weights there are beside the encoder's, for vectors of `dim` numbers."""

    @property
    def grid(self):
        """(h, w, depth): the codes of an image."""
        return (*self.encoder.output_shape[1:3], self.depth)

    @property
    def latent_dim(self):
        """D, how many codes an image has."""
        rows, columns, depth = self.grid
        return rows * columns * depth

    def features(self, x, training=None):
        """h, float32 whatever the encoder's precision: of distances and of rounding the last digits count."""
        return ops.cast(self.encoder(x, training=training), "float32")

    def codes(self, x, training=None):
        """The codes of images, `[B, D]`; a codebook doesn't follow them."""
        codes, *_ = self.to_codes(self.features(x, training))
        return ops.reshape(codes, (-1, self.latent_dim))

    def call(self, x, training=None):
        codes, *others = self.to_codes(self.features(x, training), training)
        return Quantized(ops.reshape(codes, (-1, self.latent_dim)), *others)

    def lookup(self, z):
        """e, `[B, h, w, dim]`, of codes side by side, `[B, D]`; other numbers count as the nearest code."""
        whole = ops.clip(ops.floor(ops.cast(z, "float32") + 0.5), 0, self.classes - 1)
        return self.vectors_of(ops.reshape(whole, (-1, *self.grid)))


def straight_through(h, e):
    """e, with the gradient of h: the step between them has none of its own.

    Args:
        h, e: float tensors of one shape.

    Example:
        >>> [round(float(each), 4) for each in straight_through(ops.array([0.4, 0.6]), ops.array([0.0, 1.0]))]
        [0.0, 1.0]

    References:
        Bengio et al. 2013, "Estimating or Propagating Gradients Through Stochastic Neurons for Conditional
        Computation".
    """
    return h + ops.stop_gradient(e - h)


def squared_distance(h, e):
    """sum (h - e)^2 over a grid and its vectors, `[B, h, w, dim]`: `[B]`.

    Example:
        >>> float(squared_distance(ops.ones([1, 2, 2, 3]), ops.zeros([1, 2, 2, 3]))[0])
        12.0
    """
    return ops.sum(ops.square(h - e), axis=(1, 2, 3))
