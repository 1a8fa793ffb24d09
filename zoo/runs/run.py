"""A run folder: what was trained on what, the model after its last finished epoch, and all that was made from it.

card.json             what the run is, and the scores found
model.keras           the model that is delivered: of the last finished epoch, or averaged, or of the best epoch
state.keras           what training goes on from: the model and its optimizer after the last finished epoch
history.json          what each epoch reported
samples.png, reconstructions.png, curves.png, latents.png; classes.png of a model with labels or clusters,
                      completions.png of one that takes missing pixels or views, and posteriors.png of one whose z has
                      two dimensions
samples.csv           of a table, in place of pictures
evaluation.json       after `zoo evaluate`
NAME.json, NAME.png   after `zoo judge`, of the judgement NAME
saved_model/1/, model.tflite    after `zoo export`
.writing-lock, .writing-...     while a process writes
"""

import contextlib
import functools
import itertools
import shutil
from pathlib import Path

import keras
import msgspec
import numpy as np

from zoo.callbacks.averages import ValidateAverages
from zoo.callbacks.patience import Patience, best_epoch, is_spent
from zoo.callbacks.plateau import Plateau
from zoo.callbacks.reseed import Reseed
from zoo.callbacks.save_epoch import MODEL, STATE, SaveEpoch, deliver
from zoo.callbacks.warm_up import WarmUp
from zoo.data import named
from zoo.data.pipeline import evaluation_batches, training_batches
from zoo.data.pixels import grey
from zoo.data.stream import Stream
from zoo.data.table import write_rows
from zoo.errors import InputError
from zoo.evaluation.judgement import judgements
from zoo.evaluation.latents.importance_weighted_posterior import importance_weighted_posterior
from zoo.evaluation.subset import subset
from zoo.files.foreign import reading
from zoo.files.saving import OWN, alone_in, check_writable, read_json, replacing, save_keras, sweep, write_json
from zoo.fitting.boost import grow_from, has_grown
from zoo.fitting.cluster_start import can_cluster, cluster_start
from zoo.fitting.ex_post import best_mixture_prior, enough_draws, with_prior
from zoo.fitting.linear_start import linear_start
from zoo.fitting.second_stage import is_first_stage, second_stage
from zoo.keras_file import load_keras
from zoo.loading import FOLDER, locate
from zoo.part import precision
from zoo.pictures.classes import class_sheet
from zoo.pictures.completions import completion_sheet
from zoo.pictures.curves import save_curves
from zoo.pictures.grid import grid, save_png
from zoo.pictures.latents import save_latents
from zoo.pictures.posteriors import save_posteriors
from zoo.priors.standard_normal import StandardNormal
from zoo.random.keys import low_bits
from zoo.runs.card import check_same_data, check_same_run, read_card, told_labels, versions, write_card
from zoo.runs.history import History
from zoo.runs.settings import SETTINGS
from zoo.support import Support


class Judged(msgspec.Struct):
    """What is read again of the file of a judgement: after how many epochs it was made."""

    epochs: int = 0


class Run:
    """A run folder that has been opened or begun.

    Args:
        folder: its path.
        card: its `zoo.runs.card.Card`.
        data: where its data are now; None for where the card says.
        changed_data: whether data are taken that aren't what they were.
    """

    def __init__(self, folder, card, data=None, changed_data=False):
        self.folder, self.card = Path(folder), card
        self._data, self._changed_data = data, changed_data
        #: Whether the data that were read aren't those that it was trained on.
        self.data_changed = False

    @property
    def judged(self):
        """What a figure is kept with: after how many epochs, and whether of data that aren't the run's own."""
        return {"epochs": self.card.epochs} | ({"changed_data": True} if self.data_changed else {})

    @classmethod
    def open(cls, folder, data=None, changed_data=False):
        """The run in an existing folder, or the one that a pretrained model was, by its name.

        Raises:
            InputError: it isn't the folder of a run, or its card was altered.
        """
        folder = locate(folder)
        if not (folder / "card.json").is_file():
            raise InputError(f"{folder} isn't the folder of a run: it has no card.json. `zoo train` makes one.")
        return cls(folder, read_card(folder / "card.json"), data, changed_data)

    @classmethod
    def begin(cls, folder, card, splits=None, changed_data=False):
        """A new run in a folder that is empty or not there yet, or the same run again, to go on with.

        Args:
            folder: its path.
            card, splits: of `zoo.runs.card.describe`; the data are read when they are needed where no splits are given.
            changed_data: whether the same run may go on with data that aren't what they were.

        Raises:
            InputError: the folder has something else in it, another run or none; its data have changed; or a new run
                can't begin with the weights that it is to begin with.
        """
        run = cls(folder, card, changed_data=changed_data)
        if (run.folder / "card.json").is_file():
            run._begin_again(cls.open(folder))
        elif _occupied(run.folder):
            raise InputError(f"{folder} is there and isn't a run. Give another folder with --out.")
        else:
            _check_start(card)
            run._write_new_card()
        if splits is not None:
            run.splits = splits
        return run

    def _begin_again(self, before):
        if not before.card.epochs and self._last is None:
            # Not one epoch of it was finished: there is nothing to lose, unless one is being trained.
            _check_start(self.card)
            with alone_in(self.folder):
                self._write_new_card()
            return
        if before.card.fit_prior and self.card.fit_prior:
            # It is fitted anew when training has ended.
            self.card = msgspec.structs.replace(self.card, fitted_prior=before.card.fitted_prior)
        elif before.card.fitted_prior:
            raise InputError(
                f"{self.folder} has a model whose prior was fitted to its codes ({before.card.fitted_prior}): it "
                "can't be trained on. Give another folder with --out."
            )
        if before.card.decay and self.card.decay and self.card.decay > before.card.decay:
            raise InputError(
                f"{self.folder} has a run whose learning rate falls to zero over {before.card.decay} epochs: it can't "
                "be given more. Give another folder with --out."
            )
        check_same_run(before.card, self.card, self.folder, self._changed_data)
        more = {name: getattr(self.card, name) for name, setting in SETTINGS.items() if not setting.identity}
        if more != {name: getattr(before.card, name) for name in more}:
            self.write_card(**more)
        self.card = msgspec.structs.replace(before.card, data=self.card.data, **more)
        if self.card.data.fingerprint == before.card.data.fingerprint:
            # It may lie elsewhere now.
            self.write_card(data=self.card.data)

    def _write_new_card(self):
        self.card = write_card(self.folder / "card.json", **msgspec.structs.asdict(self.card))

    def stale(self):
        """The names of what was made of the model before it was trained further."""
        made = {"evaluation.json": self.card.scores, "the export": self.card.export}
        with reading(self.folder / "card.json", "the card of a run"):
            epochs = {name: msgspec.convert(entry, Judged).epochs for name, entry in made.items() if entry is not None}
        judged = [self.folder / f"{name}.json" for name in judgements()]
        epochs |= {path.name: read_json(path, Judged).epochs for path in judged if path.exists()}
        return [name for name, trained in epochs.items() if trained < self.card.epochs]

    @property
    def pretrained(self):
        """Whether it is a pretrained model's: nothing is written there."""
        return FOLDER in self.folder.resolve().parents

    def check_own(self):
        """Raises `InputError` where it is a pretrained model's."""
        if self.pretrained:
            name = self.folder.name
            raise InputError(f"{name} is pretrained, and its files are in {self.folder}. Give a run of your own.")

    def write_card(self, folder=None, **entries):
        """Adds entries to the card, as other processes have left it by now, and writes it.

        Args:
            folder: where to; None for the run's own. `replacing` gives another, to change it along with other files.
            **entries: what is added.
        """
        path = (folder or self.folder) / "card.json"
        if folder:
            shutil.copyfile(self.folder / "card.json", path)
        self.card = write_card(path, **entries)

    @functools.cached_property
    def splits(self):
        """The run's data set.

        Raises:
            InputError: it isn't there, or isn't what it was.
        """
        was = self.card.data
        name = named.absolute(self._data) if self._data else named.locate(was.name, self.folder)
        if name is None:
            raise InputError(f"{self.folder} has data {was.name}, which isn't there: --data says where it is now.")
        now, splits = msgspec.structs.replace(was, name=name).load(self.card.version)
        if not self._changed_data:
            check_same_data(was, now, self.folder)
        self.data_changed = was.fingerprint is not None and now.fingerprint != was.fingerprint
        if now.fingerprint == was.fingerprint and name != was.name and was.fingerprint and not self.pretrained:
            self.write_card(data=now)
        self.card = msgspec.structs.replace(self.card, data=now)
        return now.in_range(splits)

    @functools.cached_property
    def told_labels(self):
        """The labels of the training images that training is told, integers `[N]`; None where the data have none."""
        return told_labels(self.splits, self.card)

    @property
    def steps(self):
        """The batches of an epoch."""
        return -(-len(self.splits.train.images) // self.card.batch_size)

    @property
    def _steps_at_once(self):
        # Small steps take half the time when Python is asked once for many; an epoch is a whole number of them.
        return max(n for n in range(1, 21) if self.steps % n == 0)

    @property
    def history(self):
        """What each epoch reported: a list of dicts."""
        path = self.folder / "history.json"
        return read_json(path, History).epochs if path.exists() else []

    @property
    def done(self):
        """How many epochs are done."""
        history = self.history
        return history[-1]["epoch"] if history else 0

    @property
    def delivered(self):
        """The number of the epoch whose model is delivered: the last, or the best where there is a patience."""
        return best_epoch(self.history) if self.card.patience else self.history[-1]["epoch"]

    @property
    def is_spent(self):
        """Whether its patience has come to an end."""
        return self.card.patience is not None and is_spent(self.history, self.card.patience, self.card.anew)

    @property
    def _last(self):
        """The file that training goes on from, or None. Once one file was both this and the model."""
        return next((path for path in (self.folder / STATE, self.folder / MODEL) if path.is_file()), None)

    def load_model(self):
        """The model that is delivered.

        Raises:
            InputError: there is none yet, or the file is damaged.
        """
        path = self.folder / MODEL
        if not path.is_file():
            raise InputError(f"{self.folder} has no model.keras: no epoch was finished. Run its `zoo train` again.")
        return self._load(path)

    def _load(self, path):
        model = load_keras(path)
        self._as_before(model)
        return model

    def _as_before(self, model):
        """Lets the model of a run of before there were ranges have the real values that it was trained on."""
        if self.card.version > 1 or Path(self.card.data.name).suffix not in (".npy", ".npz"):
            return
        with contextlib.suppress(InputError):
            # Without its data it is sampled from as it was.
            self.splits  # noqa: B018
        if self.card.data.range is None:
            model.take_any_range()
            model.seen = self.card.data.seen

    def test_batches(self, chosen=None):
        """Batches of the test images, or of those with the numbers `chosen`, binarized once and for all."""
        return evaluation_batches(self.splits.test.images, 100, self.card.data.binarization, 0, chosen)

    def validation_batches(self, batch_size=100, labels=None):
        """Batches of validation images, the same each time; with labels, of all of them, tuples of both."""
        images, binarization = self.splits.validation.images, self.card.data.binarization
        return evaluation_batches(images, batch_size, binarization, seed=1, labels=labels)

    def train_batches(self, chosen=None):
        """Batches of the training images; binarized as in training, where that was once and for all."""
        binarization, seed = self.card.data.binarization, self.card.seed
        return evaluation_batches(self.splits.train.images, 100, binarization, seed, chosen)

    def train(self, epochs, callbacks=()):
        """Trains until `epochs` epochs are done, those of earlier calls and processes included.

        After each, history, state and model are written, each whole, so that a killed process leaves the last finished
        epoch. It ends earlier where the run's patience does.

        Returns:
            The model that is delivered, and how many epochs it trained in this call.

        Raises:
            InputError: another process trains in the folder, or has begun another run there.
        """
        with alone_in(self.folder):
            check_same_run(Run.open(self.folder).card, self.card, self.folder, self._changed_data)
            sweep(self.folder)
            return self._train(epochs, callbacks)

    def _train(self, epochs, callbacks):
        card, steps = self.card, self.steps
        if self._last is None:
            model, done = self.new_model(), 0
        else:
            model = self._load(self._last)
            model.steps_per_execution = self._steps_at_once
            done = epochs_done(self.history, int(model.optimizer.iterations), steps)
        history, best = [row for row in self.history if row["epoch"] <= done], card.patience is not None
        if card.epochs < done:
            # A process that was killed had no time to say so, nor perhaps to deliver its last epoch's model.
            if self._last.name == STATE:
                deliver(model, self.folder, history, best)
            self.write_card(epochs=done, versions=versions())
        begun = done
        if card.limit is None or epochs > card.limit:
            more = card.limit is not None and best and is_spent(history, card.patience, card.anew)
            limits = {"limit": epochs, "anew": done if more else card.anew}
            self.write_card(**limits)
            # Its data may be others than those on the card.
            card = self.card = msgspec.structs.replace(card, **limits)
        if done < epochs and not (best and is_spent(history, card.patience, card.anew)):
            if card.data != read_card(self.folder / "card.json").data:
                # It is trained on these from now on.
                self.write_card(data=card.data)
            self._fit(model, done, epochs, history, callbacks)
            done = history[-1]["epoch"]
            self.write_card(epochs=done, versions=versions())
        if card.fit_prior and (self.card.prior or {}).get("epochs") != done:
            self._fit_prior(done)
        # What was trained last is what is delivered, where it isn't averaged nor the best.
        as_it_is = card.ema is None and card.patience is None and not card.fit_prior
        return (model if as_it_is else self.load_model()), done - begun

    def _fit(self, model, done, epochs, history, callbacks):
        card = self.card
        own = [Reseed(card.seed)]
        if card.warm_up is not None:
            own.append(WarmUp(card.warm_up))
        if card.ema is not None:
            own.append(ValidateAverages())
        own.append(SaveEpoch(self.folder, history, best=card.patience is not None))
        if card.linear_start and card.patience is not None and not history:
            # The start may be better than all that comes after it.
            model.optimizer.build(model.trainable_variables)
            own[-1].save(model, 0, self._figures(model))
        if card.plateau is not None:
            own.append(Plateau(card.plateau, history, card.anew))
        if card.patience is not None:
            own.append(Patience(card.patience, history, card.anew))
        images, labels = self.splits.train.images, self.told_labels if model.labels else None
        batches = training_batches(images, card.batch_size, card.data.binarization, card.seed, epochs, done, labels)
        model.fit(
            Stream(batches),
            initial_epoch=done,
            epochs=epochs,
            steps_per_epoch=self.steps,
            validation_data=Stream(self._watched(model)),
            callbacks=[*own, *callbacks],
            shuffle=False,
            verbose=0,
        )

    def _watched(self, model):
        """The validation batches of training, with labels where the model takes them.

        Where it is told the labels of few training images, it is told none of these.
        """
        told = model.labels and self.card.labelled is None
        return self.validation_batches(self.card.batch_size, self.splits.validation.labels if told else None)

    def _fit_prior(self, done):
        """Delivers the model with a mixture for its prior, where that is better."""
        model = self.load_model()
        # It may have one of before.
        model = with_prior(model, StandardNormal(model.latent_dim))
        watched, draws = list(self.validation_batches()), enough_draws(len(self.splits.train.images))
        found = best_mixture_prior(model, self.train_batches(), watched, num_samples=draws, seed=self.card.seed)
        save_keras(found.vae or model, self.folder / MODEL)
        words = found.vae and f"mixture of {found.components}"
        kept = {"epochs": done, "components": found.components, "gain": found.gain, "gain_se": found.gain_se}
        self.write_card(fitted_prior=words, prior=kept)

    def _figures(self, model):
        """What an epoch would report of the model as it is, of some of the training images."""
        train, card = self.splits.train, self.card
        some = subset(train.images, 1000)
        labels = np.asarray(self.told_labels)[some] if model.labels and self.told_labels is not None else None
        seen = evaluation_batches(train.images[some], card.batch_size, card.data.binarization, card.seed, labels=labels)
        trained, validated = (
            model.evaluate(Stream(batches), verbose=0, return_dict=True) for batches in (seen, self._watched(model))
        )
        return trained | {f"val_{name}": value for name, value in validated.items()}

    def new_model(self):
        """The model as it is before the first epoch, compiled: the same each time."""
        card = self.card
        # The initial weights come from the seed, and the networks take the precision that reigns as they are made.
        keras.utils.set_random_seed(low_bits(card.seed))
        with precision({"float32": "float32", "bfloat16": "mixed_bfloat16"}[card.precision]):
            model = card.build()
        if card.data.range is None and model.range is not None:
            model.take_any_range()
        # What the pixels mean was decided from the whole training set.
        model.pixels, model.seen = "float32", card.data.seen
        model.start_from(self.splits.train.images, card.seed)
        if card.linear_start:
            model = linear_start(model, self.splits.train.images, card.seed)
        if card.start_at_mean:
            model.likelihood.start_at(mean_image(self.splits.train.images))
        if card.start_from:
            take_weights(model, card.start_from, self.splits.train.images, card.seed)
        model.compile(
            self._new_optimizer(model),
            jit_compile=card.jit or "auto",
            steps_per_execution=self._steps_at_once,
        )
        return model

    def _new_optimizer(self, model):
        card = self.card
        learning_rate = card.learning_rate
        if card.decay is not None:
            learning_rate = keras.optimizers.schedules.CosineDecay(learning_rate, card.decay * self.steps)
        averages = {} if card.ema is None else {"use_ema": True, "ema_momentum": card.ema}
        kind = model.adam if card.optimizer == "adam" else type(keras.optimizers.get(card.optimizer))
        return kind(learning_rate, global_clipnorm=card.clip_norm, **averages)

    def with_prior(self, fit, fitted_prior, folder):
        """A run in a folder of its own, of this run's model with another prior. It can't be trained on.

        Args:
            fit: a function of the model and batches of its training images, to the model with that prior.
            fitted_prior: what the prior is, in words.
            folder: where; it isn't there yet.

        Returns:
            The new `Run`.

        Raises:
            InputError: the folder is there already.
        """
        if Path(folder).exists():
            raise InputError(f"{folder} is there already. Give another folder with --out.")
        check_writable(Path(folder).parent)
        model = fit(self.load_model(), self.train_batches())
        # What its data are by now is what the prior was fitted to.
        card = msgspec.structs.replace(
            self.card,
            fitted_prior=fitted_prior,
            versions=versions(),
            scores=None,
            export=None,
            training_images=model.training_images,
        )
        with replacing(folder) as temporary:
            temporary.mkdir()
            write_card(temporary / "card.json", **msgspec.structs.asdict(card))
            write_json(temporary / "history.json", {"epochs": self.history})
            model.save(temporary / "model.keras")
        return Run.open(folder)

    def plot(self, model=None):
        """Makes the pictures.

        Returns:
            The paths of what was written.
        """
        model = model or self.load_model()
        if self.card.data.columns:
            return self._plot_table(model)
        test = self.splits.test
        paths = [self.folder / name for name in ("samples.png", "reconstructions.png", "curves.png", "latents.png")]
        if model.abilities.samples:
            save_png(paths[0], grid(grey(model.sample(64, seed=self.card.seed), model.shown)))
        else:
            paths.remove(self.folder / "samples.png")
        if model.abilities.samples_labels:
            paths.append(self.folder / "classes.png")
            save_png(paths[-1], class_sheet(model, seed=self.card.seed))
        originals = next(iter(self.test_batches(subset(test.images, 10))))
        both = np.concatenate([np.asarray(model.reconstruct(originals)), np.asarray(originals)])
        save_png(self.folder / "reconstructions.png", grid(grey(both, model.shown), columns=len(originals)))
        if model.abilities.takes_missing:
            paths.append(self.folder / "completions.png")
            save_png(paths[-1], completion_sheet(model, originals, seed=self.card.seed))
        if model.abilities.has_density and model.latent_dim == 2 and model.prior.support is Support.REALS:
            paths.append(self.folder / "posteriors.png")
            few = originals[:4]
            draws = {
                f"q_IW(z|x), k = {k}" if k > 1 else "q(z|x)": importance_weighted_posterior(
                    model, few, k, draws=500, seed=self.card.seed
                )
                for k in (1, 10, 100)
            }
            save_posteriors(paths[-1], model, few, draws)
        if self.history:
            save_curves(self.folder / "curves.png", self.history)
        some = subset(test.images, 2000)
        labels = None if test.labels is None else np.ma.masked_less(np.asarray(test.labels)[some], 0)
        save_latents(self.folder / "latents.png", model, self.test_batches(some), labels)
        return [path for path in paths if path.is_file()]

    def _plot_table(self, model):
        """What there is to see of a table's model: rows that it draws, and how it was trained."""
        paths = [self.folder / name for name in ("samples.csv", "curves.png")]
        with replacing(paths[0]) as temporary:
            write_rows(temporary, model.sample_pixels(64, seed=self.card.seed), self.card.data.columns)
        if self.history:
            save_curves(paths[1], self.history)
        return [path for path in paths if path.is_file()]


def _occupied(folder):
    """Whether there is something that no process of ours has left."""
    return folder.exists() and not (folder.is_dir() and all(path.name.startswith(OWN) for path in folder.iterdir()))


def epochs_done(history, iterations, steps):
    """The number of epochs that a model has seen, by its optimizer's count of batches.

    An epoch's row in the history says how many batches had been seen by then: how many there are in an epoch may have
    changed since. The last row may be one ahead of the model, where a process was killed between the two.

    Args:
        history: a list of dicts, one for each epoch; those of before have no `iterations`.
        iterations: of the optimizer.
        steps: batches of an epoch now.

    Example:
        >>> epochs_done([{"epoch": 1, "iterations": 10}, {"epoch": 2, "iterations": 20}], 10, steps=2)
        1
        >>> epochs_done([{"epoch": 1}, {"epoch": 2}], 20, steps=10)
        2
    """
    seen = [row["epoch"] for row in history if row.get("iterations", iterations + 1) <= iterations]
    return seen[-1] if seen else iterations // steps


def mean_image(images):
    """The mean of images, `[height, width, channels]`; they may be on disk, and larger than memory.

    Of each pixel it is the mean of what is seen. One that never is has the mean of all.

    Example:
        >>> float(mean_image(np.array([[[[0.0]]], [[[1.0]]]])).item())
        0.5
    """
    blocks = (np.asarray(images[start : start + 1000]) for start in range(0, len(images), 1000))
    sums = [(np.nansum(block, axis=0, dtype="float64"), (~np.isnan(block)).sum(axis=0)) for block in blocks]
    total, count = (sum(each) for each in zip(*sums, strict=True))
    return np.where(count, total / np.maximum(count, 1), total.sum() / count.sum())


def _check_start(card):
    """Raises `InputError` where the model can't begin with the weights of `start_from`."""
    if card.start_from:
        take_weights(card.build(), card.start_from)


def take_weights(model, start_from, images=None, seed=0):
    """Gives a model the weights of another that has the same networks: a VAE's those of an IWAE, say.

    A boosted VAE also takes those of one with a component less, which it goes on from; one with a mixture for its prior
    those of one with N(0, I), to whose codes the mixture is fitted; and a model of two stages those of its first stage,
    which stays as it is.

    Args:
        model: a built model.
        start_from: the folder of a run, or a pretrained model's name.
        images: those that it is to be trained on, for their codes; None where it is enough that it can begin so.
        seed: an int; which of many images.

    Raises:
        InputError: there is no model in it, or its networks are others.
    """
    trained = Run.open(start_from).load_model()
    if has_grown(model, trained):
        grow_from(model, trained)
        return
    if is_first_stage(model, trained):
        second_stage(model, trained)
        return
    if can_cluster(model, trained):
        if images is not None:
            cluster_start(model, trained, images, seed)
        return
    for theirs, ours in itertools.zip_longest(trained.weights, model.weights):
        if theirs is None or ours is None or theirs.shape != ours.shape:
            raise InputError(
                f"start_from is {start_from}, a {trained.name} whose networks are others: it has {_in_words(theirs)} "
                f"where {model.name} has {_in_words(ours)}. Give the arguments that it was trained with, or leave "
                "start_from out."
            )
    model.set_weights(trained.get_weights())


def _in_words(weight):
    return "nothing more" if weight is None else f"{weight.path} {list(weight.shape)}"
