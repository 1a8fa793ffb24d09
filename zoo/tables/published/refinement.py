"""Posteriors refined, beside Salimans et al. 2015, table 1."""

from zoo.runs.judge import judge_run
from zoo.tables.table import Row, Table

NETWORKS = {"latent_dim": 32, "units": [300, 300]}
#: By the leapfrog steps: the ELBO and log p(x).
SALIMANS = {0: (-94.18, -88.95), 1: (-91.70, -88.08), 4: (-89.82, -86.40), 8: (-88.30, -85.51)}


def judge(run, samples, limit, console):
    """The gaps of test images."""
    return judge_run(run, "gaps", limit, run.card.seed, console, split="test", samples=samples).figures


def row(label, model, published=(), start_from=None, **arguments):
    """A row on MNIST, beside the ELBO and log p(x) that were published, if any."""
    figures = dict(zip(("elbo", "log_px"), published, strict=False))
    return Row(label, model, NETWORKS | arguments, "mnist", figures, start_from=start_from)


TABLE = Table(
    title="Refined posteriors: what steps, chains and further components take off the inference gap",
    paper=(
        "Salimans et al. 2015, Markov Chain Monte Carlo and Variational Inference: Bridging the Gap, table 1, for no "
        "and for 1, 4 and 8 leapfrog steps; the gaps are Cremer et al.'s (2018). Nats of test images: log p(x) and the "
        "bounds are negative, the gaps positive."
    ),
    deviations=(
        "All have the same networks, 784-300-300-32 and back with softplus. The published rows are of Salimans et "
        "al.'s own.",
        "Semi-amortized and iterative posteriors have 4 steps of two points each. Their papers' models have other "
        "networks.",
        "A boosted posterior begins with the weights of the one with a component less, and its decoder is trained on.",
        "Decoder by HMC: it learns at the ends of chains of 5 steps, of 5 leapfrog steps each, from q's draws.",
        "L[q*] is the best of what the encoder chooses from, each image's own statistics optimized in 2000 steps of "
        "Adam; the step sizes, the reverse model and a boosted posterior's weights stay.",
        "log p(x) is importance sampling's, or AIS's where that is clearly higher.",
    ),
    why="The papers train for longer, with other networks.",
    judged_on="test images",
    samples=5000,
    limit=100,
    columns=(
        ("log p(x)", "log_px", ".2f"),
        ("log p(x) by AIS", "annealed", ".2f"),
        ("L[q*]", "elbo_best", ".2f"),
        ("L[q]", "elbo", ".2f"),
        ("approximation gap", "approximation", ".2f"),
        ("amortization gap", "amortization", ".2f"),
        ("inference gap", "inference", ".2f"),
        ("images whose log p(x) may be too low", "collapsed", "d"),
    ),
    rows=(
        row("Gaussian", "boosted_vae", SALIMANS[0], components=1),
        row("semi-amortized, 4 steps", "semi_amortized_vae", steps=4),
        row("iterative, 4 steps", "iterative_vae", steps=4, update_units=300),
        *(
            row(f"Hamiltonian, {steps} steps", "hamiltonian_vae", SALIMANS[steps], leapfrog_steps=steps)
            for steps in (1, 4, 8)
        ),
        row("Gaussian, decoder by HMC", "boosted_vae", components=1, objective="hmc"),
        row("boosted, 2 components", "boosted_vae", start_from="Gaussian", components=2),
        row("boosted, 3 components", "boosted_vae", start_from="boosted, 2 components", components=3),
        row("boosted, 4 components", "boosted_vae", start_from="boosted, 3 components", components=4),
    ),
    judge=judge,
    compared=("elbo", "log_px"),
)
