import numpy as np
import pytest
from keras import ops

from tests.quantizers.grids import of_identity
from zoo.numerics.gradient import gradient
from zoo.quantizers.residual_codebook import ResidualCodebook


def made(rng, decay=0.99):
    quantizer = of_identity(ResidualCodebook, (1, 1, 2), size=5, depth=3, decay=decay)
    tables = [rng.normal(size=(5, 2)) * 2.0**-n for n in range(3)]
    for book, table in zip(quantizer.books, tables, strict=True):
        book.begin_at(table.astype("float32"))
    return quantizer, tables


def by_hand(tables, h):
    """The codes and what each codebook is given, one after the other."""
    codes, given = [], []
    for table in tables:
        given.append(h)
        codes.append(np.square(h[:, None] - table).sum(-1).argmin(-1))
        h = h - table[codes[-1]]
    return codes, given, h


def test_each_codebook_is_given_what_those_before_have_left(rng):
    quantizer, tables = made(rng)
    h = rng.normal(size=(50, 2))
    codes, _, rest = by_hand(tables, h)
    found = quantizer(h.reshape(50, 1, 1, 2).astype("float32"))
    assert np.array_equal(found.codes, np.stack(codes, -1))
    assert np.allclose(found.vectors[:, 0, 0], h - rest, atol=1e-5)
    assert np.allclose(quantizer.lookup(found.codes)[:, 0, 0], h - rest, atol=1e-5)
    assert np.allclose(found.error, np.square(rest).sum(-1), rtol=1e-4)


@pytest.mark.parametrize("decay", [None, 0.99])
def test_every_codebooks_commitment_pulls_at_h(rng, decay):
    quantizer, tables = made(rng, decay)
    h = rng.normal(size=(1, 2))
    codes, given, _ = by_hand(tables, h)
    point = ops.convert_to_tensor(h.reshape(1, 1, 1, 2), "float32")
    for depth in range(3):
        pulls = [2 * 0.25 * (given[d] - tables[d][codes[d]]) for d in range(depth + 1)]
        assert np.linalg.norm(pulls[-1]) > 0.01

        def loss(h, depth=depth):
            rest, total = h, 0.0
            for book in quantizer.books[: depth + 1]:
                vectors = book.lookup(book.nearest(rest))
                total, rest = total + book.loss(rest, vectors), rest - ops.stop_gradient(vectors)
            return total

        assert np.allclose(np.ravel(gradient(loss, point)), np.sum(pulls, 0).ravel(), atol=1e-5)
    assert np.allclose(np.ravel(gradient(lambda h: quantizer(h).loss, point)), np.sum(pulls, 0).ravel(), atol=1e-5)


def test_the_sum_has_the_gradient_of_h_once(rng):
    quantizer, _ = made(rng)
    h = ops.convert_to_tensor(rng.normal(size=(1, 1, 1, 2)), "float32")
    jacobian = [np.ravel(gradient(lambda h, i=i: quantizer(h).vectors[..., i], h)) for i in range(2)]
    assert np.allclose(jacobian, np.eye(2), atol=1e-6)


def test_each_codebook_follows_what_it_was_given(rng):
    quantizer, tables = made(rng, decay=0.0)
    h = rng.normal(size=(200, 2))
    codes, given, _ = by_hand(tables, h)
    quantizer(h.reshape(200, 1, 1, 2).astype("float32"), training=True)
    for book, k, rest in zip(quantizer.books, codes, given, strict=True):
        for used in np.flatnonzero(np.bincount(k, minlength=5) > 5):
            assert np.allclose(book.vectors[used], rest[k == used].mean(0), atol=1e-4)


def test_it_starts_each_codebook_from_data(rng):
    images = (3 + rng.normal(size=(300, 1, 1, 2))).astype("float32")
    quantizer, _ = made(rng)
    before = float(np.mean(quantizer(images).error))
    quantizer.start_from(images)
    found = quantizer(images)
    assert [len(np.unique(found.codes[:, d])) for d in range(3)] == [5, 5, 5]
    assert float(np.mean(found.error)) < 0.2 * before
