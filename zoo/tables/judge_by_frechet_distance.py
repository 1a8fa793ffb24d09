"""The judgement of rows by images: Frechet distances of reconstructions and of samples from two priors."""

import numpy as np

from zoo.data.pixels import grey
from zoo.evaluation.batched import batched
from zoo.evaluation.samples.draw_samples import draw_samples
from zoo.evaluation.samples.features import features
from zoo.evaluation.samples.frechet import frechet_distance
from zoo.evaluation.subset import subset
from zoo.fitting.ex_post import fit_mixture_prior, with_prior
from zoo.networks.classifier import classifier
from zoo.numerics.compilation import compiled
from zoo.priors.standard_normal import StandardNormal

#: Of the mixture that is fitted to the codes.
COMPONENTS = 10


def judge_by_frechet_distance(run, samples, limit, console):
    """Frechet distances to test images, in the features of the data set's classifier, of as many other images.

    Args:
        run: a `zoo.runs.run.Run`, of a model that takes another prior.
        samples: isn't looked at.
        limit: how many test images; None for all.
        console: a `rich.console.Console`.

    Returns:
        A dict: the distances `reconstruction`, of the test images' reconstructions, `normal`, of samples from N(0, I),
        and `mixture`, of samples from a mixture of `COMPONENTS` Gaussians that is fitted to the codes of all training
        images; each with its standard error, under its name and `_se`.
    """
    model, network, seed = run.load_model(), classifier(run.card.data.name), run.card.seed
    chosen = subset(run.splits.test.images, limit)
    with console.status(f"features of {network.name}"):
        real, _ = features(network, _grey(run.test_batches(chosen), model))
        normal = with_prior(model, StandardNormal(model.latent_dim))
        mixture = fit_mixture_prior(model, run.train_batches(), COMPONENTS, seed=seed)
        reconstruct = compiled(model.reconstruct)
        sets = {
            "reconstruction": (np.asarray(reconstruct(x)) for x in batched(run.test_batches(chosen), model)),
            "normal": draw_samples(normal, len(chosen), seed),
            "mixture": draw_samples(mixture, len(chosen), seed),
        }
        found = {name: frechet_distance(real, features(network, _grey(x, model))[0]) for name, x in sets.items()}
    distances = {name: each["distance"] for name, each in found.items()}
    return distances | {f"{name}_se": each["distance_se"] for name, each in found.items()} | {"num_examples": len(real)}


def _grey(batches, model):
    """The images in [0, 1], which classifiers were trained on."""
    return (grey(np.asarray(x), model.shown) for x in batches)
