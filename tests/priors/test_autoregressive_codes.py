import itertools

import numpy as np
import pytest

from zoo.errors import InputError
from zoo.priors.autoregressive_codes import AutoregressiveCodes
from zoo.random import draw, key


def prior(rng, grid, classes, **sizes):
    """One whose weights are all far from zero."""
    made = AutoregressiveCodes(grid, classes, filters=4, **{"blocks": 2, **sizes})
    made.build()
    made.set_weights([rng.choice([-1, 1], w.shape) * rng.uniform(0.3, 0.9, w.shape) for w in made.get_weights()])
    return made


@pytest.mark.parametrize(("grid", "classes"), [((2, 2, 1), 3), ((1, 2, 2), 3), ((1, 1, 3), 4), ((2, 1, 1), 1)])
def test_it_sums_to_one_over_all_codes(rng, grid, classes):
    made = prior(rng, grid, classes)
    z = np.array(list(itertools.product(range(classes), repeat=made.latent_dim)), "float32")
    p = np.exp(np.asarray(made().log_prob(z), "float64"))
    assert p.sum() == pytest.approx(1, abs=1e-5)
    assert classes == 1 or p.max() > 3 * p.min(), "it is no uniform one"
    drawn = np.asarray(draw(made(), key(5), (4000,)))
    rows = (drawn[:, None] == z).all(-1).argmax(-1)
    found = np.bincount(rows, minlength=len(z)) / 4000
    assert (np.abs(found - p) < 4.5 * np.sqrt(p * (1 - p) / 4000) + 1e-3).all()


@pytest.mark.parametrize("grid", [(5, 5, 1), (3, 3, 2)])
def test_a_code_is_told_by_all_codes_before_it_and_by_no_other(rng, grid):
    """What is told of each code, where each other code in turn is another class."""
    made, size = prior(rng, grid, 4, blocks=4), int(np.prod(grid))
    z = rng.integers(0, 4, size)
    others = np.where(np.eye(size, dtype=bool), (z + 1) % 4, z)
    image = made().distribution
    logits = []
    for each in (others, np.tile(z, (size, 1))):
        x = each.reshape(-1, *grid).astype("float32")
        output = image.network(x, np.broadcast_to(image.context, (size, *image.context.shape)))
        logits.append(np.asarray(output).reshape(size, size, 4))
    sees = (logits[0] != logits[1]).any(-1).T
    assert np.array_equal(sees, np.tril(np.ones([size, size], bool), -1))


@pytest.mark.parametrize("grid", [(3, 4, 1), (2, 3, 2)])
def test_what_was_told_while_drawing_is_what_the_drawn_codes_are_told(rng, grid):
    made = prior(rng, grid, 5)
    image = made().distribution
    x, told = image.generate(key(3), (6,))
    assert set(np.unique(x)) <= set(range(5))
    context = np.broadcast_to(image.context, (6, *image.context.shape))
    again = image._given(image.network(np.asarray(x), context))
    assert np.allclose(told.distribution.logits, again.distribution.logits, atol=1e-4)
    first, same, other = (np.asarray(draw(made(), key(seed), (6,))) for seed in (3, 3, 4))
    assert np.array_equal(first, same) and not np.array_equal(first, other)
    assert np.array_equal(first, np.asarray(x).reshape(6, -1))


def test_classes_have_no_order(rng):
    """With other numbers for the same classes, and the weights' rows in that order, it is the same prior."""
    made, order = prior(rng, (2, 3, 1), 4), np.array([2, 0, 3, 1])
    z = rng.integers(0, 4, (9, 6))
    before = np.asarray(made().log_prob(z.astype("float32")))
    network = made.network
    for kernel in (network.layers[0].above, network.layers[0].left):
        kernel.assign(np.asarray(kernel)[:, :, order])
    network.kernel.assign(np.asarray(network.kernel)[:, order])
    network.bias.assign(np.asarray(network.bias)[order])
    renamed = np.argsort(order)[z].astype("float32")
    assert np.allclose(made().log_prob(renamed), before, atol=1e-5)
    assert not np.allclose(made().log_prob(z.astype("float32")), before, atol=1e-2)


def test_sizes_that_can_not_be_are_refused():
    with pytest.raises(InputError, match="classes is 0"):
        AutoregressiveCodes((2, 2, 1), 0)
    with pytest.raises(InputError, match=r"grid is \(2, 2\), but must be"):
        AutoregressiveCodes((2, 2), 3)
