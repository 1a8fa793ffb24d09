"""The clusters of a prior of components, as a clustering of images, judged by labels that it has never seen."""

import numpy as np
from keras import ops

from zoo.abilities import require
from zoo.callbacks.progress import progress_bar
from zoo.errors import InputError
from zoo.evaluation.batched import batch_key, batched
from zoo.evaluation.judgement import Found, judgement
from zoo.evaluation.latents.clustering import clustering_scores
from zoo.evaluation.latents.components import components_used
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.evaluation.subset import subset
from zoo.numerics.compilation import compiled
from zoo.numerics.counts import check_count
from zoo.random import draw

#: The least probability that takes part in an entropy.
TINY = np.finfo("float64").tiny


@judgement(examples=10_000, needs="has_components")
def clusters(run, model, examples, seed, console, *, samples: int = 10):
    """The prior's clusters beside the labels of test images: accuracy, NMI.

    Each image is in the cluster that is the most probable for it. The labels serve the scores alone.

    Args:
        samples: codes drawn of each image.
    """
    test = run.splits.test
    if test.labels is None:
        raise InputError(f"{run.card.data.name} has no labels to judge clusters by.")
    chosen = subset(test.images, examples)
    with progress_bar(console, "images") as bar:
        task = bar.add_task("clusters", total=len(chosen), text="")
        batches = run.test_batches(chosen)
        shares = cluster_probabilities(model, batches, samples, seed, progress=lambda count: bar.advance(task, count))
    return Found(cluster_scores(shares, np.asarray(test.labels)[chosen], seed) | {"num_examples": len(chosen)})


def cluster_probabilities(vae, batches, num_samples=10, seed=0, progress=None):
    """How probable each component of the prior is for each image: q(k|x) = E_q(z|x)[p(k|z)], by draws of z.

    Args:
        vae: a model whose prior has components.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.
        num_samples: how many draws.
        seed: an int.
        progress: a function called with the number of images done since the last call.

    Returns:
        float64 `[N, K]`, of which each row sums to 1.

    Raises:
        InputError: the prior has no components, or there are no images.

    Example:
        >>> import zoo
        >>> vae = zoo.build("mixture_vae", image_shape=(8, 8, 1), latent_dim=2, components=3)
        >>> cluster_probabilities(vae, np.zeros([4, 8, 8, 1])).shape
        (4, 3)

    References:
        Jiang et al. 2017, "Variational Deep Embedding: An Unsupervised and Generative Approach to Clustering".
    """
    require(vae, "has_components", "a clustering")
    check_count("num_samples", num_samples)

    @compiled
    def of_some(x, key):
        z = draw(vae.infer(x), key, (num_samples,))
        return ops.mean(ops.softmax(vae.prior.log_components(z), axis=-1), axis=0)

    found = []
    for number, x in enumerate(batched(batches, vae)):
        found.append(np.asarray(of_some(ops.convert_to_tensor(x), batch_key(seed, number)), "float64"))
        if progress is not None:
            progress(len(x))
    return np.concatenate(found)


def cluster_scores(shares, labels, seed=0):
    """What a clustering is worth, beside labels.

    Args:
        shares: q(k|x), `[N, K]`.
        labels: integers or names `[N]`.
        seed: an int, of the bootstrap.

    Returns:
        A dict of `accuracy`, `majority` and `nmi`, as `clustering_scores` has them of each image's most probable
        cluster; `information`, the mean over images of KL(q(k|x) || q(k)), q(k) the mean of q(k|x), in nats: 0 where
        clusters are one, log K at most; each one's standard error under its name and `_se`; and `clusters_used`, how
        many have a share of 1 % of the images.

    Raises:
        InputError: there aren't as many labels as images.

    Example:
        >>> scores = cluster_scores(np.array([[1.0, 0.0], [0.0, 1.0]]), [7, 3])
        >>> scores["accuracy"], round(scores["information"], 4), scores["clusters_used"]
        (1.0, 0.6931, 2)
    """
    mean = shares.mean(axis=0)
    log_ratio = np.log(np.maximum(shares, TINY)) - np.log(np.maximum(mean, TINY))
    information = np.sum(shares * log_ratio, axis=1)
    return {
        **clustering_scores(shares.argmax(axis=1), labels, seed),
        **mean_and_error("information", information),
        "clusters_used": components_used(mean),
    }
