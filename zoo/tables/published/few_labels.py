"""Kingma et al. 2014, table 1: MNIST with few labels."""

from zoo.evaluation.latents.classification import classification
from zoo.tables.table import Row, Table

#: By the number of labels: the errors of M1 with a transductive SVM, of M2 and of M1+M2, in percent.
PUBLISHED = {
    100: (11.82, 11.97, 3.33),
    600: (5.72, 4.94, 2.59),
    1000: (4.24, 3.60, 2.40),
    3000: (3.49, 3.92, 2.18),
}


def judge(run, samples, limit, console):
    """The shares of test images that are guessed wrong, in percent, each with its standard error.

    Returns:
        A dict: `error` of the model, `codes_error` of a logistic regression of the first model's codes, `alone_error`
        of a network alone, all of the same labels; and by how much the first is below the others, `gain_on_codes` and
        `gain_on_alone`.
    """
    found = classification(run, run.load_model(), limit or len(run.splits.test.images), run.card.seed, console).figures
    of_errors = {name: 100 * value for name, value in found.items() if "error" in name}
    gains = {
        f"gain_on_{other}": of_errors[f"{other}_error"] - of_errors["error"]
        for other in ("codes", "alone")
        if f"{other}_error" in of_errors
    }
    return of_errors | gains | {"labelled": found["labelled"], "num_examples": found["num_examples"]}


def _rows():
    yield Row("M1", "m1", {}, "mnist", {}, training={"learning_rate": 1e-3, "batch_size": 200})
    for count, (m1, m2, both) in PUBLISHED.items():
        training = {"labelled": count, "learning_rate": 1e-3, "batch_size": 200}
        yield Row(f"M2, {count} labels", "m2", {}, "mnist", {"error": m2}, training=training, draws=5)
        yield Row(
            f"M1+M2, {count} labels",
            "m1_m2",
            {},
            "mnist",
            {"error": both, "codes_error": m1},
            training=training | {"start_at_mean": False},
            start_from="M1",
            same_start=True,
            draws=5,
        )


TABLE = Table(
    title="Few labels: semi-supervised VAEs, classifiers of codes, and a classifier alone",
    paper=(
        "Kingma et al. 2014, Semi-Supervised Learning with Deep Generative Models, table 1: errors of MNIST's test "
        "images in percent, where all but some training images have no label. Lower is better."
    ),
    deviations=(
        "M1 is judged by a logistic regression of its codes, where the published figure is that of a transductive "
        "support vector machine, which sees the other images' codes too.",
        "One M1 serves all rows of M1+M2; its own row tells what 10,000 labels make of its codes. The paper trains M2 "
        "for 3000 epochs.",
        "Pixels are binarized anew each time an image is shown. The labels are chosen by the seed, as many of each.",
        "Beside them is a network of 500 hidden units, fitted to the labelled images alone.",
    ),
    why="The paper's models are trained for far longer.",
    samples=1,
    columns=(
        ("error of the model, %", "error", ".2f"),
        ("of a regression of M1's codes, %", "codes_error", ".2f"),
        ("of a network alone, %", "alone_error", ".2f"),
        ("below the regression, %", "gain_on_codes", ".2f"),
        ("below the network, %", "gain_on_alone", ".2f"),
    ),
    rows=tuple(_rows()),
    judge=judge,
    compared=("error",),
)
