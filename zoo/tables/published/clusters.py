"""Jiang et al. 2017 and Dilokthanakul et al. 2016: clusters of MNIST's digits, found without labels."""

from zoo.runs.judge import judge_run
from zoo.tables.table import Row, Table

#: How often each model is trained, from as many seeds.
TRAININGS = 5


def judge(run, samples, limit, console):
    """The figures of `zoo judge RUN clusters`, of a model that has some, and of clusterings of its codes.

    Returns:
        A dict of `accuracy`, `majority`, `nmi`, `information` and `clusters_used`, and of `kmeans_` and `mixture_` each
        `accuracy`, `majority` and `nmi`.
    """
    found = judge_run(run, "latents", limit, run.card.seed, console)
    figures = {name: value for name, value in found.figures.items() if name.startswith(("kmeans_", "mixture_"))}
    if run.load_model().abilities.has_clusters:
        figures |= judge_run(run, "clusters", limit, run.card.seed, console, samples=min(samples, 10)).figures
    return figures


ROWS = (
    Row("VAE", "vade", {"clusters": None}, "mnist", {}, draws=TRAININGS),
    Row(
        "VaDE",
        "vade",
        {},
        "mnist",
        {"accuracy": 0.9446},
        "begun at a stacked autoencoder's codes",
        start_from="VAE",
        draws=TRAININGS,
    ),
    Row(
        "GMVAE",
        "gmvae",
        {},
        "mnist",
        {"accuracy": 0.745},
        "the mean of several runs with one sample, a cluster having the label of its most probable image",
        source="Dilokthanakul et al. 2016",
        draws=TRAININGS,
    ),
)

TABLE = Table(
    title="Clusters without labels: VaDE and the GMVAE beside clusterings of a VAE's codes",
    paper=(
        "Jiang et al. 2017, Variational Deep Embedding, and Dilokthanakul et al. 2016, Deep Unsupervised Clustering "
        "with Gaussian Mixture Variational Autoencoders: the share of test images whose cluster is assigned to their "
        "label, unsupervised, with ten clusters. Higher is better."
    ),
    deviations=(
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
    ),
    rows=ROWS,
    judge=judge,
    pictures=lambda row: ("classes.png",) if row.arguments.get("clusters", True) else (),
)
