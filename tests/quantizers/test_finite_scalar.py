import keras
import numpy as np
import pytest
from keras import ops

from tests.quantizers.grids import identity, of_identity
from zoo.errors import InputError
from zoo.numerics.gradient import gradient
from zoo.quantizers.finite_scalar import FiniteScalar


@pytest.mark.parametrize("levels", [(8, 5, 5, 5), (8, 8, 8, 6, 5), (2,), (3, 7, 1024, 32)])
def test_every_code_has_a_vector_of_its_own_and_the_vector_that_code(levels):
    quantizer = of_identity(FiniteScalar, (1, 1, len(levels)), levels)
    codes = np.arange(np.prod(levels), dtype="float32")[:, None]
    e = np.asarray(quantizer.lookup(codes))
    # By NumPy: the first number counts fastest.
    numbers = np.stack(np.unravel_index(np.arange(len(codes)), levels[::-1]), -1)[:, ::-1]
    assert np.allclose(e[:, 0, 0], 2 * numbers / (np.array(levels) - 1) - 1, atol=1e-6)
    # Where tanh(h) = e, the outermost far out.
    h = np.arctanh(np.clip(e, -1 + 1e-6, 1 - 1e-6))
    found = quantizer(h.astype("float32"))
    assert np.array_equal(found.codes, codes)
    assert np.allclose(found.vectors, e, atol=1e-5)


def test_it_rounds_to_the_nearest_level_and_far_out_to_the_last(rng):
    levels = (2, 3, 4, 5)
    h = np.concatenate([2 * rng.normal(size=(500, 4)), np.full([1, 4], 1e30), np.full([1, 4], -1e30)])
    found = of_identity(FiniteScalar, (1, 1, 4), levels)(h.reshape(-1, 1, 1, 4).astype("float32"))
    for i, count in enumerate(levels):
        axis = np.linspace(-1, 1, count)
        nearest = axis[np.abs(np.tanh(h[:, i, None]) - axis).argmin(-1)]
        assert np.allclose(found.vectors[:, 0, 0, i], nearest, atol=1e-5)
    expected = np.square(np.tanh(h) - np.asarray(found.vectors)[:, 0, 0]).sum(-1)
    assert np.allclose(found.error, expected, atol=1e-4)
    assert np.asarray(found.loss).tolist() == [0.0] * len(h) and found.dead is None


def test_two_levels_are_as_likely(rng):
    quantizer = of_identity(FiniteScalar, (1, 1, 2), (2, 2))
    codes = np.ravel(quantizer.codes(rng.normal(size=(4000, 1, 1, 2)).astype("float32"))).astype(int)
    assert np.allclose(np.bincount(codes, minlength=4) / 4000, 0.25, atol=0.05)


def test_the_gradient_is_that_of_the_bounding_function(rng):
    quantizer = of_identity(FiniteScalar, (2, 2, 3), (8, 5, 2))
    h, weights = (rng.normal(size=(4, 2, 2, 3)).astype("float32") for _ in range(2))
    found = gradient(lambda h: weights * quantizer(h).vectors, ops.convert_to_tensor(h))
    assert np.allclose(found, weights * (1 - np.tanh(h) ** 2), atol=1e-5)


def test_a_grid_keeps_its_layout(rng):
    quantizer = of_identity(FiniteScalar, (4, 3, 2), (5, 3))
    h = rng.normal(size=(6, 4, 3, 2)).astype("float32")
    assert quantizer.grid == (4, 3, 1)
    found, one = quantizer(h), of_identity(FiniteScalar, (1, 1, 2), (5, 3))
    assert np.array_equal(found.codes, np.reshape(one.codes(h.reshape(-1, 1, 1, 2)), (6, 12)))
    assert np.allclose(quantizer.lookup(found.codes), found.vectors, atol=1e-6)


def test_the_codes_of_half_precisions_numbers_are_whole():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        quantizer = of_identity(FiniteScalar, (1, 1, 5), (8, 8, 8, 6, 5))
    finally:
        keras.config.set_dtype_policy("float32")
    h = ops.convert_to_tensor(3 * np.random.default_rng(0).normal(size=(5000, 1, 1, 5)), "float32")
    codes = np.ravel(quantizer(h, training=True).codes)
    h = np.asarray(ops.cast(ops.cast(h, "bfloat16"), "float32"), "float64")[:, 0, 0]
    top = np.array([8, 8, 8, 6, 5]) - 1
    numbers = np.floor((np.tanh(h) + 1) * top / 2 + 0.5).astype(int)
    expected = numbers @ np.cumprod([1, 8, 8, 8, 6])
    assert codes.min() >= 0 and codes.max() <= 15359
    assert np.mean(codes == expected) > 0.999, "but for what float32's tanh rounds to the other side"


@pytest.mark.parametrize(
    ("levels", "message"),
    [
        ((), "levels is"),
        ((5, 1), r"levels is \(5, 1\), but a number of one level says nothing"),
        ((1024, 1024, 2), "2097152 codes, but there can be at most 1048576"),
    ],
)
def test_levels_that_can_not_be_are_refused(levels, message):
    with pytest.raises(InputError, match=message):
        FiniteScalar(identity((1, 1, 2)), levels)


def test_an_encoder_of_another_size_is_refused():
    with pytest.raises(InputError, match="encoder gives vectors of 2 numbers, but levels has 3"):
        of_identity(FiniteScalar, (1, 1, 2), (5, 5, 5))
