import numpy as np
import pytest

from zoo.data.pipeline import BINARIZATIONS, default_binarization, evaluation_batches, is_grey, training_batches
from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.gaussian import Gaussian


@pytest.fixture
def grey(rng):
    """Each image is constant, and its grey value is its number."""
    return np.repeat(np.arange(200, dtype="uint8"), 64).reshape(200, 8, 8, 1)


def epochs(batches, size=200):
    rows = np.concatenate([np.asarray(b) for b in batches])
    return rows.reshape(-1, size, *rows.shape[1:])


def test_each_epoch_has_every_image_once_in_an_order_of_its_own(grey):
    found = epochs(training_batches(grey, 32, "none", seed=1, epochs=3))
    numbers = np.round(found[:, :, 0, 0, 0] * 255).astype(int)
    assert all(sorted(order) == list(range(200)) for order in numbers)
    assert not np.array_equal(numbers[0], numbers[1])


@pytest.mark.parametrize("binarization", ["none", "dynamic", "static"])
def test_an_epoch_depends_on_seed_and_number_alone(grey, binarization):
    whole = epochs(training_batches(grey, 32, binarization, seed=1, epochs=4))
    rest = epochs(training_batches(grey, 32, binarization, seed=1, epochs=4, first_epoch=2))
    assert np.array_equal(whole[2:], rest)
    assert not np.array_equal(whole[0], epochs(training_batches(grey, 32, binarization, seed=2, epochs=1))[0])


def test_dynamic_draws_are_fresh_and_have_the_grey_values_for_probabilities(grey):
    first, second = (epochs(training_batches(grey[128:129].repeat(500, 0), 50, "dynamic", s, 1), 500) for s in (1, 2))
    assert set(np.unique(first)) == {0.0, 1.0}
    assert abs(first.mean() - 128 / 255) < 4 * 0.5 / np.sqrt(first.size)
    images = first[0].reshape(500, 64)
    assert len(np.unique(images, axis=0)) == 500
    assert not np.array_equal(first, second)


def test_static_draws_are_the_same_in_every_epoch(grey):
    found = epochs(training_batches(grey, 32, "static", seed=1, epochs=2))
    in_order = [np.sort(epoch.reshape(200, 64), axis=0) for epoch in found]
    assert np.array_equal(*in_order)
    assert sorted(map(bytes, found[0].astype("uint8").reshape(200, 64))) == sorted(
        map(bytes, found[1].astype("uint8").reshape(200, 64))
    )


def test_threshold_is_at_a_half(grey):
    found = np.concatenate([np.asarray(b) for b in evaluation_batches(grey, 32, "threshold", seed=0)])
    assert np.array_equal(found[:, 0, 0, 0], np.arange(200) > 127)


def test_black_and_white_stay_what_they_are_under_every_binarization():
    images = np.array([0, 255], "uint8").repeat(64).reshape(2, 8, 8, 1)
    for binarization in ("none", "threshold", "dynamic", "static"):
        (found,) = evaluation_batches(images, 2, binarization, seed=0)
        assert np.array_equal(found, images / 255)


def test_evaluation_keeps_the_order_and_is_one_draw(grey):
    one, two = (
        np.concatenate([np.asarray(b) for b in evaluation_batches(grey, size, "dynamic", 0)]) for size in (50, 50)
    )
    assert np.array_equal(one, two)
    means = one.mean(axis=(1, 2, 3))
    assert np.corrcoef(means, np.arange(200))[0, 1] > 0.9


def test_the_last_batch_has_what_is_left(grey):
    assert [len(b) for b in evaluation_batches(grey, 64, "none", 0)] == [64, 64, 64, 8]


def test_float_images_are_left_as_they_are(rng):
    images = rng.normal(size=(10, 2, 2, 1)).astype("float32")
    (found,) = evaluation_batches(images, 10, "none", 0)
    assert np.array_equal(found, images)


def test_the_default_suits_the_likelihood(grey):
    assert default_binarization(grey, Bernoulli) == "dynamic"
    assert default_binarization(grey, Gaussian) == "none"
    assert default_binarization(grey // 255 * 255, Bernoulli) == "none"
    assert default_binarization(grey, None) == "none"


def test_an_unknown_binarization_is_refused(grey):
    with pytest.raises(InputError, match="binarization is 'random'"):
        evaluation_batches(grey, 2, "random", 0)


@pytest.mark.parametrize("binarization", ["static", "dynamic"])
def test_an_evaluated_images_draw_depends_on_seed_and_number_alone(grey, binarization):
    def drawn(batch_size, seed, chosen=None):
        return np.concatenate([np.asarray(b) for b in evaluation_batches(grey, batch_size, binarization, seed, chosen)])

    whole = drawn(32, 5)
    assert np.array_equal(drawn(1, 5, [150, 3, 77]), whole[[150, 3, 77]])
    assert np.array_equal(drawn(64, 5, range(0, 200, 7)), whole[::7])
    assert not np.array_equal(drawn(32, 6), whole)


def test_evaluated_images_have_noise_of_their_own_and_their_grey_values_for_probabilities(grey):
    same = np.full((400, 8, 8, 1), 128, "uint8")
    found = np.concatenate([np.asarray(b) for b in evaluation_batches(same, 100, "dynamic", 5)]).reshape(400, 64)
    assert len(np.unique(found, axis=0)) == 400
    assert abs(found.mean() - 128 / 255) < 4 * 0.5 / np.sqrt(found.size)


def test_labels_follow_their_images_in_every_epoch_and_whatever_is_chosen():
    """A label that goes by its place in a batch would be another image's after a shuffle."""
    images = np.repeat(np.arange(20, dtype="float32") / 20, 4).reshape(20, 2, 2, 1)
    labels = np.arange(20) * 3 % 7
    for x, y in training_batches(images, 6, "none", seed=1, epochs=3, labels=labels):
        numbers = np.round(np.asarray(x)[:, 0, 0, 0] * 20).astype(int)
        assert np.array_equal(y, labels[numbers])
    alone = [np.asarray(x) for x in training_batches(images, 6, "dynamic", seed=1, epochs=2)]
    both = [np.asarray(x) for x, _ in training_batches(images, 6, "dynamic", seed=1, epochs=2, labels=labels)]
    assert all(np.array_equal(a, b) for a, b in zip(alone, both, strict=True))
    ((_, y),) = evaluation_batches(images, 9, "none", 0, np.array([7, 2, 19]), labels)
    assert np.asarray(y).tolist() == labels[[7, 2, 19]].tolist()


def test_known_labels_come_at_equal_distances_in_an_order_of_chance(grey):
    labels = np.full(200, -1)
    labels[:10] = np.arange(10)
    found = list(training_batches(grey, 20, "none", seed=1, epochs=2, labels=labels))
    each = [np.asarray(y)[np.asarray(y) >= 0] for _, y in found]
    assert [len(y) for y in each] == [1] * 20
    orders = np.concatenate(each).reshape(2, 10)
    assert all(sorted(order) == list(range(10)) for order in orders) and not np.array_equal(*orders)
    numbers = np.round(epochs([x for x, _ in found])[:, :, 0, 0, 0] * 255).astype(int)
    assert all(sorted(order) == list(range(200)) for order in numbers)


@pytest.mark.parametrize("binarization", BINARIZATIONS)
def test_what_is_missing_stays_so(binarization):
    images = np.random.default_rng(0).random((20, 4, 4, 1)).astype("float32")
    whole = images.copy()
    images[3] = images[5:15, 1:3] = np.nan
    for batches, of_whole in (
        (training_batches(x, 7, binarization, 1, 1) for x in (images, whole)),
        (evaluation_batches(x, 7, binarization, 1) for x in (images, whole)),
    ):
        found, expected = (np.concatenate(list(each)) for each in (batches, of_whole))
        missing = np.isnan(found)
        assert missing.sum() == np.isnan(images).sum()
        # What is seen is drawn as it would be were all of it seen.
        assert np.array_equal(found[~missing], expected[~missing])
    assert is_grey(images) and not is_grey(np.where(np.isnan(images), images, 1.0))
