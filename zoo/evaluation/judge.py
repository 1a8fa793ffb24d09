"""The evaluations of a run that go further than its likelihood: a function for each, of the same arguments.

    run       a `zoo.run.Run`
    model     its model
    examples  how many images
    seed      an int
    console   a `rich.console.Console`, for the progress

Each returns a dict of figures, with standard errors.
"""

import numpy as np

from zoo.callbacks.progress import progress_bar
from zoo.data import shapes
from zoo.data.pipeline import evaluation_batches
from zoo.errors import InputError
from zoo.evaluation.ais import adapting_chains, annealed_importance_sampling, bidirectional_monte_carlo
from zoo.evaluation.clustering import clustering_scores
from zoo.evaluation.codes import codes
from zoo.evaluation.components import has_components, responsibilities
from zoo.evaluation.disentanglement import disentanglement_scores
from zoo.evaluation.elbo_surgery import elbo_surgery
from zoo.evaluation.features import classifier
from zoo.evaluation.gaps import gradients_per_image, inference_gaps
from zoo.evaluation.latents import latent_scores
from zoo.evaluation.neighbours import nearest
from zoo.evaluation.quality import draw_samples, sample_quality
from zoo.pictures.neighbours import save_neighbours

#: Of AIS, and of the local posteriors.
TEMPERATURES, CHAINS, STEPS = 1000, 16, 2000


def judge_run(run, method, examples, seed, console):
    """What one of the functions of this file finds of a run.

    Args:
        run: a `zoo.run.Run`.
        method: one of the functions.
        examples, seed, console: as said above.

    Raises:
        InputError: the model or the data don't have what the method needs.
    """
    model = run.load_model()
    if not hasattr(model, "log_densities") and method not in (latents, factors):
        raise InputError(f"{run.folder} has an autoencoder, which is no density: only its latents can be judged.")
    return method(run, model, examples, seed, console)


def ais(run, model, examples, seed, console):
    """log p(x) of test images by annealed importance sampling, and between two bounds on images of the model's own."""
    images = run.splits.test.images[:examples]
    steps = TEMPERATURES * (CHAINS + adapting_chains(CHAINS))
    with progress_bar(console, "chain steps") as bar:
        task = bar.add_task("test images", total=steps * len(images), text="")
        found = annealed_importance_sampling(
            model, run.batches(images), TEMPERATURES, CHAINS, seed, progress=lambda count: bar.advance(task, count)
        )
        task = bar.add_task("simulated images", total=(steps + TEMPERATURES * CHAINS) * examples, text="")
        simulated = bidirectional_monte_carlo(
            model, examples, TEMPERATURES, CHAINS, seed, progress=lambda count: bar.advance(task, count)
        )
    return found.summary() | {f"simulated_{name}": value for name, value in simulated.summary().items()}


def gaps(run, model, examples, seed, console, num_samples=5000):
    """The inference gap of training images, split into approximation and amortization gap."""
    images = run.splits.train.images[:examples]
    with progress_bar(console, "gradients") as bar:
        total = gradients_per_image(TEMPERATURES, CHAINS, STEPS) * len(images)
        task = bar.add_task("AIS, local posteriors", total=total, text="")
        found = inference_gaps(
            model,
            # As the training binarized them, where that was once and for all.
            evaluation_batches(images, 100, run.card["data"]["binarization"], run.card["seed"]),
            num_samples,
            TEMPERATURES,
            CHAINS,
            steps=STEPS,
            seed=seed,
            progress=lambda count: bar.advance(task, count),
        )
    return found.summary()


def terms(run, model, examples, seed, console):
    """The ELBO of test images taken apart: reconstruction, mutual information, marginal KL."""
    images = run.splits.test.images[:examples]
    with progress_bar(console, "images") as bar:
        task = bar.add_task("aggregate posterior", total=len(images), text="")
        found = elbo_surgery(
            model, list(run.batches(images)), seed=seed, progress=lambda count: bar.advance(task, count)
        )
    return found.summary()


def quality(run, model, examples, seed, console):
    """The samples beside test and training images, in the features of the data set's classifier; and a picture.

    `neighbours.png` has samples and the training images that are nearest to them.
    """
    network = classifier(run.card["data"]["name"])
    count = 2 * min(examples, len(run.splits.test.images)) + len(run.splits.train.images)
    with progress_bar(console, "images") as bar:
        task = bar.add_task(f"features of {network.name}", total=count, text="")
        found = sample_quality(
            model, run.splits, network, examples, seed, progress=lambda count: bar.advance(task, count)
        )
    if not run.pretrained:
        some = np.concatenate(list(draw_samples(model, 10, seed)))
        train = np.asarray(run.splits.train.images)
        _, indices = nearest(some, train, k=6)
        save_neighbours(run.folder / "neighbours.png", some, train, indices)
    return found


def latents(run, model, examples, seed, console):
    """What the codes know of the labels: probes fitted to training codes and clusterings, judged on test codes.

    A mixture prior's own components are a clustering too.
    """
    train, test = run.splits.train, run.splits.test
    if train.labels is None:
        raise InputError(f"{run.card['data']['name']} has no labels to judge latents by.")
    # Some sets come sorted by label.
    rng = np.random.default_rng(seed)
    chosen = [np.sort(rng.permutation(len(split.images))[:examples]) for split in (train, test)]
    images = [np.asarray(split.images[which]) for split, which in zip((train, test), chosen, strict=True)]
    labels = [np.asarray(split.labels)[which] for split, which in zip((train, test), chosen, strict=True)]
    with progress_bar(console, "steps") as bar:
        task = bar.add_task("codes and probes", total=sum(len(each) for each in images) + 12, text="")
        advance = lambda count: bar.advance(task, count)  # noqa: E731
        of_train, of_test = (codes(model, run.batches(each), progress=advance) for each in images)
        found = latent_scores(of_train, labels[0], of_test, labels[1], seed, progress=advance)
    if has_components(model):
        # The prior's own clusters: the component that each code most probably comes from.
        scores = clustering_scores(responsibilities(model, of_test).argmax(axis=1), labels[1], seed)
        found |= {f"prior_{name}": value for name, value in scores.items()}
    return found | {"num_examples": len(images[1])}


def factors(run, model, examples, seed, console):
    """Disentanglement, on the set of rendered shapes, whose factors are known; all of its images are taken."""
    if run.card["data"]["name"] != "shapes":
        raise InputError(f"{run.card['data']['name']} has no known factors: train on --data shapes to judge by them.")
    images, known = shapes.with_factors()
    with progress_bar(console, "forests") as bar:
        task = bar.add_task("disentanglement", total=5 * known.shape[1], text="")
        # The shape has no order.
        found = disentanglement_scores(
            codes(model, run.batches(images)), known, (0,), seed, progress=lambda count: bar.advance(task, count)
        )
    return found | {"num_examples": len(images)}
