"""The variance and the bias of estimators of the encoder's gradient, where bits are few enough to count all codes."""

import itertools
from functools import partial
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from zoo.abilities import require, require_support
from zoo.callbacks.progress import progress_bar
from zoo.errors import InputError
from zoo.evaluation.batched import batched
from zoo.evaluation.judgement import Found, judgement
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.evaluation.subset import subset
from zoo.numerics.compilation import compiled
from zoo.numerics.counts import check_count
from zoo.numerics.gradient import gradient
from zoo.objectives.black_box import black_box
from zoo.objectives.disarm import disarm
from zoo.objectives.gumbel_softmax import gumbel_softmax
from zoo.objectives.muprop import muprop
from zoo.objectives.nvil import NVIL
from zoo.objectives.rebar import REBAR
from zoo.objectives.relax import RELAX
from zoo.objectives.score_function import score_function
from zoo.objectives.straight_through import straight_through
from zoo.objectives.vimco import vimco
from zoo.pictures.bars import save_bars
from zoo.random import fold_in, stream
from zoo.random.relaxation import Bits, relaxation
from zoo.support import Support

#: So many codes are counted: 2^12.
MOST_BITS = 12


class GradientVariance(NamedTuple):
    """Of one estimator, float64 `[N]`, in squared nats; sums over the logits of q(z|x)."""

    variance: np.ndarray  #: sum_d Var(g_d), of one estimate for each image
    squared_bias: np.ndarray  #: sum_d (E[g_d] - d ELBO / d logit_d)^2, without what chance adds; so it may be below 0

    def summary(self):
        """The mean and the standard error of each over the images, under its name and `NAME_se`."""
        return mean_and_error("variance", self.variance) | mean_and_error("squared_bias", self.squared_bias)


def estimators(latent_dim):
    """The estimators that `zoo judge RUN gradients` compares: objectives by what they are called, remedies first.

    Args:
        latent_dim: how many bits.

    Example:
        >>> list(estimators(8))[:2]
        ['score function', '10 samples']
    """
    return {
        "score function": score_function,
        "10 samples": partial(score_function, num_samples=10),
        "Rao-Blackwell": partial(score_function, closed_form_kl=True),
        "baseline, 10 samples": partial(score_function, num_samples=10, baseline=True),
        "control variate, 10 samples": partial(black_box, num_samples=10),
        "NVIL": NVIL(),
        "VIMCO, 10 samples": partial(vimco, num_samples=10),
        "MuProp": muprop,
        "REBAR": REBAR(),
        "RELAX": RELAX(latent_dim),
        "ARM": partial(disarm, averaged=False),
        "DisARM": disarm,
        "Gumbel-softmax, 0.5": gumbel_softmax,
        "Gumbel-softmax, 0.1": partial(gumbel_softmax, temperature=0.1),
        "straight-through": straight_through,
    }


@judgement(examples=50, needs="has_density")
def gradients(run, model, examples, seed, console, *, draws: int = 200, steps: int = 500):
    """How noisy and how biased each estimator of the encoder's gradient is: gradients.png, for bits of which few are.

    Args:
        draws: estimates of each image's gradient.
        steps: of training for what an estimator learns, a baseline or a control variate, with the model as it is.
    """
    chosen = subset(run.splits.test.images, examples)
    x = np.concatenate([np.asarray(batch) for batch in run.test_batches(chosen)])
    exact = exact_gradient(model, x)
    training = np.concatenate([np.asarray(b) for b in run.train_batches(subset(run.splits.train.images, 5000))])
    found, named = {}, estimators(model.latent_dim)
    with progress_bar(console, "estimators") as bar:
        task = bar.add_task("gradients", total=len(named), text="")
        for name, objective in named.items():
            taught = teach(model, objective, training, steps, seed)
            found[name] = gradient_variance(model, taught, x, exact, draws, seed).summary()
            bar.advance(task)
    # Its bound is another one, whose gradient isn't the ELBO's.
    found["VIMCO, 10 samples"] |= {"squared_bias": None, "squared_bias_se": None}
    figures = found | {
        "exact": mean_and_error("squared_gradient", np.sum(exact**2, axis=-1)),
        "num_examples": len(x),
        "num_samples": draws,
    }
    return Found(figures, save_picture=partial(save_gradients, found=found, exact=exact))


def save_gradients(path, found, exact):
    """Saves the picture of the judgement: a bar for each estimator's variance, and for its squared bias.

    Args:
        path: of the PNG to write.
        found: summaries by the estimators' names.
        exact: the exact gradients, `[N, D]`.
    """
    values, errors = (
        {title: {name: row[key + end] for name, row in found.items()} for title, key in _PANELS.items()}
        for end in ("", "_se")
    )
    # A bias is seen where it is well above what chance makes of it.
    for name, value in values["squared bias"].items():
        error = errors["squared bias"][name]
        if value is not None and error is not None and value < 3 * error:
            values["squared bias"][name] = 0.0
    size = np.mean(np.sum(exact**2, axis=-1))
    title = f"Estimates of the encoder's gradient by its {exact.shape[1]} logits, of squared length {size:.2g}"
    known = [value for row in values.values() for value in row.values() if value]
    save_bars(path, values, errors, title, "squared nats", least=10 ** np.floor(np.log10(min(known))))


_PANELS = {"variance": "variance", "squared bias": "squared_bias"}


def exact_gradient(vae, x):
    """The gradient of each image's ELBO by the logits of q(z|x), a sum over all 2^D codes.

    Args:
        vae: one whose posterior is of at most 12 independent bits.
        x: images, `[N, height, width, channels]`.

    Returns:
        float64 `[N, D]`, in nats.

    Raises:
        InputError: codes aren't bits, or are more, or aren't independent given x.

    Example:
        >>> import zoo
        >>> vae = zoo.build("sigmoid_belief_network", image_shape=(8, 8, 1), latent_dim=3)
        >>> exact_gradient(vae, np.zeros([5, 8, 8, 1])).shape
        (5, 3)
    """
    require(vae, "has_density", "the variance of gradients")
    require_support(vae, Support.BITS, "the variance of gradients")
    if vae.latent_dim > MOST_BITS:
        raise InputError(
            f"{vae.name} has {vae.latent_dim} bits, but all codes are counted, of at most {MOST_BITS}: train one with "
            f"--latent-dim {MOST_BITS} or less."
        )
    codes = np.array(list(itertools.product([0.0, 1.0], repeat=vae.latent_dim)), "float32")[:, None]  # [2^D, 1, D]

    @compiled
    def slopes(x):
        logits = _bits(vae, x).logits
        z = ops.broadcast_to(codes, (len(codes), *logits.shape))
        log_joint = sum(vae.log_joint(x, z))

        def elbo(logits):
            log_q = Bits(logits).log_prob(z)
            return ops.sum(ops.exp(log_q) * (log_joint - log_q), axis=0)

        return gradient(elbo, logits)

    return np.concatenate([np.asarray(slopes(ops.convert_to_tensor(b)), "float64") for b in batched(x, vae, size=10)])


def gradient_variance(vae, objective, x, exact, draws=200, seed=0):
    """The variance and the bias of the encoder's gradient that an objective takes in training.

    Args:
        vae: one whose posterior is of independent bits.
        objective: for posteriors without a reparameterized draw; one with weights is built.
        x: images, `[N, height, width, channels]`.
        exact: `exact_gradient(vae, x)`.
        draws: how many estimates of each, R.
        seed: an int.

    Returns:
        `GradientVariance`.

    Example:
        >>> import zoo
        >>> vae = zoo.build("sigmoid_belief_network", image_shape=(8, 8, 1), latent_dim=3)
        >>> x = np.zeros([2, 8, 8, 1])
        >>> found = gradient_variance(vae, score_function, x, exact_gradient(vae, x), draws=20)
        >>> bool(np.all(found.variance > 0))
        True
    """
    check_count("draws", draws, least=2)
    (x,) = batched(x, vae, size=len(x))
    x = ops.convert_to_tensor(x)

    @compiled
    def estimate(x, key):
        # What an objective learns as it goes is left as it was.
        with keras.StatelessScope():
            logits = _bits(vae, x).logits
            return gradient(lambda logits: objective(_Given(vae, logits, key), x, training=True)[0], logits)

    keys = (fold_in(stream(seed, "gradient variance"), number) for number in range(draws))
    found = np.stack([np.asarray(estimate(x, key), "float64") for key in keys])
    variance = found.var(axis=0, ddof=1)
    squared = np.square(found.mean(axis=0) - exact) - variance / draws
    return GradientVariance(variance.sum(axis=-1), squared.sum(axis=-1))


def teach(vae, objective, images, steps, seed=0):
    """Trains what an objective has of its own, a baseline or a control variate, with the model as it is.

    Args:
        vae: a VAE, which keeps its weights.
        objective: a function, which is given back as it is, or a layer.
        images: what it is trained on, `[N, height, width, channels]`.
        steps: how many, with 100 images each.
        seed: of the training.

    Returns:
        The objective.
    """
    if not isinstance(objective, keras.layers.Layer):
        return objective
    pupil, parts = vae.replace(objective=objective), (vae.prior, vae.posterior, vae.likelihood)
    pupil.build((None, *vae.image_shape))
    before = [part.trainable for part in parts]
    rng = np.random.default_rng(seed)
    try:
        for part in parts:
            part.trainable = False
        pupil.compile(keras.optimizers.Adam(0.01))
        pupil.fit(images[rng.integers(0, len(images), 100 * steps)], batch_size=100, verbose=0)
    finally:
        for part, trainable in zip(parts, before, strict=True):
            part.trainable = trainable
    return objective


class _Given:
    """A model as objectives see it, whose q(z|x) has the logits that are given, and its draws the key."""

    def __init__(self, vae, logits, key):
        self.vae, self.key = vae, key
        self.q = vae.posterior.given((logits,))
        self.kl_weight = 1.0

    def infer(self, x, training=False):
        return self.q

    def log_joint(self, x, z, training=False):
        return self.vae.log_joint(x, z, training)

    def log_densities(self, x, num_samples=1, seed=None, training=False):
        return self.vae.log_densities(x, num_samples, self.key if seed is None else seed, training, self.q)


def _bits(vae, x):
    return relaxation(vae.infer(x))
