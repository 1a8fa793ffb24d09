"""Pictures of the latent dimensions: the plane of two, traversals of more."""

import numpy as np

from zoo.abilities import abilities
from zoo.data.pixels import grey
from zoo.files.saving import replacing
from zoo.pictures.effect import by_effect
from zoo.pictures.grid import grid, save_png
from zoo.random import draw, key


def save_latents(path, model, batches, labels=None):
    """Two dimensions: the test set's codes coloured by label, beside the manifold of images. More: traversals.

    Where no number of a code moves by itself, on a sphere say, images of drawn codes take the place of either.

    Args:
        path: of the PNG to write.
        model: a VAE or an autoencoder.
        batches: of test images, N in all, each `[B, height, width, channels]`.
        labels: integers `[N]`, or None.
    """
    codes = np.concatenate([np.asarray(model.encode(batch)) for batch in batches])
    if codes.shape[1] == 2:
        _save_plane(path, model, codes, labels)
    elif not _by_dimension(model):
        save_png(path, _drawn(model, rows=10, columns=11))
    else:
        _save_traversals(path, model, codes)


def quantiles(model, codes, levels):
    """The inverse of each latent dimension's cumulative distribution under the prior, estimated from 20000 draws.

    An autoencoder has no prior: there it is that of the codes.

    Args:
        model: a VAE or an autoencoder.
        codes: codes of images, `[N, D]`.
        levels: probabilities, `[L]`.

    Returns:
        float32 `[L, D]`.
    """
    if abilities(model).has_prior:
        codes = np.asarray(draw(model.prior(), key(0), (20000,)))
    return np.quantile(codes, levels, axis=0).astype("float32")


def manifold(model, codes=None, size=20):
    """The images of a two-dimensional latent space, at a grid of the prior's quantiles.

    Args:
        model: a VAE or an autoencoder whose codes have two dimensions.
        codes: codes of images, `[N, 2]`, for an autoencoder, which has no prior.
        size: how many images in a row, and how many rows.

    Returns:
        uint8 pixels, as of `zoo.pictures.grid.grid`.

    References:
        Kingma and Welling 2014, "Auto-Encoding Variational Bayes", figure 4.
    """
    across, up = quantiles(model, codes, (np.arange(size) + 0.5) / size).T
    # Rows from the top, where the second dimension is largest.
    z = np.stack(np.meshgrid(across, up[::-1]), axis=-1).reshape(-1, 2)
    return grid(_decode(model, z), columns=size, gap=0)


def _save_plane(path, model, codes, labels):
    from matplotlib.figure import Figure

    if _by_dimension(model):
        images, said = manifold(model, codes), "decoded, on a grid of the prior's quantiles"
        axes = {"xlabel": "z1", "ylabel": "z2"}
    else:
        images, said, axes = _drawn(model, rows=20, columns=20), "decoded, from codes that the prior draws", {}
    figure = Figure(figsize=(12, 6), layout="compressed")
    left, right = figure.subplots(1, 2)
    colours = {} if labels is None else {"c": labels, "cmap": "tab10" if np.max(labels) < 10 else "turbo"}
    points = left.scatter(*codes.T, s=6, alpha=0.7, linewidths=0, **colours)
    left.set(xlabel="z1", ylabel="z2", title="codes of the test images", aspect="equal")
    if labels is not None and np.max(labels) < 10:
        handles, names = points.legend_elements()
        left.legend(handles, names, fontsize="small", loc="upper right")
    right.imshow(images if images.shape[-1] == 3 else images[..., 0], cmap="gray", vmin=0, vmax=255)
    right.set(title=said, xticks=[], yticks=[], **axes)
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=110, format="png")


def _by_dimension(model):
    return not abilities(model).has_prior or model.prior.support.by_dimension


def _drawn(model, rows, columns):
    """Images of codes that the prior draws, as many as fill a grid."""
    return grid(_decode(model, np.asarray(draw(model.prior(), key(0), (rows * columns,)))), columns=columns, gap=0)


def _save_traversals(path, model, codes, rows=10, columns=11):
    # A label isn't between two others.
    labels = getattr(model, "labels", None) or 0
    active = [d for d in by_effect(model, codes) if d >= labels][:rows]
    steps = quantiles(model, codes, np.linspace(0.02, 0.98, columns))
    z = np.tile(codes[:1, None], (len(active), columns, 1))
    for row, dimension in enumerate(active):
        z[row, :, dimension] = steps[:, dimension]
    save_png(path, grid(_decode(model, z.reshape(-1, codes.shape[1])), columns=columns))


def _decode(model, z, batch_size=100):
    """Images to be shown, few at once: large ones take much memory on their way."""
    images = [np.asarray(model.decode(z[i : i + batch_size])) for i in range(0, len(z), batch_size)]
    return grey(np.concatenate(images), model.shown)
