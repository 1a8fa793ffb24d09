"""Pictures of posteriors over two dimensions, beside the true one."""

import numpy as np
from keras import ops

from zoo.data.pixels import grey
from zoo.files.saving import replacing
from zoo.numerics.compilation import compiled

#: Points of the grid along each axis.
SIZE = 80


def save_posteriors(path, vae, images, draws):
    """For each image a row: the image, its true posterior p(z|x) on a grid, and draws of each q, on its contours.

    The contours hold a half and 95 % of the true posterior.

    Args:
        path: of the PNG to write.
        vae: a model with `log_joint`, whose z has two dimensions.
        images: `[N, height, width, channels]`.
        draws: a dict of what each q is, in words, to its draws, `[S, N, 2]`.
    """
    from matplotlib.figure import Figure

    titles = ["image", "p(z|x)", *draws]
    figure = Figure(figsize=(2.6 * len(titles), 2.7 * len(images)), layout="compressed")
    axes = figure.subplots(len(images), len(titles), squeeze=False)
    shown = grey(np.asarray(images), vae.shown)
    for number, row in enumerate(axes):
        each = {words: np.asarray(z)[:, number] for words, z in draws.items()}
        grid = window(np.concatenate(list(each.values())))
        mass = true_posterior(vae, images[number], *grid)
        row[0].imshow(shown[number] if shown.shape[-1] == 3 else shown[number, ..., 0], cmap="gray", vmin=0, vmax=1)
        row[0].set(xticks=[], yticks=[])
        row[1].pcolormesh(*grid, mass, cmap="viridis", shading="nearest")
        for axis, z in zip(row[2:], each.values(), strict=True):
            axis.scatter(*z.T, s=3, alpha=0.5, linewidths=0)
            axis.contour(*grid, mass, levels=levels(mass), colors="black", linewidths=0.8)
        for axis in row[1:]:
            axis.set(xlim=grid[0][[0, -1]], ylim=grid[1][[0, -1]])
            axis.tick_params(labelsize="x-small")
    for axis, title in zip(axes[0], titles, strict=True):
        axis.set_title(title, fontsize="small")
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=110, format="png")


def window(z, size=SIZE):
    """A grid's two axes, `[size]` each, around draws `[S, 2]`: their middle 98 %, and half as much again."""
    low, high = np.quantile(z, [0.01, 0.99], axis=0)
    margin = np.maximum(high - low, 1e-3) / 4
    return tuple(np.linspace(a, b, size).astype("float32") for a, b in zip(low - margin, high + margin, strict=True))


def true_posterior(vae, image, across, up):
    """p(z|x) of an image at the points of a grid, as the share of each in the whole grid's mass.

    Args:
        vae: a model with `log_joint`, whose z has two dimensions.
        image: `[height, width, channels]`.
        across, up: the grid's axes, `[W]` and `[H]`.

    Returns:
        float64 `[H, W]`, with sum 1.

    Example:
        >>> import zoo
        >>> vae, axis = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2), np.linspace(-4, 4, 20)
        >>> true_posterior(vae, np.zeros([8, 8, 1]), axis, axis).shape
        (20, 20)
    """
    x = ops.convert_to_tensor(image[None], "float32")
    log_joint = compiled(lambda z: sum(vae.log_joint(x, z)))
    # A row of the grid at once, each point beside the image: [W, 1, 2].
    rows = [np.stack([across, np.full_like(across, y)], axis=-1)[:, None].astype("float32") for y in up]
    found = np.stack([np.asarray(log_joint(ops.convert_to_tensor(z)), "float64")[:, 0] for z in rows])
    mass = np.exp(found - found.max())
    return mass / mass.sum()


def levels(mass, shares=(0.95, 0.5)):
    """The heights above which so much of the mass lies, rising.

    Example:
        >>> levels(np.array([[0.6, 0.3], [0.08, 0.02]])).tolist()
        [0.08, 0.6]
    """
    ordered = np.sort(mass, axis=None)[::-1]
    heights = ordered[[min(np.searchsorted(np.cumsum(ordered), share), ordered.size - 1) for share in shares]]
    # Two that are equal are no contours.
    return np.unique(heights)
