"""The training images nearest to samples, and whether samples are nearer to them than held-out images are."""

import numpy as np
from scipy.stats import rankdata

from zoo.callbacks.progress import progress_bar
from zoo.data.pixels import WHITE, floats
from zoo.errors import InputError
from zoo.evaluation.judgement import Found, judgement
from zoo.evaluation.samples.draw_samples import draw_samples
from zoo.evaluation.subset import subset
from zoo.pictures.neighbours import save_neighbours

_ROWS, _COLUMNS = 1000, 4000  # of distances held at once: 32 MB


@judgement(examples=1000, needs="samples")
def neighbours(run, model, examples, seed, console):
    """Samples beside the training images nearest to them: neighbours.png, and copies by pixels.

    It says whether samples are nearer to training images, by their pixels, than test images are. The picture has the
    first ten of the samples, and the six training images nearest to each.
    """
    samples = np.concatenate(list(draw_samples(model, examples, seed)))
    train, test = run.splits.train.images, run.splits.test.images
    chosen = subset(test, examples)
    with progress_bar(console, "images") as bar:
        task = bar.add_task("nearest training images", total=len(samples) + len(chosen), text="")
        found = data_copying(samples, train, test[chosen], progress=lambda count: bar.advance(task, count))

    def save_picture(path):
        _, indices = nearest(samples[:10], train, k=min(6, len(train)))
        save_neighbours(path, samples[:10], train, indices, model.shown)

    return Found(found | {"num_samples": len(samples), "num_examples": len(chosen)}, save_picture=save_picture)


def squared_distances(a, b):
    """|a_i - b_j|^2, float64 `[N, M]`, as |a_i|^2 - 2 a_i b_j + |b_j|^2 for float64 a, `[N, D]`, and b, `[M, D]`.

    Example:
        >>> squared_distances(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 1.0]]))
        array([[25.,  1.]])
    """
    squares = np.sum(a * a, axis=1)[:, None] + np.sum(b * b, axis=1) - 2 * (a @ b.T)
    return np.maximum(squares, 0.0)  # rounding takes those of equal rows below 0


def nearest(queries, points, k=1, progress=None):
    """The k points that are nearest to each query, by the Euclidean distance, a block of distances at a time.

    Args:
        queries: images or features, `[N, ...]`; pixels of integers are taken as [0, 1].
        points: others of the same shape, `[M, ...]`.
        k: how many.
        progress: a function called with the number of queries done since the last call.

    Returns:
        The distances, float64 `[N, k]`, the smallest first, and the numbers of the points, int64 `[N, k]`.

    Raises:
        InputError: the shapes don't match, or there are fewer than k points.

    Example:
        >>> nearest(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 1.0]]), k=2)
        (array([[1., 5.]]), array([[1, 0]]))
    """
    if tuple(queries.shape[1:]) != tuple(points.shape[1:]):
        raise InputError(f"queries has shape {queries.shape} and points {points.shape}: give both of one size.")
    if not 1 <= k <= len(points):
        raise InputError(f"k is {k}, but must be from 1 to the {len(points)} points that there are.")
    found = []
    for start in range(0, len(queries), _ROWS):
        rows = _rows(queries[start : start + _ROWS])
        found.append(_nearest(rows, points, k))
        if progress is not None:
            progress(len(rows))
    squares, indices = (np.concatenate(part) for part in zip(*found, strict=True))
    return np.sqrt(squares), indices


def _nearest(rows, points, k):
    """Squared distances and numbers of the k nearest to some rows: the best of each block with the best until then."""
    best, numbers = np.empty([len(rows), 0]), np.empty([len(rows), 0], "int64")
    for start in range(0, len(points), _COLUMNS):
        block = squared_distances(rows, _rows(points[start : start + _COLUMNS]))
        near = np.argpartition(block, min(k, block.shape[1]) - 1, axis=1)[:, :k]
        best = np.concatenate([best, np.take_along_axis(block, near, axis=1)], axis=1)
        numbers = np.concatenate([numbers, near + start], axis=1)
        order = np.argsort(best, axis=1, kind="stable")[:, :k]
        best, numbers = (np.take_along_axis(x, order, axis=1) for x in (best, numbers))
    return best, numbers


def _rows(x):
    x = np.asarray(x)
    x = floats(x) if x.dtype.name in WHITE else x
    return x.reshape(len(x), -1).astype("float64")


def data_copying(samples, train, test, progress=None):
    """The data-copying test C_T: are samples nearer to the training set than test images are, as copies would be?

    U counts the pairs of a sample and a test image of which the sample is farther from its nearest training image; ties
    count half. Were both of one distribution, U would have the mean N M / 2 and the variance N M (N + M + 1) / 12.

    `copying_share` is 1 - U / (N M), the share of pairs of which the sample is the nearer: 1/2 is as it should be, 1
    is copying. `copying_z` is C_T = (U - N M / 2) / sd: far below 0 says that the model copies, far above 0
    that its samples are unlike the data. In pixels, smooth images are near to everything, and a VAE's mean images are
    smooth: give features rather, and look at the pictures too.

    Args:
        samples: images or features, `[N, ...]`.
        train: of the training images, `[T, ...]`.
        test: of held-out images, `[M, ...]`.
        progress: a function called with the number of samples and test images done since the last call.

    Returns:
        A dict of `copying_z`, `copying_share` and `copying_share_se`, the share's standard error over draws of samples
        and test images.

    Raises:
        InputError: the shapes don't match, or there are fewer than two samples or test images.

    Example:
        >>> x = np.random.default_rng(0).normal(size=[300, 5])
        >>> data_copying(x[:100], train=x[:100], test=x[200:])["copying_share"]
        1.0

    References:
        Meehan et al. 2020, "A Non-Parametric Test to Detect Data-Copying in Generative Models", section 3; DeLong et
        al. 1988, "Comparing the Areas under Two or More Correlated Receiver Operating Characteristic Curves", equation
        4, for the standard error.
    """
    if min(len(samples), len(test)) < 2:
        raise InputError(f"there are {len(samples)} samples and {len(test)} test images: give at least 2 of each.")
    distances, held_out = (nearest(x, train, 1, progress)[0][:, 0] for x in (samples, test))
    n, m = len(distances), len(held_out)
    everywhere = rankdata(np.concatenate([distances, held_out]))
    # Of each sample, the share of test images that are nearer; of each test image, that of samples that are farther.
    farther = (everywhere[:n] - rankdata(distances)) / m
    nearer = 1 - (everywhere[n:] - rankdata(held_out)) / n
    u = np.sum(farther) * m
    return {
        "copying_z": float((u - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12)),
        "copying_share": float(1 - u / (n * m)),
        "copying_share_se": float(np.sqrt(np.var(farther, ddof=1) / n + np.var(nearer, ddof=1) / m)),
    }
