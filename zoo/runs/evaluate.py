"""The evaluation of a run on its test images."""

from typing import Any, NamedTuple

import numpy as np

from zoo.abilities import require
from zoo.callbacks.progress import progress_bar
from zoo.data.pixels import has_missing
from zoo.evaluation.batched import batched
from zoo.evaluation.latents.components import component_shares, components_used
from zoo.evaluation.likelihood.baselines import baselines
from zoo.evaluation.likelihood.code_length import code_length
from zoo.evaluation.likelihood.importance import importance_sampling
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.evaluation.subset import subset
from zoo.files.saving import write_json
from zoo.numerics.compilation import compiled
from zoo.runs.run import Run


class Evaluation(NamedTuple):
    """The result of `evaluate_run`."""

    figures: dict  #: the means, with their standard errors
    images: Any  #: the numbers of the test images, `[N]`
    estimate: Any = None  #: a VAE's `ImportanceSampling`, with the figures of each image
    note: str | None = None  #: a sentence on what the figures are worth, or on what isn't there


#: Of codes of whole numbers.
FROM_ONE_CODE = (
    "nll_bound is -log p(code) - log p(x|code): -log p(x) is at most that. It is a bound from one code, no estimate, "
    "and not to be compared with importance sampling's."
)

#: Of a model whose rival says what the KL term is.
BY_A_CRITIC = (
    "loss is minus what a critic makes of the ELBO: no bound, but where the critic is the best there is. "
    "`zoo judge RUN ais` estimates log p(x)."
)


#: Of data that baselines don't take.
OF_WHOLE_IMAGES = "There are no baselines beside it: these are for whole images."


def evaluate_run(run, num_samples, seed, limit, console, beside=False):
    """Judges a run's model by its test images, with progress.

    Args:
        run: a `zoo.runs.run.Run`.
        num_samples: importance samples for each image, or a list of such numbers: a bound for each.
        seed: an int.
        limit: how many test images, chosen at random, the same for every run (`zoo.evaluation.subset`); None for all.
        console: a `rich.console.Console`.
        beside: whether baselines are fitted to the run's training images, and judged by the same test images.

    Returns:
        `Evaluation`. Its figures are, for a VAE, `log_px` and `log_px_se` in nats and the rest of
        `zoo.evaluation.likelihood.importance.ImportanceSampling.summary`, with `components_used` for a mixture prior,
        and `baselines`, for each of `zoo.evaluation.likelihood.baselines` what `Baseline.beside` gives, by its name.
        For a model with codes of whole numbers those of `zoo.evaluation.likelihood.code_length.CodeLength.summary`, an
        upper bound on -log p(x) from one code among them, as `note` says.
        For an autoencoder `loss` and `loss_se`, the mean of its reconstructions' loss: it has no likelihood.
    """
    model = run.load_model()
    chosen = subset(run.splits.test.images, limit)
    if model.abilities.quantizes:
        found = code_length(model, run.test_batches(chosen)).summary()
        return Evaluation(found, chosen, note=FROM_ONE_CODE)
    if not model.abilities.has_density:
        require(model, "has_loss_per_image", "an evaluation")
        loss = compiled(model.loss_per_image)
        losses = np.concatenate([np.asarray(loss(x)) for x in batched(run.test_batches(chosen), model)])
        note = BY_A_CRITIC if model.abilities.has_likelihood else None
        return Evaluation(mean_and_error("loss", losses) | {"num_examples": len(losses)}, chosen, note=note)
    return _evaluate_vae(run, model, chosen, num_samples, seed, console, beside)


def keep_evaluation(run, results, overwrite=False):
    """Writes what `evaluate_run` found to the run's `evaluation.json` and card, but for a pretrained model's.

    Args:
        run: a `zoo.runs.run.Run`.
        results: the figures of `evaluate_run`.
        overwrite: whether to replace an earlier evaluation of the same model from more samples or more images, or one
            with baselines by one without.

    Returns:
        Whether it was written.
    """
    if run.pretrained:
        return False
    # The card as it is by now: judging takes minutes, in which another process may have judged as well.
    kept = Run.open(run.folder).card.scores or {}
    if not overwrite and kept.get("epochs") == run.card.epochs and _is_fuller(kept, results):
        return False
    write_json(run.folder / "evaluation.json", results | ({"changed_data": True} if run.data_changed else {}))
    run.write_card(scores=results | run.judged)
    return True


def _is_fuller(kept, results):
    """Whether the scores that are kept are from more samples or more images, or as many and with baselines besides."""
    counts = [(kept.get(name, 0), results.get(name, 0)) for name in ("num_samples", "num_examples")]
    lacks = "baselines" in kept and "baselines" not in results
    return any(before > now for before, now in counts) or (lacks and all(before == now for before, now in counts))


def _evaluate_vae(run, model, chosen, num_samples, seed, console, beside):
    lacking = run.card.data.columns is not None or any(has_missing(split.images) for split in run.splits)
    note, beside = (OF_WHOLE_IMAGES if beside and lacking else None), beside and not lacking
    # First what is quick: after the long part nothing is left that can fail.
    shares = component_shares(model, run.test_batches(chosen))
    others = {}
    if beside:
        with console.status("baselines"):
            # By one seed, whatever that of the model's draws: what it has to beat doesn't move with it.
            others = baselines(model, run.train_batches(), run.validation_batches(), run.test_batches(chosen))
    with progress_bar(console, "image samples") as bar:
        task = bar.add_task("importance sampling", total=np.max(num_samples) * len(chosen), text="")
        estimate = importance_sampling(
            model, run.test_batches(chosen), num_samples, seed, progress=lambda count: bar.advance(task, count)
        )
    results = estimate.summary()
    if shares is not None:
        results["components_used"] = components_used(shares)
        results["components"] = int(np.size(shares))
    if others:
        figures = {name: each.beside(estimate.log_px, estimate.num_dims) for name, each in others.items()}
        results["baselines"] = figures
    return Evaluation(results, chosen, estimate, note)
