"""Jiang et al. 2017 and Dilokthanakul et al. 2016: clusters of MNIST's digits, found without labels."""

import numpy as np

from zoo.files.saving import read_json
from zoo.runs.judge import judge_run
from zoo.tables.table import Row, Table

#: How often each model is trained, from as many seeds.
TRAININGS = 5


def judge(run, samples, limit, console):
    """The figures of `zoo judge RUN clusters`, of a model that has some, and of clusterings of its codes.

    Returns:
        A dict of `accuracy`, `majority`, `nmi`, `information` and `clusters_used`, and of `kmeans_` and `mixture_` each
        `accuracy`, `majority` and `nmi`; and over the trainings of this model until now `mean_accuracy` and `mean_nmi`,
        `spread_accuracy` and `spread_nmi` (standard deviations): of its own clusters, or where it has none of the
        mixture's.
    """
    found = judge_run(run, "latents", limit, run.card.seed, console)
    figures = {name: value for name, value in found.figures.items() if name.startswith(("kmeans_", "mixture_"))}
    own = "mixture_"
    if run.load_model().abilities.has_clusters:
        figures |= judge_run(run, "clusters", limit, run.card.seed, console, samples=min(samples, 10)).figures
        own = ""
    return figures | _over_trainings(run, figures, own)


def _over_trainings(run, figures, own):
    """The mean and the spread of what has been found of this row's model, of this training and of those before it."""
    model = run.folder.name.rpartition("-training-")[0]
    files = run.folder.parent.glob(f"{model}-training-*/judged.json")
    each = [figures, *(read_json(file) for file in files if file.parent.name != run.folder.name)]
    over = {}
    for name in ("accuracy", "nmi"):
        values = [one[f"{own}{name}"] for one in each]
        over |= {f"mean_{name}": float(np.mean(values))}
        over |= {f"spread_{name}": float(np.std(values, ddof=1))} if len(values) > 1 else {}
    return over


def _rows():
    for nth in range(TRAININGS):
        yield Row(f"VAE, training {nth + 1}", "vade", {"clusters": None}, "mnist", {}, nth=nth)
    for nth in range(TRAININGS):
        paper, start = "begun at a stacked autoencoder's codes", f"VAE, training {nth + 1}"
        yield Row(
            f"VaDE, training {nth + 1}", "vade", {}, "mnist", {"accuracy": 0.9446}, paper, nth=nth, start_from=start
        )
    for nth in range(TRAININGS):
        yield Row(
            f"GMVAE, training {nth + 1}",
            "gmvae",
            {},
            "mnist",
            {"accuracy": 0.745},
            "the mean of several runs with one sample, a cluster having the label of its most probable image",
            nth=nth,
            source="Dilokthanakul et al. 2016",
        )


TABLE = Table(
    title="Clusters without labels: VaDE and the GMVAE beside clusterings of a VAE's codes",
    paper=(
        "Jiang et al. 2017, Variational Deep Embedding, and Dilokthanakul et al. 2016, Deep Unsupervised Clustering "
        "with Gaussian Mixture Variational Autoencoders: the share of test images whose cluster is assigned to their "
        "label, unsupervised, with ten clusters. Higher is better."
    ),
    deviations=(
        "Each model is trained from five seeds; the means and standard deviations of a row are of the trainings up to "
        "it, of a model without clusters those of the mixture fitted to its codes.",
        "The VAE has VaDE's networks, and VaDE begins with its weights and with a diagonal mixture fitted to its "
        "codes; the paper begins at a stacked autoencoder.",
        "Both models sum over the cluster, where the papers take a looser bound; the GMVAE's cluster has one nat for "
        "nothing, its networks are this library's convolutions, and its z and w have 20 and 10 dimensions.",
    ),
    why="The starts and the networks are others, and the papers train for longer.",
    samples=10,
    columns=(
        ("accuracy", "accuracy", ".3f"),
        ("NMI", "nmi", ".3f"),
        ("clusters used", "clusters_used", "d"),
        ("k-means of the codes", "kmeans_accuracy", ".3f"),
        ("its NMI", "kmeans_nmi", ".3f"),
        ("mixture of the codes", "mixture_accuracy", ".3f"),
        ("its NMI", "mixture_nmi", ".3f"),
        ("mean accuracy so far", "mean_accuracy", ".3f"),
        ("its standard deviation", "spread_accuracy", ".3f"),
        ("mean NMI so far", "mean_nmi", ".3f"),
        ("its standard deviation", "spread_nmi", ".3f"),
    ),
    rows=tuple(_rows()),
    judge=judge,
    pictures=lambda row: ("classes.png",) if row.nth == 0 and row.arguments.get("clusters", True) else (),
)
