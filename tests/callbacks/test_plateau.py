"""Against Keras's own, which counts as it goes."""

import keras
import numpy as np
import pytest

from zoo.callbacks.plateau import is_cut_due


@pytest.mark.parametrize("epochs", [1, 2, 3])
def test_it_cuts_where_keras_does(epochs):
    losses = np.round(np.random.default_rng(epochs).normal(size=60) - 0.02 * np.arange(60), 1)
    theirs = keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.3, patience=epochs, min_delta=0)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(1.0), "mse")
    theirs.set_model(model)
    theirs.on_train_begin()
    history, cuts = [], 0
    for epoch, loss in enumerate(losses, 1):
        theirs.on_epoch_end(epoch, {"val_loss": loss})
        history.append({"epoch": epoch, "val_loss": loss})
        cuts += is_cut_due(history, epochs)
        assert float(model.optimizer.learning_rate) == pytest.approx(0.3**cuts, rel=1e-4)
    assert cuts > 5


def test_it_counts_from_where_it_begins_anew():
    history = [{"epoch": n, "val_loss": loss} for n, loss in enumerate((1.0, 2.0, 2.0, 2.0), 1)]
    assert [is_cut_due(history[:n], 2, anew=2) for n in (2, 3, 4)] == [False, False, False]
    assert is_cut_due([*history, {"epoch": 5, "val_loss": 2.0}], 2, anew=2)
