"""What a run goes on from, and what it delivers: with each setting, and with all of them, to the bit."""

import itertools

import keras
import numpy as np
import pytest

import zoo.callbacks.save_epoch
import zoo.runs.settings
from zoo.callbacks.averages import averaged
from zoo.callbacks.patience import best_epoch
from zoo.errors import InputError
from zoo.fitting.ex_post import bound_gain
from zoo.keras_file import load_keras
from zoo.priors.full_mixture import FullMixture
from zoo.priors.standard_normal import StandardNormal
from zoo.runs.card import describe, format_of
from zoo.runs.run import Run

#: Of the noise that it is trained on it learns what isn't so: the validation loss falls, and rises again.
OVERFITTING = {"batch_size": 16, "learning_rate": 0.02}
#: `decay` is of these epochs.
EPOCHS = 12
ALL = {
    "optimizer": "adamax",
    "decay": EPOCHS,
    "clip_norm": 5.0,
    "ema": 0.1,
    "warm_up": 3,
    "free_bits": 0.01,
    "patience": 2,
    "start_at_mean": True,
}
APART = {
    "in training": {"optimizer": "nadam", "warm_up": 3, "free_bits": 0.01},
    "ema": {"ema": 0.1},
    "patience": {"patience": 2},
    "plateau": {"plateau": 1, "patience": 3},
    "fit prior": {"fit_prior": True, "patience": 3},
    "linear start": {"linear_start": True, "plateau": 1, "patience": 3},
}


class Killed(BaseException):
    """What nothing in between catches."""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "noise.npz"
    x = np.random.default_rng(0).random((80, 4, 4, 1)) < 0.3
    np.savez(path, x_train=x[:32], x_val=x[32:64], x_test=x[64:])
    return {"name": str(path)}


def train(folder, data, epochs=EPOCHS, **settings):
    arguments = {"latent_dim": 2, "units": [32]}
    if settings.get("linear_start"):
        arguments |= {"likelihood": "gaussian", "likelihood.scale": None}
    version = format_of(folder)
    run = Run.begin(folder, *describe("vae", arguments, data, version=version, **OVERFITTING | settings))
    return run, *run.train(epochs)


def everything(folder):
    """All that is left of a training, but for the time that it took; and the seeds, which each epoch sets anew."""
    state, model = (load_keras(folder / name) for name in ("state.keras", "model.keras"))
    variables = [*state.variables, *state.optimizer.variables, *model.variables]
    rows = [{key: value for key, value in row.items() if key != "seconds"} for row in Run.open(folder).history]
    return [np.asarray(each) for each in variables if "seed_generator" not in each.path], rows


def same(folder, other):
    (arrays, rows), (others, other_rows) = everything(folder), everything(other)
    return rows == other_rows and all(np.array_equal(a, b) for a, b in zip(arrays, others, strict=True))


def kill(monkeypatch, writes):
    """Lets the process be killed before it writes for the nth time: history, state, model, history, ..."""
    count = itertools.count(1)

    def counted(function):
        def write(*arguments):
            if next(count) == writes:
                raise Killed
            return function(*arguments)

        return write

    for name in ("write_json", "save_keras", "deliver"):
        monkeypatch.setattr(zoo.callbacks.save_epoch, name, counted(getattr(zoo.callbacks.save_epoch, name)))


@pytest.fixture(scope="module")
def whole(data, tmp_path_factory):
    """With all settings, without interruption."""
    return train(tmp_path_factory.mktemp("whole") / "run", data, **ALL)


def test_it_stops_when_patience_ends_and_delivers_the_best_epochs_averages(whole, data, tmp_path):
    run, model, count = whole
    best = best_epoch(run.history)
    assert 1 < best < EPOCHS - 2 and count == len(run.history) == best + 2 == run.card.epochs
    assert run.delivered == best
    # Without a patience, and for as long as the best took, it is the same.
    train(tmp_path / "run", data, best, **ALL | {"patience": None})
    assert np.array_equal(Run.open(tmp_path / "run").history[-1]["val_loss"], run.history[best - 1]["val_loss"])
    alone, state = (load_keras(tmp_path / "run" / name) for name in ("model.keras", "state.keras"))
    for ours, theirs in zip(model.trainable_variables, alone.trainable_variables, strict=True):
        assert np.array_equal(np.asarray(ours), np.asarray(theirs))
    first, raw = (np.asarray(each.trainable_variables[0]) for each in (alone, state))
    assert not np.array_equal(first, raw), "which isn't averaged"


def test_what_is_validated_is_what_is_delivered(data, tmp_path):
    run, model, _ = train(tmp_path / "run", data, 3, ema=0.1)
    (kl, raw) = (
        each.evaluate(np.asarray(run.splits.validation.images), batch_size=16, verbose=0, return_dict=True)["kl"]
        for each in (model, load_keras(run.folder / "state.keras"))
    )
    assert kl == pytest.approx(run.history[-1]["val_kl"], rel=1e-5)
    assert raw != pytest.approx(kl, rel=1e-3)


@pytest.mark.long
def test_killed_before_each_kind_of_file_is_written_it_goes_on_to_the_bit(whole, data, tmp_path, monkeypatch):
    """The first epoch's state, the second one's history, and the third one's model."""
    for writes in (2, 4, 6):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            kill(patch, writes)
            train(tmp_path / "run", data, **ALL)
    train(tmp_path / "run", data, **ALL)
    assert same(tmp_path / "run", whole[0].folder)


@pytest.mark.long
@pytest.mark.parametrize("settings", APART.values(), ids=APART)
def test_with_some_settings_alone_it_goes_on_to_the_bit(settings, data, tmp_path, monkeypatch):
    train(tmp_path / "whole", data, 3, **settings)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        kill(patch, 5)
        train(tmp_path / "run", data, 3, **settings)
    train(tmp_path / "run", data, 3, **settings)
    assert same(tmp_path / "run", tmp_path / "whole")


def test_a_best_epoch_whose_model_was_not_written_is_delivered_after_all(data, tmp_path, monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(Killed):
        kill(patch, 3)
        train(tmp_path / "run", data, 1, patience=2, ema=0.1)
    assert not (tmp_path / "run/model.keras").exists()
    _, model, count = train(tmp_path / "run", data, 1, patience=2, ema=0.1)
    assert count == 0
    state = load_keras(tmp_path / "run/state.keras")
    with averaged(state):
        for ours, theirs in zip(model.trainable_variables, state.trainable_variables, strict=True):
            assert np.array_equal(np.asarray(ours), np.asarray(theirs))


@pytest.mark.long
def test_a_run_that_has_stopped_is_left_alone_but_with_more_patience(data, tmp_path):
    folder = tmp_path / "run"
    run, _, count = train(folder, data, patience=1)
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    again, _, more = train(folder, data, patience=1)
    assert (more, again.is_spent) == (0, True)
    assert files == {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    with pytest.raises(InputError, match="has another run in it, with patience 1, not None"):
        train(folder, data)
    with pytest.raises(InputError, match=r"has another run in it, with ema None, not 0\.1"):
        train(folder, data, patience=1, ema=0.1)
    patient, _, more = train(folder, data, count + 1, patience=EPOCHS)
    assert more == 1 and patient.card.patience == Run.open(folder).card.patience == EPOCHS
    assert patient.history[:count] == run.history[:count]


@pytest.mark.long
def test_a_run_that_has_stopped_is_given_more_epochs_and_counts_anew(data, tmp_path):
    run, _, count = train(tmp_path / "run", data, patience=1)
    before = run.history
    rate = float(load_keras(run.folder / "state.keras").optimizer.learning_rate)
    more, _, further = train(tmp_path / "run", data, EPOCHS + 5, patience=1)
    assert further >= 2 and more.history[:count] == before
    assert (more.card.anew, more.card.limit) == (count, EPOCHS + 5)
    assert float(load_keras(run.folder / "state.keras").optimizer.learning_rate) == rate
    # The same command again has nothing to do.
    assert train(tmp_path / "run", data, EPOCHS + 5, patience=1)[2] == 0


@pytest.mark.long
def test_a_run_whose_prior_was_fitted_is_trained_on_and_has_it_fitted_anew(data, tmp_path, monkeypatch):
    # Of two clusters of images, whose codes are no N(0, I).
    path = tmp_path / "two.npz"
    rng = np.random.default_rng(0)
    x = (rng.random((300, 4, 4, 1)) < np.where(rng.random(300) < 0.5, 0.02, 0.98)[:, None, None, None]).astype("uint8")
    np.savez(path, x_train=x[:200], x_val=x[200:250], x_test=x[250:])
    data = {"name": str(path)}
    run, model, _ = train(tmp_path / "run", data, 15, fit_prior=True)
    assert type(model.prior) is FullMixture and run.card.fitted_prior == f"mixture of {run.card.prior['components']}"
    gain, error = run.card.prior["gain"], run.card.prior["gain_se"]
    assert gain > 2 * error
    base = model.replace(prior=StandardNormal(2))
    found = bound_gain(base, model, list(run.validation_batches()), seed=run.card.seed)
    assert found == pytest.approx({"gain": gain, "gain_se": error}, rel=1e-4)
    assert type(load_keras(run.folder / "state.keras").prior) is StandardNormal
    more, model, count = train(tmp_path / "run", data, 17, fit_prior=True)
    assert (count, more.card.prior["epochs"], more.card.epochs) == (2, 17, 17)
    assert type(model.prior) is FullMixture
    # A kill before the card has it leaves nothing undone.
    Run.open(run.folder).write_card(prior=None, fitted_prior=None)
    again, model, count = train(tmp_path / "run", data, 17, fit_prior=True)
    assert count == 0 and again.card.prior == more.card.prior
    with pytest.raises(InputError, match="has a model whose prior was fitted"):
        train(tmp_path / "run", data, 18)


def test_the_rate_is_cut_where_the_history_says(data, tmp_path):
    run, _, _ = train(tmp_path / "run", data, plateau=2, patience=EPOCHS)
    losses, lowest, since, cuts = [row["val_loss"] for row in run.history], np.inf, 0, 0
    # The cut that the last epoch asks for would come with the next.
    for loss in losses[:-1]:
        lowest, since = (loss, 0) if loss < lowest else (lowest, since + 1)
        cuts, since = (cuts + 1, 0) if since == 2 else (cuts, since)
    assert cuts >= 2
    rate = float(load_keras(run.folder / "state.keras").optimizer.learning_rate)
    assert rate == pytest.approx(OVERFITTING["learning_rate"] * 0.3**cuts, rel=1e-5)


def test_a_linear_start_that_training_makes_worse_is_delivered(data, tmp_path):
    run, model, _ = train(tmp_path / "run", data, 3, linear_start=True, patience=3, learning_rate=1.0)
    assert [row["epoch"] for row in run.history] == [0, 1, 2, 3] and run.delivered == run.history[0]["epoch"]
    assert len({frozenset(row) for row in run.history}) == 1, "the same figures in each row"
    start = np.asarray(model.likelihood.decoder.kernel)
    assert np.array_equal(start, np.asarray(run.load_model().likelihood.decoder.kernel))
    assert not np.array_equal(start, np.asarray(load_keras(run.folder / "state.keras").likelihood.decoder.kernel))


def test_the_optimizer_is_what_the_settings_say(data):
    settings = {"optimizer": "lion", "learning_rate": 0.5, "clip_norm": 2.0, "ema": 0.9}
    card, splits = describe("vae", {"latent_dim": 2, "units": [4]}, data, **settings)
    run = Run("nowhere", card)
    run.splits = splits
    optimizer = run.new_model().optimizer
    assert type(optimizer) is keras.optimizers.Lion
    found = (float(optimizer.learning_rate), optimizer.global_clipnorm, optimizer.use_ema, optimizer.ema_momentum)
    assert found == (0.5, 2.0, True, 0.9)


@pytest.mark.parametrize("name", zoo.runs.settings.OPTIMIZERS)
def test_keras_has_the_optimizer(name):
    assert type(keras.optimizers.get(name)).__name__.lower() == name


@pytest.mark.parametrize(
    ("model", "arguments", "settings", "message"),
    [
        ("iwae", {}, {"free_bits": 0.1}, "free_bits is for an objective with a KL term apart.*no argument of iwae"),
        ("vae", {"objective": "free_bits"}, {"free_bits": 0.1}, "KL term apart"),
        ("vae", {"objective.free_bits": 0.1}, {"free_bits": 0.1}, "leave one of them out"),
        ("autoencoder", {}, {"free_bits": 0.1}, "free_bits is for an objective with a KL term apart"),
        ("autoencoder", {}, {"warm_up": 3}, "warm_up is for models with a KL term"),
        ("mixture_vae", {}, {"fit_prior": True}, r"fit_prior is for models whose prior is N\(0, I\), and mixture_vae"),
        ("autoencoder", {}, {"fit_prior": True}, "fit_prior is for models whose prior"),
        ("pixel_vae", {}, {"linear_start": True}, "PixelCNN has no linear start"),
        ("autoencoder", {}, {"linear_start": True}, "gives images no density, which a linear start needs"),
        ("vae", {}, {"decay": 3, "plateau": 2}, "decay and plateau both move the learning rate"),
        ("vae", {}, {"start_at_mean": True, "linear_start": True}, "start_at_mean and linear_start both say where"),
        ("vae", {"objective.num_samples": 0}, {}, "num_samples is 0"),
        ("iwae", {"k": 2, "gradient_samples": 3}, {}, "gradient_samples is 3, but must be at most"),
        ("iwae", {"k": 2, "objective.num_samples": 3}, {}, "num_samples is given twice"),
        ("vae", {"likelihood": "gaussian", "likelihood.scale": -1}, {}, "scale is -1"),
    ],
)
def test_what_does_not_go_together_is_refused_before_any_work(model, arguments, settings, message, data):
    with pytest.raises(InputError, match=message):
        describe(model, arguments, data, **settings)


def test_a_setting_of_the_objective_is_used(data, tmp_path):
    card, _ = describe("vae", {"latent_dim": 2, "objective": "beta_elbo", "objective.beta": 2.0}, data, free_bits=0.5)
    assert card.build().objective.keywords == {"beta": 2.0, "free_bits": 0.5}
