"""Mescheder et al. 2017: a posterior without a density, trained by a rival, beside a Gaussian one."""

import numpy as np

from zoo.callbacks.progress import progress_bar
from zoo.evaluation.likelihood.ais import adapting_chains, annealed_importance_sampling
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.evaluation.subset import subset
from zoo.files.saving import read_json, write_json
from zoo.tables.table import Row, Table

NETWORKS = {"latent_dim": 8, "units": [300, 300]}
TRAINING = {"learning_rate": 1e-3}
TEMPERATURES, CHAINS = 500, 8
#: In a run's folder, what was found of each image.
KEPT = "annealed.json"


def judge(run, samples, limit, console):
    """log p(x) by annealed importance sampling, and how far it is above the Gaussian posterior's, of the same images.

    Returns:
        A dict: `log_px`, and `gain` where there is a Gaussian one beside it, each with its standard error; the `ess`
        of the chains, and `reported`, what the model says of the ELBO of the same images.
    """
    model, chosen = run.load_model(), subset(run.splits.test.images, limit)
    with progress_bar(console, "chain steps") as bar:
        steps = TEMPERATURES * (CHAINS + adapting_chains(CHAINS)) * len(chosen)
        task = bar.add_task("annealed importance sampling", total=steps, text="")
        found = annealed_importance_sampling(
            model,
            run.test_batches(chosen),
            TEMPERATURES,
            CHAINS,
            run.card.seed,
            progress=lambda count: bar.advance(task, count),
        )
    write_json(run.folder / KEPT, {"log_px": found.log_px.tolist()})
    summary = found.summary()
    figures = {name: summary[name] for name in ("log_px", "log_px_se", "ess", "num_examples")}
    other = run.folder.parent / GAUSSIAN.name / KEPT
    if run.folder.name != GAUSSIAN.name and other.exists():
        theirs = np.asarray(read_json(other, dict[str, list[float]])["log_px"])
        figures |= mean_and_error("gain", found.log_px - theirs)
    terms = run.history[-1]
    reported = terms.get("val_elbo", terms.get("val_elbo_estimate"))
    return figures | {"reported": reported}


GAUSSIAN = Row(
    "Gaussian",
    "cremer_vae",
    {"latent_dim": 8, "encoder_units": [300, 300], "units": [300, 300]},
    "mnist",
    {"log_px": -90.9},
    training=TRAINING,
)

TABLE = Table(
    title="Adversarial variational Bayes: a posterior of any shape, and a rival that learns its density",
    paper=(
        "Mescheder et al. 2017, Adversarial Variational Bayes: log p(x) of MNIST by annealed importance sampling, with "
        "8 latents. Nats: higher is better."
    ),
    deviations=(
        "Fully connected networks of 300-300, and a critic of 256-256; the paper's are larger, and trained for 2.5 "
        "million steps.",
        f"Annealed importance sampling has {TEMPERATURES} temperatures and {CHAINS} chains.",
        "What AVB reports of its ELBO is a bound only where its critic is the best there is.",
    ),
    why="The networks are smaller, and trained for a hundredth of the steps.",
    judged_on="test images",
    samples=None,
    limit=200,
    columns=(
        ("log p(x)", "log_px", ".2f"),
        ("above the Gaussian one", "gain", ".2f"),
        ("reported ELBO of validation images", "reported", ".2f"),
        ("effective chains", "ess", ".1f"),
    ),
    rows=(
        GAUSSIAN,
        Row("AVB", "adversarial_vb", NETWORKS | {"adaptive": False}, "mnist", {"log_px": -91.2}, training=TRAINING),
        Row("AVB with adaptive contrast", "adversarial_vb", NETWORKS, "mnist", {"log_px": -89.6}, training=TRAINING),
    ),
    judge=judge,
)
