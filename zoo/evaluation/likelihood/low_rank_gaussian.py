"""A Gaussian of few factors and independent noise: probabilistic PCA and factor analysis."""

import dataclasses
import functools

import numpy as np

from zoo.random.keys import low_bits

#: The steps of EM from probabilistic PCA to factor analysis, of small images and of large ones, whose steps cost more.
#: After 5 four nats are missing, of 1200 for Frey faces with 64 factors; after 60 a fifth of one.
STEPS, STEPS_OF_LARGE = 60, 5
#: Images are small up to so many pixels: of these the covariance itself is made.
SMALL = 1024


@dataclasses.dataclass(frozen=True, eq=False)
class LowRankGaussian:
    """N(x; mean, C), C = W W' + diag(noise): x is K factors of N(0, 1), times loadings, and noise.

    References:
        Bishop 2006, "Pattern Recognition and Machine Learning", section 12.2; Woodbury 1950, "Inverting Modified
        Matrices", for the inverse, which takes K x K matrices alone.
    """

    mean: np.ndarray  #: `[D]`
    loadings: np.ndarray  #: W, `[D, K]`
    noise: np.ndarray  #: variances, `[D]`

    def log_prob(self, x, width=0.0):
        """log N(x; mean, C), or its mean over a cube around x of that width.

            E_u log N(x + u; mean, C) = log N(x; mean, C) - width^2 / 24 tr C^-1,   u uniform in (-width/2, width/2)^D

        Args:
            x: `[M, D]`.
            width: of the cube.

        Returns:
            float64 `[M]`, in nats.

        Example:
            >>> gaussian = LowRankGaussian(np.zeros(2), np.array([[1.0], [1.0]]), np.array([1.0, 1.0]))
            >>> gaussian.log_prob(np.zeros([1, 2])).round(4).tolist()
            [-2.3872]
        """
        gain, log_det = self._precision
        centred = np.asarray(x, "float64") - self.mean
        square = (centred**2) @ (1 / self.noise) - ((centred @ gain) ** 2).sum(axis=1)
        trace = (1 / self.noise).sum() - (gain**2).sum()
        return -0.5 * (square + log_det + len(self.mean) * np.log(2 * np.pi)) - width**2 / 24 * trace

    @functools.cached_property
    def _precision(self):
        """G of C^-1 = 1/noise - G G', and log det C."""
        whitened = self.loadings / self.noise[:, None]
        root = np.linalg.cholesky(np.eye(self.loadings.shape[1]) + self.loadings.T @ whitened)
        gain = np.linalg.solve(root, whitened.T).T
        return gain, np.log(self.noise).sum() + 2 * np.log(np.diag(root)).sum()

    def with_noise_of(self, least):
        """The same with noise whose standard deviation is at least that."""
        return dataclasses.replace(self, noise=np.maximum(self.noise, least**2))


class Moments:
    """Mean and covariance of images, as far as few factors need them, S = 1/N sum_n (x_n - m)(x_n - m)' + v I.

    v = width^2 / 12 is what noise that is uniform on a cube of that width adds.

    Args:
        x: `[N, D]`, two images at least; it is centred, in place.
        width: of the cube.
        factors: the most that are wanted, fewer than N and than D.
        seed: an int, for the random projections by which the eigenvectors of large images are found.
    """

    def __init__(self, x, width, factors, seed=0):
        from sklearn.decomposition import PCA

        self.added = width**2 / 12
        self.mean = x.mean(axis=0, dtype="float64")
        x -= self.mean.astype(x.dtype)
        self._x, self.small = x, x.shape[1] <= SMALL
        self.variances = np.einsum("nd,nd->d", x, x, dtype="float64") / len(x) + self.added
        if factors:
            # Of images that are all the same scikit-learn makes shares of a variance of 0, which nobody asked for.
            with np.errstate(invalid="ignore"):
                pca = PCA(factors, random_state=low_bits(seed)).fit(x)
            self.vectors = pca.components_.T.astype("float64")
            self.values = pca.explained_variance_.astype("float64") * (1 - 1 / len(x)) + self.added

    def times(self, matrix):
        """S times a matrix `[D, K]`, float64."""
        small = matrix.astype(self._x.dtype)
        return self._times(small).astype("float64") + self.added * matrix

    @functools.cached_property
    def _times(self):
        if self.small:
            return (self._x.T @ self._x / len(self._x)).__matmul__
        return lambda matrix: self._x.T @ (self._x @ matrix / len(self._x))


def independent(moments):
    """The Gaussian of pixels that know nothing of each other: of no factor."""
    return LowRankGaussian(moments.mean, np.zeros([len(moments.mean), 0]), moments.variances)


def probabilistic_pca(moments, factors):
    """The likeliest Gaussian with equal noise everywhere, of the first K eigenvectors of S.

        W = U_K (L_K - s I)^1/2,   noise s = (tr S - sum_k l_k) / (D - K)

    Args:
        moments: `Moments`.
        factors: K, fewer than D.

    Returns:
        `LowRankGaussian`.

    Example:
        >>> x = np.random.default_rng(0).normal(size=[1000, 3]) * [1.0, 1.0, 3.0]
        >>> probabilistic_pca(Moments(x, 0.0, factors=1), factors=1).noise.round(1).tolist()
        [1.0, 1.0, 1.0]

    References:
        Tipping and Bishop 1999, "Probabilistic Principal Component Analysis", equations 7 and 8.
    """
    values, dims = moments.values[:factors], len(moments.mean)
    # Rounding may leave a little less than nothing.
    noise = max((moments.variances.sum() - values.sum()) / (dims - factors), 0.0)
    loadings = moments.vectors[:, :factors] * np.sqrt(np.maximum(values - noise, 0.0))
    return LowRankGaussian(moments.mean, loadings, np.full(dims, noise))


def factor_analysis(moments, factors, least, steps=None):
    """A Gaussian with noise of each pixel's own, by EM from probabilistic PCA: each step raises the likelihood.

        B = W' C^-1,   W <- S B' (I - B W + B S B')^-1,   noise <- max(diag(S - W B S), least^2)

    Args:
        moments: `Moments`.
        factors: K.
        least: the smallest standard deviation of the noise, above 0.
        steps: of EM; None for 60, or 5 where there are more than 1024 pixels and channels.

    Returns:
        `LowRankGaussian`.

    Example:
        >>> x = np.random.default_rng(0).normal(size=[1000, 3])
        >>> x[:, 1] = x[:, 0] + 0.1 * x[:, 1]
        >>> factor_analysis(Moments(x, 0.0, factors=1), factors=1, least=0.01).loadings.shape
        (3, 1)

    References:
        Rubin and Thayer 1982, "EM Algorithms for ML Factor Analysis"; Ghahramani and Hinton 1996, "The EM Algorithm for
        Mixtures of Factor Analyzers", equations 5 and 6.
    """
    loadings = probabilistic_pca(moments, factors).loadings
    noise = np.maximum(moments.variances - (loadings**2).sum(axis=1), least**2)
    steps = (STEPS if moments.small else STEPS_OF_LARGE) if steps is None else steps
    for _ in range(steps):
        whitened = loadings / noise[:, None]
        # With M = I + W' noise^-1 W, B is M^-1 W' noise^-1, and I - B W is M^-1.
        inverse = np.linalg.inv(np.eye(factors) + loadings.T @ whitened)
        regression = whitened @ inverse
        product = moments.times(regression)
        loadings = product @ np.linalg.inv(inverse + regression.T @ product)
        noise = np.maximum(moments.variances - (loadings * product).sum(axis=1), least**2)
    return LowRankGaussian(moments.mean, loadings, noise)
