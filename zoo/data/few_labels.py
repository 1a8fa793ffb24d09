"""A few of the labels, as if the others weren't known."""

import hashlib

import numpy as np

from zoo.errors import InputError


def few_labels(labels, count, digests, seed):
    """The labels, of which `count` are kept, as many of each as of another, and all others are -1.

    Which are kept hangs on the seed and on the images themselves, not on where an image comes in a batch or in the set:
    for each label its images are in the order of SHA-256(seed, image). More of the same seed are those, and others.

    Args:
        labels: integers `[N]`, -1 where one is missing.
        count: how many are kept.
        digests: of the images, of `zoo.data.fingerprint.row_digests`, `[N]`.
        seed: an int.

    Returns:
        int64 `[N]`.

    Raises:
        InputError: there are fewer labels, or one of each is more than `count`.

    Example:
        >>> from zoo.data.fingerprint import row_digests
        >>> labels, images = np.arange(12) % 3, np.arange(12)[:, None]
        >>> kept = few_labels(labels, 6, row_digests(images), seed=0)
        >>> np.bincount(kept + 1).tolist(), bool(np.all((kept == labels) | (kept == -1)))
        ([6, 2, 2, 2], True)
    """
    labels = np.asarray(labels, "int64")
    known = np.flatnonzero(labels >= 0)
    kinds = len(np.unique(labels[known]))
    if count > len(known) or count < kinds:
        raise InputError(
            f"labelled is {count}, but {len(known)} training images have a label, of {kinds} kinds: give {kinds} to "
            f"{len(known)}."
        )
    order = _chances(digests[known], seed)
    ranks = np.empty(len(known), "int64")
    for kind in np.unique(labels[known]):
        own = np.flatnonzero(labels[known] == kind)
        ranks[own[np.argsort(order[own], kind="stable")]] = np.arange(len(own))
    # The first of each kind, then the second of each, and so on.
    kept = known[np.lexsort((order, ranks))[:count]]
    few = np.full(len(labels), -1, "int64")
    few[kept] = labels[kept]
    return few


def _chances(digests, seed):
    """The first 64 bits of SHA-256(seed, image), for each image."""
    prefix = b"%d " % seed
    found = [hashlib.sha256(prefix + digest.tobytes()).digest()[:8] for digest in digests]
    return np.frombuffer(b"".join(found), ">u8")
