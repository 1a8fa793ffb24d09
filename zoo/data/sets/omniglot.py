"""28x28 grey characters of 50 alphabets: the drawings of 15 people to train on and of 5 others to test."""

from zoo.data.source import read_npz, require
from zoo.data.splits import Split, holding_out


def omniglot():
    """`Splits` of 23000 / 1345 / 8115 images, 28x28x1, labelled with their alphabet.

    OMNIGLOT, 15/5 drawers: area averages of the original drawings, and not the file of the IWAE paper, whose figures
    don't compare.

    References:
        Lake et al. 2015, "Human-Level Concept Learning through Probabilistic Program Induction".
    """
    x, alphabet, drawer = read_npz(require("omniglot", "omniglot28_area.npz"), "x", "alphabet", "drawer")
    train, test = (Split(x[part][..., None], alphabet[part]) for part in (drawer < 15, drawer >= 15))
    return holding_out(train, test, 1345)
