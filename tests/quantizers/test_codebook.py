import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import ops

from tests.conftest import tensorflow_only
from tests.quantizers.grids import of_identity
from zoo.errors import InputError
from zoo.numerics.gradient import gradient
from zoo.quantizers.codebook import Codebook

KINDS = pytest.mark.parametrize("decay", [None, 0.99])


def book_at(vectors, shape=(1, 1, 2), **kwargs):
    """A codebook of the given vectors, whose encoder is the identity."""
    quantizer = of_identity(Codebook, shape, size=len(vectors), **kwargs)
    quantizer.books[0].begin_at(np.asarray(vectors, "float32"))
    return quantizer


@KINDS
def test_the_nearest_vector_is_numpys(rng, decay):
    vectors, h = rng.normal(size=(13, 5)), rng.normal(size=(20, 3, 2, 5))
    quantizer = book_at(vectors, (3, 2, 5), decay=decay)
    found = quantizer(h.astype("float32"))
    expected = np.square(h[..., None, :] - vectors).sum(-1).argmin(-1)
    assert np.array_equal(found.codes, expected.reshape(20, 6))
    assert np.allclose(found.vectors, vectors[expected], atol=1e-6)
    assert np.allclose(quantizer.lookup(found.codes), vectors[expected], atol=1e-6)
    assert np.allclose(found.error, np.square(h - vectors[expected]).sum((1, 2, 3)), rtol=1e-5)


def test_of_several_as_near_it_is_the_first():
    quantizer = book_at([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, -1.0]])
    assert np.array_equal(quantizer.codes(np.zeros([1, 1, 1, 2], "float32")), [[0]])


def test_numbers_that_are_no_codes_count_as_the_nearest_code():
    quantizer = book_at([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    z = np.array([[-7.0], [0.4], [0.6], [99.0]], "float32")
    assert np.array_equal(quantizer.lookup(z)[:, 0, 0, 0], [0, 0, 1, 2])


@pytest.mark.parametrize(("decay", "of_vectors"), [(None, [-2.0, 0.0]), (0.99, [0.0, 0.0])])
def test_beta_is_the_commitments_and_the_codebook_term_is_the_vectors_own(decay, of_vectors):
    """h = (1, 0), a vector at 0, beta = 1/4, summed: dL/dh = 2/4 (1, 0), and dL/de = -2 (1, 0) where it is trained."""
    quantizer = book_at([[0.0, 0.0]], decay=decay)
    h, e = (ops.convert_to_tensor([[[each]]], "float32") for each in ([1.0, 0.0], [0.0, 0.0]))
    of_h = gradient(lambda h: quantizer(h).loss, h)
    assert np.allclose(np.ravel(of_h), [0.5, 0.0])
    assert np.allclose(np.ravel(gradient(lambda e: quantizer.books[0].loss(h, e), e)), of_vectors)
    assert float(quantizer(h).loss[0]) == pytest.approx(0.25 if decay else 1.25)


def test_what_goes_on_has_the_gradient_of_h_and_the_codebook_none(rng):
    quantizer = book_at(rng.normal(size=(4, 2)), (2, 2, 2), decay=None)
    h = ops.convert_to_tensor(rng.normal(size=(3, 2, 2, 2)), "float32")
    weights = rng.normal(size=(3, 2, 2, 2)).astype("float32")
    assert np.allclose(gradient(lambda h: weights * quantizer(h).vectors, h), weights)


def test_a_step_of_averages_is_one_of_k_means(rng):
    """decay 0 forgets what was: each vector goes to the mean of what is nearest to it, and one with nothing stays."""
    vectors = np.array([[-1.0, 0.0], [1.0, 0.0], [50.0, 50.0]])
    quantizer, h = book_at(vectors, decay=0.0, dead=0.0), rng.normal(size=(40, 1, 1, 2)).astype("float32")
    codes = np.square(h - vectors).sum(-1).argmin(-1).ravel()
    quantizer(h, training=True)
    expected = [h[codes == k].mean((0, 1, 2)) for k in (0, 1)] + [vectors[2]]
    assert np.allclose(quantizer.books[0].vectors, expected, atol=1e-5)


@pytest.mark.parametrize("decay", [0.5, 0.99])
def test_averages_that_are_where_they_belong_stay_there(rng, decay):
    """64 points, and the means of their clusters: whatever the counts were."""
    h = rng.normal(size=(64, 2)) + 8 * np.array([[0, 0], [1, 0], [0, 1], [1, 1]]).repeat(16, 0)
    means = h.reshape(4, 16, 2).mean(1)
    quantizer = book_at(means, decay=decay)
    quantizer(h.reshape(64, 1, 1, 2).astype("float32"), training=True)
    assert np.allclose(quantizer.books[0].vectors, means, atol=1e-5)


def test_averages_forget_by_their_decay():
    """By hand: counts and sums of two steps."""
    quantizer = book_at([[0.0, 0.0]], decay=0.75, dead=0.0)
    n, m = 1.0, np.zeros(2)
    for points in ([[4.0, 0.0], [2.0, 2.0]], [[1.0, 1.0]]):
        quantizer(np.array(points, "float32")[:, None, None], training=True)
        n, m = 0.75 * n + 0.25 * len(points), 0.75 * m + 0.25 * np.sum(points, 0)
        assert np.allclose(quantizer.books[0].counts, [n])
        assert np.allclose(quantizer.books[0].vectors, [m / n], atol=1e-6)


def test_vectors_that_nothing_is_near_stay_and_their_counts_fall():
    start = np.array([[0.0, 0.0], [9.0, 9.0], [9.0, -9.0], [-9.0, 9.0]], "float32")
    quantizer, h = book_at(start, decay=0.99, dead=0.0), np.full([32, 1, 1, 2], 0.5, "float32")
    for _ in range(10):
        quantizer(h, training=True)
    assert np.array_equal(quantizer.books[0].vectors[1:], start[1:])
    assert np.allclose(quantizer.books[0].counts[1:], 0.99**10, rtol=1e-5)
    # Until float32 has no more digits for the counts.
    quantizer.books[0].counts.assign([1e-30, 1.0, 1e-30, 0.0])
    quantizer(h, training=True)
    assert np.isfinite(quantizer.books[0].vectors).all() and np.array_equal(quantizer.books[0].vectors[1:], start[1:])


@KINDS
def test_a_vector_out_of_use_begins_again_and_is_left_time(decay):
    quantizer = book_at([[0.0, 0.0], [1.0, 0.0], [99.0, 99.0]], decay=decay)
    book, h = quantizer.books[0], np.array([[0.0, 0.0], [1.0, 0.0]] * 8, "float32")[:, None, None]
    book.counts.assign([8.0, 8.0, 0.3])
    assert float(quantizer(h).dead) == 0.0, "0.3 is more than a twentieth of the mean"
    book.counts.assign([8.0, 8.0, 0.1])
    assert float(quantizer(h).dead) == pytest.approx(1 / 3)
    found = quantizer(h, training=True)
    assert float(found.dead) == pytest.approx(1 / 3)
    again = np.asarray(book.values())[2]
    assert again.tolist() in ([0.0, 0.0], [1.0, 0.0]), "it is one of the batch"
    assert float(book.counts[2]) == pytest.approx((8 + 8 + 0.099) / 3, rel=1e-3)
    # Nothing is nearest to it, as it is the same as another: it stays where it began again.
    assert float(quantizer(h, training=True).dead) == 0.0
    assert np.allclose(np.asarray(book.values())[2], again, atol=1e-6)


def test_new_vectors_are_of_all_of_the_batch():
    """Far more are dead than there are places in an image: they come from different images and places."""
    quantizer, rng = book_at(np.full([64, 2], 99.0), (4, 4, 2)), np.random.default_rng(0)
    h = rng.normal(size=(50, 4, 4, 2)).astype("float32")
    quantizer.books[0].counts.assign([1e9] + [0.0] * 63)
    quantizer(h, training=True)
    rows = h.reshape(-1, 2)
    chosen = [int(np.flatnonzero((rows == v).all(1))[0]) for v in np.asarray(quantizer.books[0].vectors)[1:]]
    assert len(set(chosen)) == 63
    assert {i % 16 for i in chosen} == set(range(16)), "places of an image"
    assert len({i // 16 for i in chosen}) > 35, "images"


@KINDS
def test_it_starts_from_data_and_every_vector_is_used(rng, decay):
    """From chance alone few of them are: the data's vectors are elsewhere, and small."""
    images = (0.05 * rng.normal(size=(100, 2, 2, 8)) + 3).astype("float32")
    # The same ground in most places.
    images[:80, 0] = 3.0
    quantizer = of_identity(Codebook, (2, 2, 8), size=64, decay=decay)
    assert len(np.unique(quantizer.codes(images))) < 8
    quantizer.start_from(images)
    assert len(np.unique(quantizer.codes(images))) == 64
    assert float(quantizer(images).dead) == 0.0


def test_fewer_images_than_vectors_are_taken_again():
    quantizer = of_identity(Codebook, (1, 1, 2), size=8)
    quantizer.start_from(np.ones([3, 1, 1, 2], "float32"))
    assert np.array_equal(quantizer.books[0].vectors, np.ones([8, 2]))


@KINDS
def test_what_is_asked_without_training_moves_nothing(rng, decay):
    quantizer = book_at(rng.normal(size=(4, 2)), decay=decay)
    before = quantizer.get_weights()
    quantizer(rng.normal(size=(9, 1, 1, 2)).astype("float32"))
    quantizer.codes(rng.normal(size=(9, 1, 1, 2)).astype("float32"), training=True)
    assert all(np.array_equal(a, b) for a, b in zip(before, quantizer.get_weights(), strict=True))


@pytest.mark.parametrize(("decay", "trained"), [(None, ["vectors"]), (0.99, [])])
def test_only_what_a_loss_moves_is_trainable(decay, trained):
    quantizer = book_at(np.zeros([4, 2]), decay=decay)
    assert [w.name for w in quantizer.trainable_weights] == trained


def test_the_nearest_of_half_precisions_vectors_is_that_of_float32():
    """h comes in bfloat16: what is near is told in float32, and codes beyond 256 are whole."""
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        vectors = np.arange(1000, dtype="float32")[:, None] * 2.0**-6
        quantizer = book_at(vectors, (1, 1, 1))
    finally:
        keras.config.set_dtype_policy("float32")
    h = ops.convert_to_tensor(vectors[:, None, None])
    rounded = np.asarray(ops.cast(ops.cast(h, "bfloat16"), "float32")).ravel()
    assert np.array_equal(np.ravel(quantizer.codes(h)), np.minimum(np.round(rounded * 64), 999))
    assert np.array_equal(np.ravel(quantizer.lookup(np.arange(1000.0)[:, None])), vectors.ravel())


REPLICAS = """
import sys
import numpy as np, tensorflow as tf
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)
import keras
from tests.quantizers.test_codebook import book_at
h = np.random.default_rng(0).normal(size=(8, 1, 1, 2)).astype("float32")
vectors = np.array([[-1, 0], [1, 0], [0, 1], [99, 99]], "float32")
found = {}
for replicas in (1, 2):
    strategy = tf.distribute.MirroredStrategy([f"CPU:{i}" for i in range(replicas)])
    with strategy.scope():
        book = book_at(vectors)
        book.books[0].counts.assign([1.0, 1.0, 1.0, 0.0])
    data = tf.data.Dataset.from_tensor_slices(h).batch(8)
    (batch,) = strategy.experimental_distribute_dataset(data)
    strategy.run(lambda h: book(h, training=True).dead, args=(batch,))
    for name in ("counts", "vectors"):
        each = strategy.experimental_local_results(getattr(book.books[0], name).value)
        assert len(each) == replicas and all(np.array_equal(each[0], other) for other in each)
        found[name, replicas] = each[0].numpy()
assert np.allclose(found["counts", 1], found["counts", 2], atol=1e-6)
assert np.allclose(found["vectors", 1][:3], found["vectors", 2][:3], atol=1e-6)
assert (np.abs(found["vectors", 2][3] - h.reshape(8, 2)).sum(-1) < 1e-6).any()
"""


@pytest.mark.slow
@tensorflow_only
def test_two_replicas_count_the_whole_batch_and_begin_again_alike():
    done = subprocess.run([sys.executable, "-c", REPLICAS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": 0}, "size is 0"),
        ({"decay": 1.0}, "decay is 1.0, but must be in"),
        ({"dead": -0.1}, "dead is -0.1"),
        ({"beta": -1.0}, "beta is -1.0"),
    ],
)
def test_what_can_not_be_is_refused_by_name(arguments, message):
    with pytest.raises(InputError, match=message):
        of_identity(Codebook, (1, 1, 2), **arguments)
