import keras
import numpy as np
import pytest

from zoo.networks.made import MADE


def jacobian(function, z, step=1e-2):
    columns = [(function(z + step * e) - function(z - step * e)) / (2 * step) for e in np.eye(len(z), dtype="float32")]
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize("units", [(16,), (16, 16), (7, 5, 9)])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_output_i_sees_exactly_the_inputs_before_it(units, size, rng):
    made = MADE(units, outputs=2, activation="tanh", output_scale=1.0)
    context = rng.normal(size=(1, 3)).astype("float32")
    made(np.zeros([1, size]), context)
    z = rng.normal(size=size).astype("float32")
    slopes = jacobian(lambda z: np.asarray(made(z[None], context))[0], z)  # [output i, parameter, input j]
    for parameter in range(2):
        assert np.array_equal(np.abs(slopes[:, parameter]) > 1e-6, np.tri(size, k=-1, dtype=bool))


def test_every_output_sees_the_context(rng):
    made = MADE((32,), outputs=1, output_scale=1.0)
    z = rng.normal(size=(1, 4)).astype("float32")
    made(z, np.zeros([1, 3]))
    slopes = jacobian(lambda c: np.asarray(made(z, c[None]))[0, :, 0], rng.normal(size=3).astype("float32"))
    # Output 1 sees no hidden unit of degree 1 or more: with D > 1 its parameters are a bias.
    assert (np.abs(slopes[1:]) > 1e-6).all()


def test_the_context_goes_with_its_example_whatever_the_samples(rng):
    made = MADE((16,), outputs=2, output_scale=1.0)
    z, context = rng.normal(size=(5, 3, 4)).astype("float32"), rng.normal(size=(3, 2)).astype("float32")
    together = np.asarray(made(z, context))
    for sample in range(5):
        for example in range(3):
            alone = np.asarray(made(z[sample, example : example + 1], context[example : example + 1]))[0]
            assert np.allclose(together[sample, example], alone, atol=1e-5)


def test_bfloat16_stays_bfloat16():
    made = MADE((8,), dtype="mixed_bfloat16")
    assert keras.backend.standardize_dtype(made(np.zeros([2, 3], "float32")).dtype) == "bfloat16"


def test_with_an_output_scale_of_0_it_begins_silent(rng):
    made = MADE((8,), outputs=2, output_scale=0.0)
    assert np.array_equal(made(rng.normal(size=(5, 4)).astype("float32")), np.zeros([5, 4, 2]))
