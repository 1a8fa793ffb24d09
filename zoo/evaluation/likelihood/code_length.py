"""An upper bound on -log p(x) from one code, and how codes are used, of models with codes of whole numbers."""

import math
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from zoo.abilities import require
from zoo.evaluation.batched import batched
from zoo.evaluation.bootstrap import bootstrap_error
from zoo.evaluation.latents.perplexity import perplexity
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.numerics.compilation import compiled


class CodeLength(NamedTuple):
    """The result of `code_length`, of N images."""

    log_likelihood: Any  #: log p(x|z), z = encode(x), `[N]`, in nats
    log_prior: Any  #: log p(z), `[N]`, in nats
    codes: Any  #: z, `[N, places, depth]`, integers
    classes: int  #: how many values a code has, K
    num_dims: int | None = None  #: how many numbers an image has, where these are of 8 bits

    @property
    def nll_bound(self):
        """-log p(z) - log p(x|z), `[N]`: of one term of the sum that p(x) is, so that -log p(x) is at most that."""
        return -self.log_likelihood - self.log_prior

    def counts(self, images=slice(None)):
        """How often each code is used in some of the images, `[depth, K]`."""
        depth = self.codes.shape[-1]
        numbers = self.codes[images].reshape(-1, depth) + self.classes * np.arange(depth)
        return np.bincount(numbers.ravel(), minlength=depth * self.classes).reshape(depth, self.classes)

    def summary(self):
        """The figures, with their standard errors.

        Returns:
            A dict of `nll_bound`, of which `reconstruction`, -log p(x|z), and `code_nats`, -log p(z), are the parts, in
            nats; `bits_per_dim_bound`, of 8-bit pixels; `perplexity` and `codes_used`, of the K `codes`, over all
            images, a list where there are several codes at a place.
        """
        found = mean_and_error("nll_bound", self.nll_bound)
        found |= mean_and_error("reconstruction", -self.log_likelihood) | mean_and_error("code_nats", -self.log_prior)
        if self.num_dims is not None:
            found |= mean_and_error("bits_per_dim_bound", self.nll_bound / (self.num_dims * math.log(2)))
        use, error = perplexity(self.counts()), bootstrap_error(lambda n: perplexity(self.counts(n)), len(self.codes))
        used = np.sum(self.counts() > 0, axis=-1)
        found |= {"perplexity": _plain(use), "perplexity_se": _plain(error), "codes_used": _plain(used)}
        return found | {"codes": self.classes, "num_examples": len(self.codes)}


def _plain(values):
    """A number where there is one, else a list."""
    return values.tolist()[0] if len(values) == 1 else values.tolist()


def code_length(model, batches):
    """-log p(z) - log p(x|z) of each image at its code, z = encode(x), and how the codes are used.

    -log p(x) = -log sum_z p(z) p(x|z) is at most that. It is one term of the sum, of a code that isn't drawn: there is
    no posterior to weigh it by, and more of it doesn't bring it nearer.

    Args:
        model: one that `quantizes`.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.

    Returns:
        `CodeLength`.

    Raises:
        InputError: the model has other codes, or there are no images.

    Example:
        >>> import zoo
        >>> model = zoo.build("fsq_vae", image_shape=(8, 8, 1), channel_levels=(3, 2), filters=(4, 4))
        >>> code_length(model, np.zeros([5, 8, 8, 1])).nll_bound.shape
        (5,)
    """
    require(model, "quantizes", "the length of a code")

    def of_batch(x):
        z = model.encode(x)
        return (*model.log_joint(x, z), z)

    one, found = compiled(of_batch), []
    for x in batched(batches, model):
        found.append([np.asarray(each) for each in one(ops.convert_to_tensor(x))])
    log_likelihood, log_prior, z = (np.concatenate(each) for each in zip(*found, strict=True))
    codes = z.astype("int64").reshape(len(z), -1, model.quantizer.depth)
    num_dims = math.prod(model.image_shape) if model.likelihood.eight_bit else None
    return CodeLength(log_likelihood, log_prior, codes, model.quantizer.classes, num_dims)
