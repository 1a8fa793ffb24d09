"""Rainforth et al. 2018 and Tucker et al. 2019: what a tighter bound does to the encoder's gradient, and what helps."""

from zoo.evaluation.likelihood.gradient_snr import gradient_snr
from zoo.evaluation.subset import subset
from zoo.tables.judge_by_importance_sampling import judge_by_importance_sampling
from zoo.tables.table import Row, Table

SHAPE = {"latent_dim": 50, "units": [200, 200]}
#: -log p(x) of the VAE and the IWAE by Burda et al., and of DReG by an independent rerun of 100 latents.
PUBLISHED = {("ELBO", 5): 86.47, ("ELBO", 50): 86.35, ("IWAE", 5): 85.54, ("IWAE", 50): 84.78}
RERUN = {5: 84.90, 50: 84.32}


def _objectives(k):
    """What is trained with k draws for each image: the arguments of the one-layer IWAE, by the names of the bounds."""
    groups = {"objective.groups": max(5, k // 5), "objective.num_samples": k // max(5, k // 5)}
    return {
        "IWAE": {"k": k},
        "DReG": {"objective": "dreg", "k": k},
        "STL": {"objective": "sticking_the_landing", "k": k},
        "MIWAE": {"objective": "miwae", **groups},
        "CIWAE": {"objective": "ciwae", "objective.beta": 0.5, "k": k},
        "PIWAE": {"objective": "piwae", **groups},
    }


def _rows():
    for k in (5, 50):
        figure = {"nll": PUBLISHED["ELBO", k]}
        yield Row(
            f"ELBO, k = {k}",
            "vae",
            SHAPE | {"samples": k},
            "mnist",
            figure,
            f"VAE, k = {k}",
            source="Burda et al. 2016",
        )
        for name, arguments in _objectives(k).items():
            figure, source = {}, ""
            if name == "IWAE":
                figure, source = {"nll": PUBLISHED[name, k]}, "Burda et al. 2016"
            if name == "DReG":
                figure, source = {"nll": RERUN[k]}, "an independent rerun"
            yield Row(f"{name}, k = {k}", "iwae", SHAPE | arguments, "mnist", figure, source=source)


def judge(run, samples, limit, console):
    """What `zoo evaluate` finds, and the signal-to-noise ratio of the run's own gradient of its encoder."""
    figures = judge_by_importance_sampling(run, samples, limit, console)
    images = next(iter(run.test_batches(subset(run.splits.test.images, 100))))
    with console.status("the encoder's gradient"):
        found = gradient_snr(run.load_model(), images, seed=run.card.seed)
    return figures | {"snr": found.snr, "snr_se": found.snr_se}


TABLE = Table(
    title="Bounds and their gradients: the ELBO, importance weighting, and what keeps the encoder's signal",
    paper=(
        "Rainforth et al. 2018, Tighter Variational Bounds are Not Necessarily Better (MIWAE, CIWAE, PIWAE), and "
        "Tucker et al. 2019, Doubly Reparameterized Gradient Estimators for Monte Carlo Objectives (DReG, and STL of "
        "Roeder et al. 2017). Published figures are those of Burda et al. 2016, Importance Weighted Autoencoders, "
        "table 1, and for DReG of an independent rerun with 100 latents. Nats of test images: lower is better."
    ),
    deviations=(
        "All have the one-layer networks of Burda et al., and k draws of z for each image. The ELBO's KL is in closed "
        "form. MIWAE and PIWAE have 10 groups of 5 of the 50 draws, and 5 of one of the 5, whose MIWAE is the ELBO by "
        "draws; Rainforth et al. have 64 draws, in 8 groups of 8 among others. CIWAE's share of the ELBO is one half.",
        "The signal-to-noise ratio is the length of the mean gradient of the encoder's weights in units of its noise, "
        "for a batch of 100 test images: of the row's own objective at the weights that it has come to. Rainforth et "
        "al. have the ratio of each weight, early in training.",
    ),
    why="Burda et al. train for 3280 epochs. After fewer the order may be another.",
    samples=5000,
    columns=(
        ("-log p(x)", "nll", ".2f"),
        ("-ELBO", "nelbo", ".2f"),
        ("signal to noise of the encoder's gradient", "snr", ".3f"),
        ("active units", "active_units", "d"),
        ("images with an effective sample size below 10", "collapsed", "d"),
    ),
    rows=tuple(_rows()),
    judge=judge,
)
