"""Models that classify: what they say of a label, and that they learn it from few."""

import keras
import numpy as np
import pytest

import zoo
from tests.labelled_gaussian import LABELS, LabelledLinear
from tests.models.test_conditional_vae import rows
from zoo.errors import InputError

PLAINLY = {"jit_compile": False} if keras.backend.backend() == "tensorflow" else {}


def few(count, known, seed=0):
    """Noisy images whose bright row is their label, which is known of so many."""
    rng = np.random.default_rng(seed)
    y = np.arange(count) % 3
    x = (rng.random([count, 8, 8, 1]) < 0.1 + 0.6 * rows(y)).astype("float32")
    return x, y, np.where(np.arange(count) < known, y, -1)


@pytest.mark.parametrize("classified", [False, True], ids=["blind", "classified"])
def test_it_classifies_by_its_classifier_or_by_what_explains_the_image(classified):
    model = LabelledLinear(classified)
    model.make_exact()
    found = np.asarray(model.vae.classify(model.x))
    assert found.shape == (6, LABELS)
    if classified:
        expected = np.asarray(model.vae.infer_label(model.x).probabilities())
    else:
        expected = np.exp(model.log_pxy() - model.log_p(np.full(6, -1))[:, None])
    assert np.allclose(found, expected, atol=1e-4)
    # Not what it was told.
    told = {"image": model.x, "label": model.y.astype("int32")}
    assert np.array_equal(found, model.vae.classify(told))


@pytest.mark.long
@pytest.mark.parametrize("name", ["m2", "m1_m2"])
def test_a_few_labels_are_enough_where_images_are_in_groups(name):
    x, _, known = few(600, 9)
    sizes = {"latent_dim": 4, "labels": 3, "units": (32,), "alpha": 0.5, "labelled_share": 9 / 600}
    model = zoo.build(name, image_shape=(8, 8, 1), **sizes | ({"upper_units": (32,)} if name == "m1_m2" else {}))
    model.compile(keras.optimizers.Adam(3e-3), **PLAINLY)
    model.fit(x, known, epochs=80, batch_size=60, verbose=0)
    other, truth, _ = few(300, 0, seed=1)
    assert np.mean(np.asarray(model.classify(other)).argmax(1) == truth) > 0.95
    labels = np.arange(60) % 3
    drawn = np.asarray(model.sample_label(labels, seed=7))
    assert [drawn[labels == label].mean((0, 2, 3)).argmax() for label in range(3)] == [0, 1, 2]


def test_what_can_not_be_is_refused():
    with pytest.raises(InputError, match="labelled_share is 0"):
        zoo.build("m2", labelled_share=0)
    with pytest.raises(InputError, match="alpha is -1"):
        zoo.build("m1_m2", alpha=-1)
    for name in ("vae", "two_stage_vae"):
        with pytest.raises(InputError, match="takes no labels, which a classification needs"):
            zoo.build(name, image_shape=(8, 8, 1), latent_dim=2).classify(np.zeros([1, 8, 8, 1]))
