"""The evaluations of a run that go further than its likelihood: a function for each, of the same arguments.

    run       a `zoo.runs.run.Run`
    model     its model
    examples  how many images
    seed      an int
    console   a `rich.console.Console`, for the progress

What only some of them take comes after these, by its name. Each returns a dict of figures, with standard errors. Where
one takes some of the images, they are chosen at random, the same for every run (`zoo.evaluation.subset`).
"""

import inspect

import numpy as np

from zoo.abilities import require
from zoo.callbacks.progress import progress_bar
from zoo.data.pipeline import evaluation_batches
from zoo.data.pixels import Floats
from zoo.data.sets.shapes import with_factors
from zoo.errors import InputError
from zoo.evaluation.factors.disentanglement import disentanglement_scores
from zoo.evaluation.latents.clustering import clustering_scores
from zoo.evaluation.latents.codes import codes
from zoo.evaluation.latents.components import has_components, responsibilities
from zoo.evaluation.latents.probe import latent_scores
from zoo.evaluation.likelihood.ais import adapting_chains, annealed_importance_sampling, bidirectional_monte_carlo
from zoo.evaluation.likelihood.elbo_surgery import elbo_surgery
from zoo.evaluation.likelihood.gaps import gradients_per_image, inference_gaps
from zoo.evaluation.likelihood.importance import importance_sampling
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.evaluation.samples import features
from zoo.evaluation.samples.neighbours import data_copying, nearest
from zoo.evaluation.samples.quality import draw_samples, sample_quality
from zoo.evaluation.subset import subset
from zoo.pictures.neighbours import save_neighbours


def judge_run(run, method, examples, seed, console, **options):
    """What one of the functions of this file finds of a run.

    Args:
        run: a `zoo.runs.run.Run`.
        method: one of the functions.
        examples, seed, console: as said above.
        options: further arguments of the function.

    Raises:
        InputError: the function has no such option, or the model or the data don't have what it needs.
    """
    unknown = options.keys() - inspect.signature(method).parameters.keys()
    if unknown:
        raise InputError(f"--{min(unknown)} is for other methods than {method.__name__}: leave it out.")
    model = run.load_model()
    require(model, "encodes" if method in (latents, factors) else "has_density", f"zoo judge {method.__name__}")
    return method(run, model, examples, seed, console, **options)


def ais(run, model, examples, seed, console, *, samples=1000, temperatures=1000, chains=16):
    """log p(x) of test images by annealed importance sampling, and between two bounds on images of the model's own.

    `gain` is how far it is above importance sampling of the same images.
    """
    chosen = subset(run.splits.test.images, examples)
    steps = temperatures * (chains + adapting_chains(chains))
    sampled = importance_sampling(model, run.test_batches(chosen), samples, seed).log_px
    with progress_bar(console, "chain steps") as bar:
        task = bar.add_task("test images", total=steps * len(chosen), text="")
        found = annealed_importance_sampling(
            model, run.test_batches(chosen), temperatures, chains, seed, progress=lambda count: bar.advance(task, count)
        )
        task = bar.add_task("simulated images", total=(steps + temperatures * chains) * examples, text="")
        simulated = bidirectional_monte_carlo(
            model, examples, temperatures, chains, seed, progress=lambda count: bar.advance(task, count)
        )
    beside = mean_and_error("sampled", sampled) | mean_and_error("gain", found.log_px - sampled)
    return (
        found.summary()
        | {"num_samples": samples, **beside}
        | {f"simulated_{name}": value for name, value in simulated.summary().items()}
    )


def gaps(run, model, examples, seed, console, *, split="test", samples=5000, temperatures=1000, chains=16, steps=2000):
    """The inference gap of test images, or with split="train" of training images, split in two."""
    batches = {"test": run.test_batches, "train": run.train_batches}[split]
    chosen = subset(getattr(run.splits, split).images, examples)
    with progress_bar(console, "gradients") as bar:
        total = gradients_per_image(model, temperatures, chains, steps) * len(chosen)
        task = bar.add_task("AIS, local posteriors", total=total, text="")
        found = inference_gaps(
            model,
            batches(chosen),
            samples,
            temperatures,
            chains,
            steps=steps,
            seed=seed,
            progress=lambda count: bar.advance(task, count),
        )
    settings = {"num_samples": samples, "num_temperatures": temperatures, "num_chains": chains, "num_steps": steps}
    return {"split": split} | found.summary() | settings


def terms(run, model, examples, seed, console):
    """The ELBO of test images taken apart: reconstruction, mutual information, marginal KL."""
    chosen = subset(run.splits.test.images, examples)
    with progress_bar(console, "images") as bar:
        task = bar.add_task("aggregate posterior", total=len(chosen), text="")
        found = elbo_surgery(
            model, list(run.test_batches(chosen)), seed=seed, progress=lambda count: bar.advance(task, count)
        )
    return found.summary()


def quality(run, model, examples, seed, console, *, classifier=None, inception=None, pixels=False):
    """The samples beside test and training images, in the features of the data set's classifier.

    Or of another set's classifier, by its name, or of Inception-v3, by a file of its weights. With `pixels`, samples
    and images have their pixels drawn.
    """
    if examples < 20:
        raise InputError(f"--examples is {examples}, but quality takes 20 test images or more.")
    name = classifier or run.card.data.name
    network = features.inception(inception) if inception else features.classifier(name)
    count = 2 * min(examples, len(run.splits.test.images)) + len(run.splits.train.images)
    with progress_bar(console, "images") as bar:
        task = bar.add_task(f"features of {network.name}", total=count, text="")
        return sample_quality(
            model, run.splits, network, examples, seed, pixels, progress=lambda count: bar.advance(task, count)
        )


def neighbours(run, model, examples, seed, console):
    """Whether samples are nearer to training images, by their pixels, than test images are."""
    samples = np.concatenate(list(draw_samples(model, examples, seed)))
    train, test = run.splits.train.images, run.splits.test.images
    chosen = subset(test, examples)
    with progress_bar(console, "images") as bar:
        task = bar.add_task("nearest training images", total=len(samples) + len(chosen), text="")
        found = data_copying(samples, train, test[chosen], progress=lambda count: bar.advance(task, count))
    return found | {"num_samples": len(samples), "num_examples": len(chosen)}


def show_neighbours(run, examples, seed, path):
    """Saves a PNG of the first ten samples that `neighbours` judges, and the six training images nearest to each."""
    train = run.splits.train.images
    model = run.load_model()
    some = next(draw_samples(model, examples, seed))[:10]
    _, indices = nearest(some, train, k=min(6, len(train)))
    save_neighbours(path, some, train, indices, model.shown)


def latents(run, model, examples, seed, console):
    """What the codes know of the labels: probes fitted to training codes and clusterings, judged on test codes.

    A mixture prior's own components are a clustering too.
    """
    train, test = run.splits.train, run.splits.test
    if train.labels is None:
        raise InputError(f"{run.card.data.name} has no labels to judge latents by.")
    chosen = [subset(split.images, examples) for split in (train, test)]
    labels = [np.asarray(split.labels)[which] for split, which in zip((train, test), chosen, strict=True)]
    batches = run.train_batches(chosen[0]), run.test_batches(chosen[1])
    with progress_bar(console, "steps") as bar:
        task = bar.add_task("codes and probes", total=sum(map(len, chosen)) + 12, text="")
        advance = lambda count: bar.advance(task, count)  # noqa: E731
        of_train, of_test = (codes(model, each, progress=advance) for each in batches)
        found = latent_scores(of_train, labels[0], of_test, labels[1], seed, progress=advance)
    if has_components(model):
        # The prior's own clusters: the component that each code most probably comes from.
        scores = clustering_scores(responsibilities(model, of_test).argmax(axis=1), labels[1], seed)
        found |= {f"prior_{name}": value for name, value in scores.items()}
    return found | {"num_examples": len(chosen[1])}


def factors(run, model, examples, seed, console):
    """Disentanglement, on the set of rendered shapes, whose factors are known; all of its images are taken."""
    if run.card.data.name != "shapes":
        raise InputError(f"{run.card.data.name} has no known factors: train on --data shapes to judge by them.")
    images, known = with_factors()
    with progress_bar(console, "forests") as bar:
        task = bar.add_task("disentanglement", total=5 * known.shape[1], text="")
        # The shape has no order.
        z = codes(model, evaluation_batches(Floats(images, model.range), 100, run.card.data.binarization, seed=0))
        found = disentanglement_scores(z, known, (0,), seed, progress=lambda count: bar.advance(task, count))
    return found | {"num_examples": len(images)}
