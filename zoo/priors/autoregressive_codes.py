"""An autoregressive prior of a grid of codes: each depends on those before it."""

import math

from keras import ops

from zoo.distributions.autoregressive_image import AutoregressiveImage
from zoo.distributions.in_a_row import InARow
from zoo.distributions.whole_number import WholeNumber
from zoo.errors import InputError
from zoo.networks.pixel_cnn import PixelCNN
from zoo.networks.shapes import check_sizes
from zoo.priors.prior import Prior
from zoo.probability import tfd
from zoo.support import Support


class AutoregressiveCodes(Prior):
    """p(z) = prod_i p(z_i | z_1 ... z_(i-1)), z_i of 0 ... K - 1: a PixelCNN over the grid of a quantizer's codes.

    Places come row by row from the upper left, and at a place its codes one after the other, as a residual codebook has
    several. Each code enters as a one-hot vector, and what is known of each place beside the codes is a vector of its
    own, which is trained.

    Args:
        grid: (h, w, depth), of the quantizer.
        classes: how many values a code has, K.
        filters, blocks, size, first: of the `zoo.networks.pixel_cnn.PixelCNN`.

    Returns (of a call):
        A distribution over z, `[h w depth]`.

    Raises:
        InputError: sizes that can't be.

    Example:
        >>> prior = AutoregressiveCodes((2, 2, 1), classes=3, filters=4)
        >>> prior.build()
        >>> tuple(prior().log_prob(ops.zeros([5, 4])).shape)
        (5,)

    References:
        van den Oord et al. 2017, "Neural Discrete Representation Learning", section 3.3.
    """

    support = Support.CODES

    def __init__(self, grid, classes, filters=32, blocks=3, size=3, first=3, **kwargs):
        super().__init__(**kwargs)
        self.grid, (self.values,) = check_sizes("grid", grid), check_sizes("classes", (classes,))
        if len(self.grid) != 3:
            raise InputError(f"grid is {self.grid}, but must be (rows, columns, codes at each place).")
        self.filters, self.blocks, self.size, self.first = filters, blocks, size, first

    @property
    def latent_dim(self):
        """How many codes, D."""
        return math.prod(self.grid)

    def build(self, input_shape=None):
        rows, columns, depth = self.grid
        self.places = self.add_weight((rows, columns, self.filters), "random_normal", name="places")
        sizes = self.filters, self.blocks, self.size, self.first
        self.network = PixelCNN(depth * self.values, *sizes, in_order=depth > 1, classes=self.values)
        self.network.build((None, *self.grid), (None, *self.places.shape))
        self.built = True

    def call(self, inputs=None, training=None):
        places = ops.convert_to_tensor(self.places)
        return InARow(AutoregressiveImage(self.network, places, self.codes_given, self.grid[-1]), self.grid)

    def codes_given(self, output):
        """The codes given those before them, of the network's output, `[..., h, w, codes * K]`."""
        logits = ops.reshape(output, (*ops.shape(output)[:-1], output.shape[-1] // self.values, self.values))
        return tfd.Independent(WholeNumber(logits), 3)
