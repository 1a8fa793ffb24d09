import numpy as np
import pytest
from keras import ops

from tests.conftest import tensorflow_only
from zoo.errors import InputError
from zoo.networks.pixel_cnn import PixelCNN


def network(rng, shape, outputs=1, **sizes):
    """One whose weights are all far from zero."""
    made = PixelCNN(outputs, filters=4, **sizes)
    made.build((None, *shape), (None, *shape[:2], 3))
    made.set_weights([rng.choice([-1, 1], w.shape) * rng.uniform(0.2, 0.6, w.shape) for w in made.get_weights()])
    return made


def changed(rng, made, shape, where):
    """Whether output i is another when number j of the image, or of the context, is: `[i, j]`."""
    x, context = (rng.normal(size=(1, *shape[:2], depth)).astype("float32") for depth in (shape[-1], 3))
    number = {"image": x, "context": context}[where]
    # In batches of one size all pixels are computed alike.
    moved = number + 2 * np.eye(number.size, dtype="float32").reshape(-1, *number.shape[1:])
    same = np.repeat(number, number.size, axis=0)
    outputs = [np.asarray(made(*_as(where, each, x, context))).reshape(number.size, -1) for each in (moved, same)]
    return (outputs[0] != outputs[1]).T


def _as(where, number, x, context):
    other = np.repeat(context if where == "image" else x, len(number), axis=0)
    return (number, other) if where == "image" else (other, number)


def test_an_output_sees_all_pixels_before_it_and_no_other(rng):
    made = network(rng, (7, 7, 1), first=5, size=3, blocks=4)
    found = changed(rng, made, (7, 7, 1), "image")
    assert np.array_equal(found, np.tril(np.ones([49, 49], bool), -1))


def test_channels_of_a_pixel_do_not_see_each_other(rng):
    made = network(rng, (3, 4, 2), outputs=2, first=3, size=3, blocks=2)
    found = changed(rng, made, (3, 4, 2), "image").reshape(12, 2, 12, 2)
    assert np.array_equal(found, np.broadcast_to(np.tril(np.ones([12, 12], bool), -1)[:, None, :, None], found.shape))


def test_in_order_green_sees_red_and_blue_both_and_none_itself(rng):
    made = network(rng, (3, 3, 3), outputs=6, first=3, size=3, blocks=1, in_order=True)
    # Two outputs for each channel.
    found = changed(rng, made, (3, 3, 3), "image").reshape(27, 2, 27)
    assert np.array_equal(found, np.broadcast_to(np.tril(np.ones([27, 27], bool), -1)[:, None], found.shape))


@pytest.mark.parametrize("sizes", [{"first": 3, "blocks": 0}, {"first": 3, "size": 3, "blocks": 1}])
def test_an_output_sees_no_further_than_its_field(rng, sizes):
    made = network(rng, (5, 7, 1), **sizes)
    assert made.field == 1 + sizes["blocks"]
    row, column = (n.ravel() for n in np.mgrid[:5, :7])
    near = (np.abs(row[:, None] - row) <= made.field) & (np.abs(column[:, None] - column) <= made.field)
    assert np.array_equal(changed(rng, made, (5, 7, 1), "image"), near & np.tril(np.ones([35, 35], bool), -1))


def test_an_output_sees_the_context_at_its_own_pixel(rng):
    made = network(rng, (4, 4, 1), first=3, size=3, blocks=1)
    found = changed(rng, made, (4, 4, 1), "context").reshape(16, 16, 3).all(axis=-1)
    assert np.diag(found).all()


@pytest.mark.parametrize(
    ("shape", "outputs", "sizes"),
    [
        ((5, 7, 1), 1, {"first": 5, "size": 3, "blocks": 2}),
        ((4, 3, 2), 5, {"first": 3, "size": 5, "blocks": 1}),
        ((1, 3, 1), 1, {"first": 7, "size": 3, "blocks": 1}),
        ((3, 4, 1), 1, {"first": 3, "blocks": 0}),
    ],
)
def test_pixel_by_pixel_it_gives_what_it_gives_for_the_whole_image(rng, shape, outputs, sizes):
    made = network(rng, shape, outputs, **sizes)
    context, noise = (rng.normal(size=(3, *shape[:2], depth)).astype("float32") for depth in (3, shape[-1]))
    # Pixels of any numbers, which all that comes later depends on.
    x, y = made.generate(context, noise, lambda outputs, noise: ops.tanh(outputs[:, : shape[-1]] + noise))
    assert tuple(x.shape) == (3, *shape)
    assert np.allclose(made(x, context), y, atol=1e-5)
    assert np.allclose(np.tanh(np.asarray(y)[..., : shape[-1]] + noise), x, atol=1e-6)


def test_in_order_it_draws_one_channel_after_the_other(rng):
    made = network(rng, (3, 4, 3), 6, first=3, size=3, blocks=1, in_order=True)
    context, noise = (rng.normal(size=(2, 3, 4, 3)).astype("float32") for _ in range(2))
    x, y = made.generate(context, noise, lambda outputs, noise: ops.tanh(outputs[:, :1] + noise))
    assert np.allclose(made(x, context), y, atol=1e-5)
    assert np.allclose(np.tanh(np.asarray(y)[..., ::2] + noise), x, atol=1e-6)


@tensorflow_only
def test_no_entry_of_a_kernel_is_idle(rng):
    import tensorflow as tf

    made = network(rng, (7, 7, 1), first=5, size=3, blocks=2)
    x, context = (rng.normal(size=(3, 7, 7, depth)).astype("float32") for depth in (1, 3))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(made(x, context) ** 2)
    for weight, gradient in zip(
        made.trainable_weights, tape.gradient(loss, [w.value for w in made.trainable_weights]), strict=True
    ):
        assert np.all(gradient != 0), weight.path


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"size": 4}, "size is 4, but must be odd"),
        ({"first": 1}, "first is 1, but must be odd and at least 3"),
        ({"blocks": -1}, "blocks is -1"),
        ({"filters": 0}, "filters is 0"),
        ({"outputs": 0}, "outputs is 0"),
    ],
)
def test_impossible_sizes_are_refused_by_name(sizes, message):
    with pytest.raises(InputError, match=message):
        PixelCNN(**{"outputs": 1} | sizes)
