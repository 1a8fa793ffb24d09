"""Baselines: simpler densities, fitted to the same training images as a model, and judged on the same test images."""

import functools
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from zoo.data.pixels import extent
from zoo.evaluation.batched import batched
from zoo.evaluation.likelihood.bernoulli_mixture import fit_bernoulli_mixture
from zoo.evaluation.likelihood.independent_pixels import LEVELS, IndependentBits, IndependentLevels
from zoo.evaluation.likelihood.low_rank_gaussian import Moments, factor_analysis, independent, probabilistic_pca
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.random.keys import low_bits
from zoo.random.streams import number

#: What mixtures and Gaussians are fitted to has at most so many numbers: 25510 images of MNIST, 6510 of CIFAR-10.
NUMBERS = 20_000_000
#: At most so many validation images choose, and of large ones an eighth of what is fitted to.
VALIDATION = 1000
#: What is chosen from. A Gaussian has half as many factors as images or pixels at most.
COMPONENTS, FACTORS = (10, 50, 200), (2, 8, 32, 128, 256)
#: The least noise of a Gaussian's pixels, of which one is chosen: standard deviations in grey values.
LEAST = (1.0, 4.0, 16.0)
#: The standard deviation of the noise that makes real values of 8-bit pixels: of a uniform number.
ROUNDING = 12**-0.5


class Baseline(NamedTuple):
    """A baseline's log p(x) of the test images, in their order."""

    log_px: np.ndarray  #: in nats, float64 `[M]`
    chosen: dict  #: what validation images chose: `{"factors": 32}`, `{"components": 200}`, or nothing
    is_bound: bool  #: whether log_px is a lower bound, and bits per dimension are an upper bound

    def beside(self, log_px, num_dims=None):
        """Its figures beside a model's.

        Args:
            log_px: the model's, of the same images, `[M]`.
            num_dims: an image's pixels and channels, where they are of 8 bits each.

        Returns:
            A dict of `log_px` and `gain`, the mean of what the model's log p(x) is above the baseline's image by image,
            in nats; where there are `num_dims` of `bits_per_dim` and `gain_bits_per_dim`, the same in bits; each with
            its standard error under its name and `_se`; of what was chosen, and `bound`, True where it is one.

        Example:
            >>> figures = Baseline(np.array([-3.0, -5.0]), {"factors": 2}, False).beside(np.array([-2.0, -4.0]))
            >>> figures["gain"], figures["gain_se"], figures["log_px_se"]
            (1.0, 0.0, 1.0)
        """
        gain = log_px - self.log_px
        figures = mean_and_error("log_px", self.log_px) | mean_and_error("gain", gain)
        if num_dims is not None:
            bits = num_dims * math.log(2)
            figures |= mean_and_error("bits_per_dim", -self.log_px / bits)
            figures |= mean_and_error("gain_bits_per_dim", gain / bits)
        return figures | self.chosen | ({"bound": True} if self.is_bound else {})


class _Fitted(NamedTuple):
    log_prob: Callable  #: of images `[M, D]`
    chosen: dict
    is_bound: bool = False


def baselines(model, train, validation, test, seed=0):
    """What simpler densities of x say of the test images. Which ones, the likelihood says.

    | x | independent pixels | and |
    |---|---|---|
    | black and white (`binary`) | p of each, by Laplace's rule | a mixture of Bernoullis, by EM |
    | 8-bit pixels (`eight_bit`) | a histogram of each | factor analysis, probabilistic PCA |
    | real values | a Gaussian of each | factor analysis, probabilistic PCA |

    All are log p(x) of the very x that the model gives log p(x) of, exact but for the Gaussians of 8-bit pixels. Those
    are densities of pixels made real by uniform noise, a lower bound on log p(x), so that bits per dimension are at
    most what they say. The mean over u has a closed form, both here and in the moments that they are fitted to:

        log P(k) >= E_u log p((k + u) / 256) - D log 256,   u uniform in (0, 1)^D

    How many components, factors and images' worth of smoothing there are, validation images choose, each rising until
    they find no more worse. They choose the least noise of a Gaussian's pixels too, from a few grey values' standard
    deviation: a pixel that hardly ever changes would else make the image where it does impossible. Of real values it is
    one grey value at least, 1/256 of the range (or, without one, of what the training images extend over), as it is of
    a Gaussian likelihood whose scale is learned: without that a density of constant pixels has no end.

    Independent 8-bit and black-and-white pixels are fitted to all training images, read once; the others to as many,
    drawn at random, as have 20 million numbers. That bounds memory (80 MB, and as much again while it is worked on) and
    time: 20 seconds on one core for MNIST, 12 for CIFAR-10, 2 for Frey faces.

    What can't be fitted is left out: the mixture with fewer images than components, Gaussians with factors with fewer
    than four images or pixels, all of real values without a range that are all the same. What is left has finite
    figures.

    Args:
        model: whose `likelihood` says what x is, and whose `admit` looks at the images.
        train: images `[N, ...]`, or an iterable of batches of them.
        validation, test: the same; what is drawn of them, binarized say, must be what the model is judged on.
        seed: an int.

    Returns:
        A dict of `Baseline`s by name: `independent_pixels`, and `bernoulli_mixture`, or `factor_analysis` and
        `probabilistic_pca`. It is empty where the model has no likelihood to say what x is.

    Raises:
        InputError: there are no images, or none that the model takes.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> x = np.random.default_rng(0).random([60, 8, 8, 1]) < 0.5
        >>> found = baselines(vae, x[:40], x[40:50], x[50:])
        >>> found["independent_pixels"].log_px.shape, found["bernoulli_mixture"].chosen
        ((10,), {'components': 10})

    References:
        Theis et al. 2016, "A Note on the Evaluation of Generative Models", section 3.1, for the bound; the files of the
        three densities for theirs.
    """
    if getattr(model, "likelihood", None) is None:
        return {}
    # Where other work is beside it, two threads wait for each other at each of thousands of small products: Frey faces
    # take thirty times as long. One thread also rounds the same on every machine.
    with threadpool_limits(1, user_api="blas"):
        return _judged(_fitted(model, train, validation, seed), _flat(test, model))


def _fitted(model, train, validation, seed):
    """A dict of `_Fitted`s by name."""
    likelihood, dims = model.likelihood, math.prod(model.image_shape)
    rng = np.random.default_rng([low_bits(seed), number("images of baselines")])
    size = max(1, NUMBERS // dims)
    held_out = _drawn(_flat(validation, model), min(VALIDATION, -(-size // 8)), rng)
    drawn = functools.partial(_drawn, _flat(train, model), size, rng)
    if likelihood.binary:
        return _of_bits(drawn, held_out, dims, seed)
    if likelihood.eight_bit:
        return _of_levels(drawn, held_out, dims, seed)
    return _of_reals(drawn, held_out, model.range, seed)


def _judged(fitted, test):
    """A dict of `Baseline`s by name, of those whose figures are finite."""
    found = {name: [] for name in fitted}
    for x in test:
        for name, each in fitted.items():
            found[name].append(each.log_prob(x))
    log_px = {name: np.concatenate(parts) for name, parts in found.items()}
    return {
        name: Baseline(log_px[name], each.chosen, each.is_bound)
        for name, each in fitted.items()
        if np.isfinite(log_px[name]).all()
    }


def _of_bits(drawn, held_out, dims, seed):
    pixels = IndependentBits(dims)
    x = drawn(pixels.add)
    mixtures = (
        _Fitted(fit_bernoulli_mixture(x, count, seed).log_prob, {"components": count})
        for count in COMPONENTS
        if count <= len(x)
    )
    return _with_best(_Fitted(pixels.log_prob, {}), {"bernoulli_mixture": mixtures}, held_out)


def _of_levels(drawn, held_out, dims, seed):
    pixels = IndependentLevels(dims)
    width = 1 / LEVELS

    def middle(x):
        return (np.rint(x * (LEVELS - 1)) + np.float32(0.5)) / LEVELS

    def fitted(gaussian, **chosen):
        log_prob = lambda x: gaussian.log_prob(middle(x), width) - dims * math.log(LEVELS)  # noqa: E731
        return _Fitted(log_prob, chosen, True)

    x = middle(drawn(pixels.add))
    pixels.choose(held_out)
    least = [width * each for each in (ROUNDING, *LEAST)]
    _, more = _gaussians(x, width, least, fitted, held_out, seed)
    return _with_best(_Fitted(pixels.log_prob, {}), more, held_out)


def _of_reals(drawn, held_out, limits, seed):
    x = drawn()
    low, high = limits or extent(x, "train")
    if low == high:
        return {}
    least = [(high - low) / LEVELS * each for each in LEAST]
    fitted = lambda gaussian, **chosen: _Fitted(gaussian.log_prob, chosen)  # noqa: E731
    pixels, more = _gaussians(x, 0.0, least, fitted, held_out, seed)
    return _with_best(pixels, more, held_out)


def _gaussians(x, width, least, fitted, held_out, seed):
    """The best of independent pixels, and for each kind of Gaussian with factors the best of each number of them."""
    counts = [count for count in FACTORS if count <= min(x.shape) // 2]
    moments = Moments(x, width, max(counts, default=0), seed)

    def best(gaussian, **chosen):
        each = [fitted(gaussian.with_noise_of(noise), **chosen) for noise in least]
        return max(each, key=lambda one: one.log_prob(held_out).mean())

    return best(independent(moments)), {
        "factor_analysis": (best(factor_analysis(moments, k, least[0]), factors=k) for k in counts),
        "probabilistic_pca": (best(probabilistic_pca(moments, k), factors=k) for k in counts),
    }


def _with_best(pixels, more, held_out):
    """Independent pixels, and of each of the others' candidates that before the first one which isn't better."""
    found = {"independent_pixels": pixels}
    for name, candidates in more.items():
        highest = -np.inf
        for each in candidates:
            score = each.log_prob(held_out).mean()
            if not score > highest:
                break
            found[name], highest = each, score
    return found


def _flat(images, model):
    """Batches of float32 `[B, D]`."""
    for x in batched(images, model):
        # None of them can do with less.
        extent(x, "baselines are for whole images, and one of these")
        yield x.reshape(len(x), -1)


def _drawn(batches, size, rng, see=lambda x: None):
    """So many of the images, drawn at random, or all; float32 `[min(N, size), D]`. `see` is given each batch.

    References:
        Vitter 1985, "Random Sampling with a Reservoir", algorithm R.
    """
    kept, seen = [], 0
    for x in batches:
        see(x)
        # Image n takes one of n + 1 places at random; the first `size` of these are there to be taken.
        places = rng.integers(np.arange(seen, seen + len(x)) + 1)
        for image, place in zip(x, places, strict=True):
            if len(kept) < size:
                kept.append(image.copy())
            elif place < size:
                kept[place] = image.copy()
        seen += len(x)
    return np.stack(kept)
