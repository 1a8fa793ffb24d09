"""Grathwohl et al. 2018, table 1: estimators of the gradient, on one layer of 200 bits."""

from zoo.tables.judge_by_importance_sampling import judge_by_importance_sampling
from zoo.tables.table import Row, Table

#: The objective, and the best bound in training on MNIST and on OMNIGLOT, in nats; None where there is none.
PUBLISHED = {
    "straight-through": ("straight_through", None, None),
    "Gumbel-softmax (Concrete)": ("gumbel_softmax", 111.3, 117.23),
    "NVIL": ("nvil", 112.5, 117.44),
    "MuProp": ("muprop", 111.7, 117.09),
    "REBAR": ("rebar", 111.6, 116.63),
    "RELAX": ("relax", 111.2, 116.57),
    "DisARM": ("disarm", None, None),
    "VIMCO, 5 samples": ("vimco", None, None),
}


def judge(run, samples, limit, console):
    """The figures of importance sampling, and `training_nelbo`: minus the best epoch's ELBO in training, in nats."""
    best = max(row["elbo"] for row in run.history)
    return judge_by_importance_sampling(run, samples, limit, console) | {"training_nelbo": -best}


def _rows():
    for place, data in enumerate(("mnist", "omniglot")):
        for label, (objective, *bounds) in PUBLISHED.items():
            published = {} if bounds[place] is None else {"training_nelbo": bounds[place]}
            yield Row(label, "sigmoid_belief_network", {"objective": objective}, data, published)


TABLE = Table(
    title="Bits as a code: estimators of the encoder's gradient",
    paper=(
        "Grathwohl et al. 2018, Backpropagation through the Void, table 1: one linear layer of 200 Bernoulli latents, "
        "the best bound in training. Nats: lower is better."
    ),
    deviations=(
        "The published figures are the best bound in training; ours are the best epoch's mean in training, as its "
        "weights move, and beside it the ELBO and log p(x) of test images.",
        "Batches are of 100, by Adam with one learning rate for all rows, which begins at 3e-3 and falls; the images "
        "are binarized anew each time.",
        "VIMCO's ELBO is that of one sample, though it maximizes the bound of five. DisARM takes a pair of draws for "
        "each image, and the straight-through estimator has a bias that no temperature takes away.",
        "MuProp has none of the paper's further baselines. RELAX has one hidden layer of 100 units, and trains the "
        "scale of its relaxed part, not the temperature.",
    ),
    why="The paper's rows were trained for longer, each with the best of several learning rates.",
    samples=1000,
    columns=(
        ("-bound in training", "training_nelbo", ".2f"),
        ("-log p(x)", "nll", ".2f"),
        ("-ELBO", "nelbo", ".2f"),
        ("images with an effective sample size below 10", "collapsed", "d"),
    ),
    rows=tuple(_rows()),
    judge=judge,
)
