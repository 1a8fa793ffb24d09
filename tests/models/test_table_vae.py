import keras
import numpy as np
import pytest

import zoo
from tests.conftest import tensorflow_only
from zoo.errors import InputError

NAN = np.float32("nan")
KINDS = ["number", 3, "count"]


def small(**kwargs):
    return zoo.build("table_vae", image_shape=(3,), latent_dim=2, units=(16,), kinds=KINDS, **kwargs)


def table(rng, n=300):
    """Rows of which each class has a number and counts of its own, and a fifth of the cells missing."""
    label = rng.integers(0, 3, n)
    x = np.stack([2.0 * label - 2 + 0.3 * rng.normal(size=n), label, rng.poisson(5 * 6**label / 6)], axis=1)
    return np.where(rng.random(x.shape) < 0.2, NAN, x).astype("float32"), x.astype("float32")


@pytest.mark.long
@pytest.mark.parametrize("kwargs", [{}, {"robust": True, "zero_inflated": True}])
def test_it_is_trained_on_tables_with_holes(kwargs, rng, tmp_path):
    model = small(**kwargs)
    x, _ = table(rng)
    x[0] = NAN
    model.compile(keras.optimizers.Adam(0.01))
    history = model.fit(x, epochs=2, verbose=0, validation_data=x).history
    assert np.isfinite([value for values in history.values() for value in values]).all()
    made = np.asarray(model.sample_pixels(50, seed=7))
    model.likelihood.check(made, "samples")
    assert np.array_equal(made, model.sample_pixels(50, seed=7)) and len(np.unique(made[:, 1])) > 1
    model.save(tmp_path / "model.keras")
    again = zoo.load(tmp_path / "model.keras")
    assert np.array_equal(again.sample_pixels(50, seed=7), made)
    assert np.array_equal(again.encode(x), model.encode(x))


@pytest.mark.long
def test_a_cell_is_told_from_the_others(rng):
    model = small()
    x, whole = table(rng, 1000)
    model.compile(keras.optimizers.Adam(0.01))
    model.fit(x, epochs=40, batch_size=50, verbose=0)
    asked = whole[:200].copy()
    asked[:, 1] = NAN
    found = np.asarray(model.complete(asked, seed=3, num_samples=100))
    assert np.mean(found[:, 1] == whole[:200, 1]) > 0.9
    asked = whole[:200].copy()
    asked[:, 0] = NAN
    found = np.asarray(model.complete(asked, seed=3, num_samples=100))[:, 0]
    assert np.corrcoef(found, whole[:200, 0])[0, 1] > 0.9


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"kinds": ["number"]}, "must have one of each of the 3 columns"),
        ({"kinds": ["number", "numbr", 3]}, "kinds has 'numbr', but a column is 'number', 'count'"),
        ({"kinds": ["number", 0, 3]}, "kinds has 0"),
        ({"k": 0}, "k is 0"),
    ],
)
def test_what_it_can_not_be_made_of_is_refused(kwargs, message):
    with pytest.raises(InputError, match=message):
        zoo.build("table_vae", image_shape=(3,), **kwargs)


@pytest.mark.long
@tensorflow_only
@pytest.mark.parametrize("kwargs", [{}, {"robust": True, "zero_inflated": True}])
def test_what_is_exported_does_what_it_does(kwargs, rng, tmp_path):
    from zoo.export.compare import compare
    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures
    from zoo.export.tflite import write_tflite

    model = small(**kwargs)
    asked = signatures(model, num_samples=3)
    assert "complete" in asked
    write_saved_model(tmp_path / "saved_model", asked)
    write_tflite(tmp_path / "model.tflite", tmp_path / "saved_model", asked)
    compare(model, asked, table(rng, 5)[0], tmp_path / "saved_model", tmp_path / "model.tflite")
