"""A VAE that starts as factor analysis of its training images.

Factor analysis is the best linear VAE, and it is had in seconds. With linear paths beside its networks, and the
networks silent, a VAE begins as that:

    x = mu + W z + e,   z ~ N(0, I),   e ~ N(0, diag(psi))

With W turned so that W' psi^-1 W is diagonal, diag(p), the posterior is a diagonal Gaussian, which an encoder's linear
path gives exactly,

    q(z|x) = N(G W' psi^-1 (x - mu), G),   G = diag(1 / (1 + p))

and so the ELBO of a Gaussian likelihood is log p(x). A discretized logistic begins with the logistic density of the
same variance, a Laplace with its own. A Bernoulli's logits begin as linear in the same way, with the logistic noise
that makes a pixel of a logit: no truth, but better than independent pixels. What training adds is what isn't linear.

    vae = linear_start(zoo.build("conv_vae", image_shape=(64, 64, 1), likelihood=Gaussian), images)
    vae.compile("adam")
    vae.fit(images, ...)

References:
    Lucas et al. 2019, "Don't Blame the ELBO! A Linear VAE Perspective on Posterior Collapse", section 4; Bishop 2006,
    "Pattern Recognition and Machine Learning", section 12.2.4.
"""

import math
import warnings

import numpy as np
from threadpoolctl import threadpool_limits

from zoo.abilities import require
from zoo.errors import InputError
from zoo.evaluation.likelihood import low_rank_gaussian
from zoo.evaluation.likelihood.low_rank_gaussian import Moments
from zoo.likelihoods.likelihood import Likelihood
from zoo.networks.last_layer import silence
from zoo.networks.linear_decoder import LinearDecoder
from zoo.networks.linear_encoder import LinearEncoder
from zoo.part import precision
from zoo.posteriors.posterior import Posterior
from zoo.priors.prior import Prior
from zoo.random.keys import low_bits
from zoo.random.streams import number

#: How many pixels, of all images, are enough, and within memory (160 MB).
PIXELS = 20_000_000
#: Images are small up to so many numbers. Of these so many copies are taken, with draws of what rounding took away.
SMALL, COPIES = 256, 4
#: The least standard deviation of the noise of a larger image's pixels, of a range of 1.
LEAST = 1e-3


def linear_start(vae, images, seed=0):
    """The VAE with linear paths beside its encoder and its decoder, which begins as factor analysis of the images.

    Args:
        vae: a VAE of which not a weight has been trained; it is no use any more. Its posterior is a `Gaussian` or an
            `IAF`, its likelihood a `Gaussian`, a `Laplace`, a `DiscretizedLogistic` or a `Bernoulli`, its prior N(0, I)
            or a `Mixture`.
        images: an array `[N, height, width, channels]`, as for fit; of many, some are taken.
        seed: an int.

    Returns:
        A new VAE, built.

    Raises:
        InputError: a part that has no linear start, or fewer than two images.

    Example:
        >>> import zoo
        >>> from zoo.likelihoods.gaussian import Gaussian
        >>> vae = zoo.build("conv_vae", image_shape=(8, 8, 1), latent_dim=2, likelihood=Gaussian)
        >>> images = np.random.default_rng(0).random([50, 8, 8, 1])
        >>> tuple(linear_start(vae, images).sample(n=3, seed=7).shape)
        (3, 8, 8, 1)
    """
    check_linear_start(vae)
    new = _with_paths(vae)
    found = new.some(images, max(2, PIXELS // math.prod(images.shape[1:])), seed)
    if len(found) < 2:
        raise InputError(f"images is {len(found)} image, but a linear start takes two at least.")
    new.build((None, *found.shape[1:]))
    flat, shape = found.reshape(len(found), -1), found.shape[1:]
    width = 1 / 255 if new.likelihood.eight_bit else 0.0
    mean, loading, deviation = factor_analysis(flat, new.latent_dim, width, seed)
    slope = new.likelihood.slope
    deviation = new.likelihood.begin_with(slope * deviation.reshape(shape)).reshape(-1)
    loading, scale = _turned(slope * loading, deviation)
    kernel = slope * loading / deviation[:, None] ** 2 * scale**2
    silence(new.likelihood.decoder.decoder)
    new.likelihood.decoder.kernel.assign(loading.T)
    new.likelihood.decoder.bias.assign(new.likelihood.output_for(mean.reshape(shape), deviation.reshape(shape)))
    new.posterior.begin_with(kernel, -mean @ kernel, scale)
    noise = np.random.default_rng([low_bits(seed), number("codes of a linear start")]).normal(
        size=(len(flat), len(scale))
    )
    new.prior.begin_with((flat - mean) @ kernel + scale * noise)
    return new


def check_linear_start(vae):
    """Raises `InputError` unless the parts of a VAE have a linear start."""
    require(vae, "has_density", "a linear start")
    for part, base, those in (
        (vae.posterior, Posterior, "a Gaussian posterior or an IAF"),
        (vae.likelihood, Likelihood, "a Gaussian, Laplace, discretized logistic or Bernoulli likelihood"),
        (vae.prior, Prior, "the prior N(0, I) or a Mixture"),
    ):
        if type(part).begin_with is base.begin_with:
            raise InputError(f"{type(part).__name__} has no linear start: it is for {those}.")


def factor_analysis(x, factors, width=0.0, seed=0):
    """Factor analysis of as many factors as the data have at most.

    Small images have scikit-learn's, which ends where the likelihood does; larger ones a few steps of EM, with the
    covariance that rounding took away added exactly.

    Args:
        x: NumPy `[N, pixels]`.
        factors: how many, K.
        width: of the levels that x was rounded to; 0 for real values.
        seed: an int.

    Returns:
        The mean `[pixels]`; the loadings W `[pixels, K]`, with columns of zeros at the end where there are fewer; and
        the standard deviation of the noise `[pixels]`.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(5000, 1)) + 0.5 * np.random.default_rng(1).normal(size=(5000, 3))
        >>> mean, loading, deviation = factor_analysis(x, 1)
        >>> [round(abs(float(number)), 1) for number in (*loading[:, 0], *deviation)]
        [1.0, 1.0, 1.0, 0.5, 0.5, 0.5]
    """
    found = min(factors, len(x) - 1, x.shape[1] - 1)
    mean, loading, noise = (_by_scikit_learn if x.shape[1] <= SMALL else _by_steps)(x, found, width, seed)
    padded = np.zeros([x.shape[1], factors])
    padded[:, :found] = loading
    return mean, padded, np.sqrt(noise)


def _by_scikit_learn(x, factors, width, seed):
    from sklearn.decomposition import FactorAnalysis
    from sklearn.exceptions import ConvergenceWarning

    if width:
        # A draw of what rounding took away, for each of a few copies.
        rng = np.random.default_rng([low_bits(seed), number("what rounding took away")])
        x = np.tile(x, (COPIES, 1))
        x = x + (rng.random(x.shape) - 0.5) * width
    model = FactorAnalysis(factors, svd_method="lapack", max_iter=100)
    # Pixels that never change have no variance: their logarithm is none of the solution.
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(x)
    return model.mean_, model.components_.T, model.noise_variance_


def _by_steps(x, factors, width, seed):
    # One thread: beside other work two take many times as long.
    with threadpool_limits(1):
        moments = Moments(np.array(x, "float32"), width, factors, seed)
        found = low_rank_gaussian.factor_analysis(moments, factors, least=max(width, LEAST))
    return found.mean, found.loadings, found.noise


def _with_paths(vae):
    """The VAE with linear paths, of the same networks."""
    with precision(vae._policy):
        posterior, likelihood = vae.posterior, vae.likelihood
        encoder = LinearEncoder(posterior.encoder, vae.latent_dim)
        decoder = LinearDecoder(likelihood.decoder, likelihood.parameters)
        return vae.replace(posterior=posterior.replace(encoder=encoder), likelihood=likelihood.replace(decoder=decoder))


def _turned(loading, deviation):
    """Loadings W, turned so that W' psi^-1 W is diagonal, and the standard deviations of the posterior."""
    weighted = loading / deviation[:, None]
    information, turn = np.linalg.eigh(weighted.T @ weighted)
    return loading @ turn, 1 / np.sqrt(1 + np.maximum(information, 0))
