"""What fit, evaluate and predict take for images, in whatever form they come: one rule says what the numbers mean."""

import itertools

import keras
import numpy as np
import pytest

import zoo
from tests.conftest import tensorflow_only
from zoo.errors import InputError

SHAPE = (4, 4, 1)


def build(**kwargs):
    model = zoo.build("vae", image_shape=SHAPE, latent_dim=2, units=(4,), **kwargs)
    model.compile("sgd", run_eagerly=True)
    return model


@pytest.fixture(scope="module")
def levels():
    """8-bit images, the brightest of them in the last batch alone."""
    x = np.random.default_rng(0).integers(0, 2, [48, *SHAPE])
    x[-1] = 255
    return x


class Batches(keras.utils.PyDataset):
    def __init__(self, x):
        super().__init__()
        self.x = x

    def __len__(self):
        return len(self.x) // 16

    def __getitem__(self, index):
        return (self.x[16 * index : 16 * index + 16],)


class Loader:
    """What is like torch's DataLoader: it has a length, is read in its order, and again from the start."""

    def __init__(self, x):
        self.x = x

    def __len__(self):
        return len(self.x) // 16

    def __iter__(self):
        return iter(np.split(self.x, len(self)))


def generator(x):
    while True:
        yield from ((batch,) for batch in np.split(x, len(x) // 16))


def dataset(x):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(x).batch(16)


WAYS = {
    "array": lambda x: (x, {}),
    "PyDataset": lambda x: (Batches(x), {}),
    "loader": lambda x: (Loader(x), {}),
    "generator": lambda x: (generator(x), {"steps_per_epoch": len(x) // 16}),
    "tf.data": lambda x: (dataset(x), {}),
}


def loss_of(way, x):
    """The loss of a first epoch without a step: the same for the same pixels."""
    keras.utils.set_random_seed(0)
    model = build()
    model.optimizer.learning_rate = 0.0
    given, options = WAYS[way](x)
    loss = model.fit(given, batch_size=16 if way == "array" else None, shuffle=False, verbose=0, **options)
    return loss.history["loss"][0], model


#: What the images are made, and what a model takes them for.
KINDS = {
    "bool": (lambda x: x > 0, "bool"),
    "integers of two values": (lambda x: (x > 0).astype("int32"), "bool"),
    "uint8": (lambda x: x.astype("uint8"), "uint8"),
    "uint16": (lambda x: x.astype("uint16") * 257, "uint16"),
    "float32": (lambda x: (x / 255).astype("float32"), "float32"),
}


def pairs():
    """Each way in with each kind of pixels; one of every five at once, and all of them when there is time."""
    for number, (way, kind) in enumerate(itertools.product(WAYS, KINDS)):
        yield pytest.param(way, kind, marks=() if number % 5 == number // 5 % 5 else pytest.mark.long)


@pytest.mark.parametrize(("way", "kind"), pairs())
def test_every_way_in_means_the_same(way, kind, levels):
    convert, pixels = KINDS[kind]
    x = convert(levels)
    expected = x.astype("float64") / {"bool": 1, "uint8": 255, "uint16": 65535, "float32": 1}[pixels]
    keras.utils.set_random_seed(0)
    reference, _ = loss_of("array", expected.astype("float32"))
    found, model = loss_of(way, x)
    assert model.pixels == pixels
    assert found == pytest.approx(reference, rel=1e-5)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.full([48, *SHAPE], 255, "float32"), "x has float32 pixels from 255 to 255.*divide by 255"),
        (np.full([48, *SHAPE], -1, "int32"), "x has int32 pixels from -1"),
        (np.full([48, *SHAPE], np.nan, "float32"), "NaN"),
        (np.zeros([48, 4, 5, 1], "float32"), "this model takes"),
    ],
)
def test_every_way_in_refuses_the_same(way, x, message):
    model = build()
    given, options = WAYS[way](x)
    with pytest.raises(InputError, match=message):
        model.fit(given, verbose=0, **options)


@pytest.mark.parametrize("way", ["PyDataset", "loader", "generator", "tf.data"])
def test_a_stream_is_held_to_its_first_batches(way, levels):
    """Eleven batches of 0 and 1, then 255: what had been trained on would have been another scale."""
    x = np.concatenate([levels[:16]] * 11 + [levels[-16:]]).astype("uint8")
    given, options = WAYS[way](x)
    with pytest.raises(InputError, match="those before had 1 for white"):
        build().fit(given, verbose=0, **options)


@pytest.mark.parametrize("way", ["PyDataset", "loader", "generator", "tf.data"])
def test_a_later_batch_out_of_the_range_ends_training_with_a_line(way):
    x = np.zeros([48, *SHAPE], "float32")
    x[-1] = 7
    given, options = WAYS[way](x)
    with pytest.raises(InputError, match="x has float32 pixels from 0 to 7"):
        build().fit(given, verbose=0, **options)


def test_no_batch_of_a_generator_is_lost_to_the_look_at_it():
    seen = []

    def counting():
        for number in range(30):
            seen.append(number)
            yield np.full([2, *SHAPE], number % 2, "uint8")

    model = build()
    history = model.fit(counting(), steps_per_epoch=30, verbose=0)
    assert seen == list(range(30))
    assert len(history.history["loss"]) == 1


def test_what_fit_found_holds_for_all_that_comes_later(levels, tmp_path):
    model = build()
    model.fit(levels.astype("uint8"), verbose=0)
    model.save(tmp_path / "a.keras")
    for each in (model, zoo.load(tmp_path / "a.keras")):
        assert each.pixels == "uint8"
        # These would be black and white by themselves.
        dark = levels[:8]
        assert np.allclose(each.encode(dark), each.encode((dark / 255).astype("float32")), atol=1e-6)
        assert np.allclose(each.predict(dark, verbose=0), each.predict(dark / 255, verbose=0), atol=1e-6)
        assert np.allclose(each(dark), each((dark / 255).astype("float32")), atol=1e-6)
        with pytest.raises(InputError, match="those before had 255 for white"):
            each.log_px(levels * 2, seed=0)


def test_floats_leave_open_what_integers_mean(levels):
    model = build()
    model.fit(levels / 255, verbose=0)
    assert np.allclose(model.encode(levels), model.encode(levels / 255), atol=1e-6)
    model.fit(levels, verbose=0)
    assert model.pixels == "uint8"


def test_validation_data_and_single_batches_are_read_by_the_same_rule(levels):
    x = levels.astype("uint8")
    model = build()
    model.optimizer.learning_rate = 0.0
    history = model.fit(x, validation_data=(x[:16], None, np.ones(16)), verbose=0).history
    assert history["val_loss"][0] < 1e3
    with pytest.raises(InputError, match="validation_data has float64 pixels from 0 to 255"):
        model.fit(x, validation_data=x * 1.0, verbose=0)
    for method in (model.train_on_batch, model.test_on_batch, model.predict_on_batch):
        method(x[-16:])
        with pytest.raises(InputError, match="x has float64 pixels from 0 to 255"):
            method(x[-16:] * 1.0)


def test_weights_without_targets_weigh_and_images_do_not_become_targets(levels):
    class Watching(type(build())):
        def compute_loss(self, x=None, y=None, *args, **kwargs):
            targets.append(y)
            return super().compute_loss(x, y, *args, **kwargs)

    targets, plain = [], build()
    model = Watching(plain.prior, plain.posterior, plain.likelihood)
    model.build((None, *SHAPE))
    model.compile("sgd")
    model.fit(levels / 255, sample_weight=np.ones(len(levels)), verbose=0)
    assert all(y is None or y.shape[-1] == 0 for y in targets)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (list(np.zeros([5, *SHAPE])), "a list of 5 arrays: give one array of all images, np.stack"),
        ([np.zeros([5, *SHAPE])], "a list of one array: give the array itself"),
        ((np.zeros([5, *SHAPE]), np.zeros(5)), r"a tuple of 2 arrays: .*fit\(x\[0\], x\[1\]\)"),
        ((np.zeros([5, *SHAPE]), np.zeros(5), np.ones(5)), "a tuple of 3 arrays"),
        ([], "x is a list, but images come as an array"),
        ({"x": np.zeros([5, *SHAPE])}, "x is a dict"),
        ("images.npy", "x is a str"),
        (None, "x is None, but images are needed"),
    ],
)
def test_lists_and_what_else_is_no_array_get_a_line(x, message):
    for method in ("fit", "evaluate", "predict"):
        with pytest.raises(InputError, match=message):
            getattr(build(), method)(x, verbose=0)


def test_a_range_of_its_own_is_what_integers_are_spread_over(levels):
    model = build(likelihood="gaussian", range=(-1, 1))
    seen = model.admit(levels.astype("uint8"), "x", fitting=True)
    assert (seen.min(), seen.max()) == (-1.0, 1.0)
    assert model.shown == (-1.0, 1.0)
    assert np.asarray(model.decode(np.full([3, 2], 1e4))).min() >= -1
    with pytest.raises(InputError, match=r"floats must lie in \[-1, 1\]"):
        model.fit(levels * 1.0, verbose=0)


@pytest.mark.parametrize("name", ["vae", "autoencoder"])
def test_without_a_range_nothing_is_clipped_and_what_is_seen_is_shown(name, tmp_path):
    kwargs = {"likelihood": "gaussian"} if name == "vae" else {}
    model = zoo.build(name, image_shape=SHAPE, latent_dim=2, range=None, **kwargs)
    model.compile("sgd")
    x = np.linspace(-30, 50, 16 * 16).reshape(16, *SHAPE)
    model.fit(x[:8], epochs=1, verbose=0)
    model.fit(x[8:], epochs=1, verbose=0)
    model.save(tmp_path / "a.keras")
    assert model.shown == zoo.load(tmp_path / "a.keras").shown == pytest.approx((-30, 50))
    z = np.full([1, 2], 1e4, "float32")
    assert np.abs(np.asarray(model.decode(z))).max() > 1


def test_real_values_come_back_as_they_went_in(rng):
    """A linear net learns them: with outputs clipped to [0, 1] it would be worse than the mean image."""
    x = (rng.normal(size=[200, 2]) @ rng.normal(size=[2, 16])).reshape(200, *SHAPE)
    autoencoder = zoo.build("autoencoder", image_shape=SHAPE, latent_dim=2, filters=(8,), range=None)
    autoencoder.compile(keras.optimizers.Adam(0.01))
    autoencoder.fit(x, epochs=40, verbose=0)
    assert np.mean((autoencoder.predict(x, verbose=0) - x) ** 2) < 0.5 * np.var(x)


def test_a_range_is_for_those_that_have_one():
    with pytest.raises(InputError, match="range is for a Gaussian likelihood, and this is a Bernoulli"):
        build(range=(-1, 1))
    with pytest.raises(InputError, match="iwae has no argument 'range'"):
        zoo.build("iwae", image_shape=SHAPE, range=None)
    with pytest.raises(InputError, match="cross-entropy is of pixels in"):
        zoo.build("autoencoder", image_shape=SHAPE, binary=True, range=None)


@tensorflow_only
def test_tensors_of_integers_mean_what_fit_found(levels):
    import tensorflow as tf

    model = build()
    x = levels.astype("uint8")
    assert np.allclose(model.encode(tf.constant(x)), model.encode((levels / 255).astype("float32")), atol=1e-6)
    model.fit(levels > 0, verbose=0)
    some = (levels > 0).astype("uint8")
    assert np.allclose(model.encode(tf.constant(some)), model.encode(some.astype("float32")), atol=1e-6)
