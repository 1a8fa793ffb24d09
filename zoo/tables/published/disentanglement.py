"""Disentanglement on rendered shapes, whose factors are known: what each objective makes of the same networks."""

from zoo.runs.judge import judge_run
from zoo.tables.judge_by_importance_sampling import judge_by_importance_sampling
from zoo.tables.table import Row, Table

#: How often each model is trained, from as many seeds.
TRAININGS = 5
#: How many images of the shapes there are in training.
IMAGES = 2458


def judge(run, samples, limit, console):
    """The scores of `zoo judge RUN factors`, of all images, and the bound of test images.

    Returns:
        A dict of `mig`, `sap`, `disentanglement`, `completeness`, `informativeness` and `factor_vae`, and of `nelbo`,
        each with its standard error under its name and `_se`.
    """
    scores = judge_run(run, "factors", None, run.card.seed, console).figures
    bounds = judge_by_importance_sampling(run, samples, limit, console)
    return scores | {name: bounds[name] for name in ("nelbo", "nelbo_se", "active_units")}


def row(label, model, published=(), **arguments):
    """A row on the shapes, beside MIG and the FactorVAE score on dSprites."""
    figures = dict(zip(("mig", "factor_vae"), published, strict=False))
    training = {"learning_rate": 1e-3, "start_at_mean": False}
    return Row(label, model, arguments, "shapes", figures, "on dSprites", training, draws=TRAININGS)


TABLE = Table(
    title="Disentanglement: what makes each dimension of a code stand for one factor of an image",
    paper=(
        "Chen et al. 2018, Isolating Sources of Disentanglement in Variational Autoencoders (MIG, beta-TC-VAE); Kim "
        "and Mnih 2018, Disentangling by Factorising (the FactorVAE and its score); Kumar et al. 2018 (DIP-VAE, SAP); "
        "Burgess et al. 2018 (capacity); Zhao et al. 2019 (InfoVAE). Published figures are those of dSprites in a "
        "later paper's table. Scores are at best 1, -ELBO is in nats."
    ),
    deviations=(
        "The images are 3072 rendered shapes of 32x32 with the five factors of dSprites, which has 737280 binary ones "
        "of 64x64. Pixels are binarized anew each time an image is shown.",
        "All have the same networks, three convolutions each way and 10 numbers for a code, and the weights that are "
        "said in the rows' commands or are the models' own: none was chosen by these scores.",
        "FactorVAE's critic has three layers of 256 units, and learns at the same rate as the VAE; the paper's has six "
        "of 1000. The beta-TC-VAE weighs a batch for all training images; its paper's has no such weights.",
        "What most of these maximize is no bound. -ELBO is that of the plain VAE's bound, for all of them.",
    ),
    why="The images are others, and far fewer.",
    judged_on="all 3072 images (scores) and test images (-ELBO)",
    samples=100,
    columns=(
        ("MIG", "mig", ".3f"),
        ("SAP", "sap", ".3f"),
        ("DCI disentanglement", "disentanglement", ".3f"),
        ("DCI completeness", "completeness", ".3f"),
        ("DCI informativeness", "informativeness", ".3f"),
        ("FactorVAE score", "factor_vae", ".3f"),
        ("-ELBO", "nelbo", ".2f"),
        ("active units", "active_units", ".1f"),
    ),
    rows=(
        row("VAE", "beta_vae", (0.10, 0.63), beta=1.0),
        row("beta-VAE, beta = 4", "beta_vae", (0.21, 0.63), beta=4.0),
        row(
            "capacity of 20 nats",
            "beta_vae",
            objective="capacity",
            **{"objective.nats": 20.0, "objective.steps": 2000, "objective.gamma": 100.0},
        ),
        row("beta-TC-VAE, beta = 6", "beta_tc_vae", (0.45, 0.62), images=IMAGES),
        row("FactorVAE, gamma = 35", "factor_vae", (0.43, 0.82)),
        row("DIP-VAE-I", "dip_vae"),
        row("DIP-VAE-II", "dip_vae", of_draws=True),
        row("InfoVAE", "info_vae"),
    ),
    judge=judge,
    compared=("mig", "factor_vae"),
)
