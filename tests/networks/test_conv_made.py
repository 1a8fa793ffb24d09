import keras
import numpy as np
import pytest

from zoo.networks.conv_made import ConvMADE

SHAPE = (3, 4, 2)
SIZE = 24


def jacobian(made, z, context, step=1e-2):
    """d output / d input, `[output, parameter, input]`, by differences."""
    ends = np.concatenate([z + step * np.eye(len(z)), z - step * np.eye(len(z))]).astype("float32")
    up, down = np.split(np.asarray(made(ends, np.repeat(context, len(ends), 0))), 2)
    return np.moveaxis((up - down) / (2 * step), 0, -1)


def reach(layers):
    """Which inputs each output sees: at each layer the places above, the place to the left and, by degrees, its own."""
    places = [(row, column) for row in range(SHAPE[0]) for column in range(SHAPE[1])]
    seen = {place: {place} for place in places}
    for _ in range(layers):
        for row, column in reversed(places):
            near = [(row - 1, column - 1), (row - 1, column), (row - 1, column + 1), (row, column - 1)]
            seen[row, column] = seen[row, column].union(*(seen[place] for place in near if place in seen))
    number = {place: 2 * index for index, place in enumerate(places)}
    expected = np.zeros((SIZE, SIZE), bool)
    for place, others in seen.items():
        for other in others - {place}:
            expected[number[place] : number[place] + 2, number[other] : number[other] + 2] = True
        # The second channel sees the first at its own place.
        expected[number[place] + 1, number[place]] = True
    return expected


@pytest.mark.parametrize("units", [(16,), (12, 12), (7, 5, 9)])
def test_output_i_sees_the_inputs_before_it_that_are_near_and_no_other(units, rng):
    made = ConvMADE(SHAPE, units, activation="tanh", output_scale=1.0)
    context = rng.normal(size=(1, 3, 4, 3)).astype("float32")
    made(np.zeros([1, SIZE], "float32"), context)
    slopes = jacobian(made, rng.normal(size=SIZE), context)
    expected = reach(len(units) + 1)
    assert not expected[np.triu_indices(SIZE)].any()
    for parameter in range(2):
        found = np.abs(slopes[:, parameter])
        assert (found[~expected] == 0).all(), "a number that isn't before it"
        # At the edge of its reach an input's part may be too small for differences.
        assert (found[expected] > 0).mean() > 0.9
        assert (found[expected & (reach(1))] > 0).all()


def test_every_output_sees_the_context_of_its_own_place(rng):
    made = ConvMADE(SHAPE, (16,), output_scale=1.0)
    z, context = rng.normal(size=(1, SIZE)).astype("float32"), rng.normal(size=(1, 3, 4, 3)).astype("float32")
    before = np.asarray(made(z, context))[0]
    for place in range(12):
        other = context.copy()
        other[0, place // 4, place % 4] += 1
        moved = np.abs(np.asarray(made(z, other))[0] - before).min(axis=-1) > 0
        assert moved[2 * place : 2 * place + 2].all()
        assert not moved[: 2 * place].any()


def test_the_context_goes_with_its_example_whatever_the_samples(rng):
    made = ConvMADE(SHAPE, (16,), output_scale=1.0)
    z, context = rng.normal(size=(5, 3, SIZE)).astype("float32"), rng.normal(size=(3, 3, 4, 2)).astype("float32")
    together = np.asarray(made(z, context))
    for sample in range(5):
        for example in range(3):
            alone = made(z[sample, example : example + 1], context[example : example + 1])
            assert np.allclose(together[sample, example], np.asarray(alone)[0], atol=1e-5)


def test_in_bfloat16_its_networks_are_bfloat16_and_what_it_gives_is_float32():
    made = ConvMADE(SHAPE, (8,), dtype="mixed_bfloat16")
    output = made(np.zeros([2, SIZE], "float32"), np.zeros([2, 3, 4, 1], "float32"))
    assert made.compute_dtype == "bfloat16"
    assert keras.backend.standardize_dtype(output.dtype) == "float32"
