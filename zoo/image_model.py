"""The base of all models: a Keras model that is fitted to images alone."""

import contextlib
import contextvars
from abc import abstractmethod
from typing import ClassVar

import keras
import numpy as np
from keras import ops

from zoo.callbacks.stop_on_non_finite import StopOnNonFinite
from zoo.data.images import check_images, check_shape
from zoo.data.labels import PLAIN, check_labels
from zoo.data.pixels import UNIT, WHITE, as_kind, extent, floats, settled
from zoo.data.stream import FIRST, Stream
from zoo.errors import InputError
from zoo.numerics.batch_loss import batch_loss
from zoo.observed import image_of, label_of, with_label
from zoo.optimizers.player_adam import PlayerAdam
from zoo.part import Composed, Part, number_shared
from zoo.random.keys import low_bits
from zoo.random.streams import number
from zoo.signature import COUNT, SEED, Signature

#: How many images are enough to begin at.
START = 10_000

#: The model whose step, of training or of evaluation, is being taken.
_STEPPING = contextvars.ContextVar("stepping", default=None)


class ImageModel(Composed, keras.Model):
    """A `keras.Model` over images, without targets: `compile(optimizer)`, then `fit(x)`.

    A model that takes labels has `fit(x, y)`, y whole numbers `[N]`, -1 for a missing one. Others have no use for y.

    Its weights and its inputs are float32 whatever the precision of the networks in it. What it is fitted to,
    evaluated on and asked to predict is looked at first, and made floats by one rule (`zoo.data.pixels.kind_of`):
    booleans and integers of 0 and 1 alone are black and white, other integers are 0 to 255, or to 65535 if they are
    uint16, and floats lie in the model's range. What the integers mean is decided by the first fit, and holds from then
    on. `predict` and a call give reconstructions.

    Attributes:
        pixels: what fit has found the pixels to be, of `zoo.data.pixels.kind_of`; None before.
        seen: the smallest and the largest pixel that it was fitted to, where its range is None.
    """

    #: The part that does what can be a step of a functional model, by the method.
    PARTS: ClassVar = {}

    _found = frozenset({"pixels", "seen"})

    #: What pixels lie in, (low, high): black and white. None for any numbers.
    range = UNIT
    #: How many labels there are, K, for a model that takes labels; else None.
    labels = None
    #: Whether two players learn, whose loss doesn't fall as they get better.
    adversarial = False
    #: Whether pixels, or whole views, may be missing, NaN in an array of floats.
    takes_missing = False

    def __init__(self, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.pixels, self.seen = None, None
        # One layer for each of the methods, so that two uses of it share it; none of it is the model's own.
        object.__setattr__(self, "_layers_by_method", {})

    def get_config(self):
        found = {"pixels": self.pixels, "seen": self.seen and list(self.seen)}
        config = super().get_config() | {name: value for name, value in found.items() if value is not None}
        return number_shared(config)

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        pixels, seen = config.pop("pixels", None), config.pop("seen", None)
        model = super().from_config(config)
        model.pixels, model.seen = pixels, seen and tuple(seen)
        return model

    @property
    def shown(self):
        """The pixels that are shown as black and as white: the range, or where that is None what fit has seen."""
        return self.range or self.seen or UNIT

    @property
    def adam(self):
        """The Adam that it is trained by: where two players learn, one with a pace for each."""
        return PlayerAdam if self.adversarial else keras.optimizers.Adam

    @property
    def image_shape(self):
        """(height, width, channels), of a built model."""
        return self._image_shape

    def compile(self, optimizer="rmsprop", loss=None, loss_weights=None, metrics=None, weighted_metrics=None, **kwargs):
        """`keras.Model.compile`, without a loss or metrics: the model has its own.

        Where two players learn, "adam" is a `zoo.optimizers.PlayerAdam`.

        Raises:
            InputError: a loss or metrics were given.
        """
        own = {"loss": loss, "loss_weights": loss_weights, "metrics": metrics, "weighted_metrics": weighted_metrics}
        for name, value in own.items():
            if value:
                raise InputError(
                    f"compile was given {name}={value!r}, but a {type(self).__name__} has its own loss and terms: "
                    "leave it out. Another loss is an argument of the model, and other figures are for a callback."
                )
        super().compile(self.adam() if optimizer == "adam" else optimizer, **kwargs)

    def compute_output_shape(self, input_shape):
        return input_shape

    def save(self, filepath, *args, **kwargs):
        """`keras.Model.save`, to a `.keras` file.

        Raises:
            InputError: another kind of file, which couldn't be loaded again.
        """
        if str(filepath).endswith((".h5", ".hdf5")):
            raise InputError(
                f"filepath is {filepath}, but a model is saved as a .keras file: give it a name in .keras."
            )
        return super().save(filepath, *args, **kwargs)

    def compile_from_config(self, config):
        config = keras.saving.deserialize_keras_object(config)
        taken = ("optimizer", "run_eagerly", "steps_per_execution", "jit_compile")
        self.compile(**{name: config[name] for name in taken if name in config})
        if self.built:
            self.optimizer.build(self.trainable_variables)

    def replace(self, **arguments):
        new = super().replace(**arguments)
        new.pixels, new.seen = self.pixels, self.seen
        if self.built:
            new.build((None, *self.image_shape))
        return new

    @property
    def training_images(self):
        """How many training images are in the model as they are: an exemplar prior keeps some, most models none."""
        return sum(part.training_images for part in self._parts())

    def _parts(self):
        return [each for each in self._flatten_layers(include_self=False) if isinstance(each, Part)]

    def start_from(self, images, seed=0):
        """Starts from data the parts that can: a VampPrior's pseudo-inputs become images. Call it before `fit`.

        Most models have no such part, and nothing changes.

        Args:
            images: an array `[N, height, width, channels]`, as for fit; of more than 10000 images so many are taken.
            seed: an int; which images, and in which order.

        Raises:
            InputError: they aren't images that the model takes, or too few.
        """
        parts = [part for part in self._parts() if type(part).start_from is not Part.start_from]
        if not parts:
            return
        found = self.some(images, START, seed)
        if not self.built:
            self.build((None, *found.shape[1:]))
        for part in parts:
            part.start_from(found)

    def some(self, images, most, seed=0):
        """So many of the images at most, in an order of chance, as `fit` would take them.

        Args:
            images: an array `[N, height, width, channels]`, as for fit.
            most: how many.
            seed: an int; which images, and in which order.

        Returns:
            NumPy float32 `[n, height, width, channels]`.

        Raises:
            InputError: they aren't images that the model takes.
        """
        if not hasattr(images, "shape"):
            raise InputError(f"images is {_in_words(images)}")
        rng = np.random.default_rng([low_bits(seed), number("images to start from")])
        chosen = rng.permutation(len(images))[:most]
        # On disk they are read faster in their order.
        rows = np.sort(chosen)
        return self.admit(np.asarray(images[rows]), "images")[np.searchsorted(rows, chosen)]

    def export(self, filepath, *args, **kwargs):
        """`keras.Model.export`: images to reconstructions. `zoo.export` has all that a model can be asked.

        Raises:
            InputError: the model isn't built.
        """
        if not self.built:
            raise InputError(f"{self.name} isn't built: call its build((None, height, width, channels)) first.")
        # Keras exports what has been called.
        self(np.zeros([1, *self.image_shape], "float32"))
        return super().export(filepath, *args, **kwargs)

    @abstractmethod
    def encode(self, x, training=None):
        """The code of each image, `[B, D]`."""

    @abstractmethod
    def decode(self, z, training=None):
        """The image of each code, `[B, height, width, channels]`."""

    @abstractmethod
    def loss_and_terms(self, x, training=False):
        """The loss of each image, `[B]`, which a step makes small, and the `terms` that it reports besides."""

    @property
    @abstractmethod
    def abilities(self):
        """What it can do: `zoo.abilities.Abilities`."""

    def signatures(self, num_samples=50):
        """What it, and what is exported of it, can be asked: a dict of name to `zoo.signature.Signature`.

        Of every model `encode`, `decode` and `reconstruct`, and `sample` of one that samples.

        Args:
            num_samples: how many samples an estimate takes.
        """
        x, z = ((None, *self.image_shape), "float32"), ((None, self.latent_dim), "float32")
        sample = Signature(lambda seed, n: {"image": self.sample(n, seed)}, {"seed": SEED, "n": COUNT})
        return {
            "encode": Signature(lambda x: {"z": self.encode(x)}, {"x": x}, tolerance=1e-4),
            "decode": Signature(lambda z: {"image": self.decode(z)}, {"z": z}),
            "reconstruct": Signature(lambda x: {"image": self.reconstruct(x)}, {"x": x}, tolerance=1e-4),
        } | ({"sample": sample} if self.abilities.samples else {})

    def check_values(self, x, name):
        """Raises `InputError` where the array x, called `name`, holds values that the model has no use for."""

    def take_any_range(self):
        """Takes any numbers from now on, where pixels may be such: in a run of before there were ranges."""

    def _clipped(self, images):
        return images if self.range is None else ops.clip(images, *self.range)

    def reconstruct(self, x, training=None):
        """decode(encode(x)): float32 `[B, height, width, channels]`."""
        return self.decode(self.encode(x, training), training)

    def call(self, x, training=None):
        # A step of Keras's calls the model and then asks for the loss of what that gave. The networks run once: batch
        # normalization would count the images twice.
        return self.loss_and_terms(x, training) if self._steps() else self.reconstruct(x, training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """The mean of the images' losses, each times its weight, and what the networks' regularizers add: a scalar."""
        losses, *terms = y_pred if self._steps() else self.loss_and_terms(x, training)
        if terms:
            self.terms.update_state(terms, sample_weight)
        if sample_weight is not None:
            losses = losses * ops.cast(sample_weight, losses.dtype)
        return batch_loss(losses, self.losses)

    def train_step(self, *args):
        with self._stepping():
            return super().train_step(*self._joined(args))

    def test_step(self, *args):
        with self._stepping():
            return super().test_step(*self._joined(args))

    def _joined(self, args):
        """A step's arguments, of which the last is the batch: its images and labels joined, where labels are taken."""
        if not self.labels:
            return args
        *state, batch = args
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(batch)
        return *state, keras.utils.pack_x_y_sample_weight(with_label(x, y), y, sample_weight)

    def _steps(self):
        return _STEPPING.get() is self

    @contextlib.contextmanager
    def _stepping(self):
        token = _STEPPING.set(self)
        try:
            yield
        finally:
            _STEPPING.reset(token)

    def fit(self, x=None, y=None, *args, callbacks=None, validation_data=None, sample_weight=None, **kwargs):
        """`keras.Model.fit`, with a guard that ends training when the loss isn't finite.

        Args:
            x: images, `[N, height, width, channels]`, or a dataset of them, or of images and labels.
            y: labels, integers `[N]`, -1 for one that is missing; a model that takes none doesn't look at them.
            *args, callbacks, sample_weight, **kwargs: as of Keras.
            validation_data: images; or a tuple of images, labels and perhaps weights; or a dataset.

        Raises:
            InputError: x or validation_data isn't a set of images that the model takes, or their labels aren't its own.
            NonFiniteLossError: the loss became NaN or infinite; the model holds its last good weights.
        """
        if kwargs.get("class_weight"):
            raise InputError("class_weight weighs classes, but a model of images has none: give sample_weight.")
        x = self._given(x, "x", fitting=True)
        y = self._targets(x, y, sample_weight)
        streams = [x]
        if validation_data is not None:
            images, *rest = validation_data if isinstance(validation_data, list | tuple) else (validation_data,)
            images = self._given(images, "validation_data")
            streams.append(images)
            validation_data = self._with_targets(images, *rest)
        if not isinstance(callbacks, keras.callbacks.CallbackList):
            given = callbacks if isinstance(callbacks, list | tuple) else [callbacks] if callbacks else []
            callbacks = [*given, StopOnNonFinite()]
        return _reading(
            streams,
            super().fit,
            _data(x),
            y,
            *args,
            callbacks=callbacks,
            validation_data=validation_data,
            sample_weight=sample_weight,
            **kwargs,
        )

    def evaluate(self, x=None, y=None, *args, sample_weight=None, **kwargs):
        """`keras.Model.evaluate` on what `fit` takes: the means of what it reports."""
        if not kwargs.get("_use_cached_eval_dataset"):
            # Else it is fit that asks, for what it has had looked at.
            x = self._given(x, "x")
        y = self._targets(x, y, sample_weight)
        return _reading([x], super().evaluate, _data(x), y, *args, sample_weight=sample_weight, **kwargs)

    def predict(self, x, *args, **kwargs):
        """`keras.Model.predict`: reconstructions."""
        x = self._given(x, "x")
        return _reading([x], super().predict, _data(x), *args, **kwargs)

    def train_on_batch(self, x, y=None, sample_weight=None, **kwargs):
        """`keras.Model.train_on_batch` on what `fit` takes."""
        x = self._given(x, "x", fitting=True)
        return super().train_on_batch(x, self._targets(x, y, sample_weight), sample_weight, **kwargs)

    def test_on_batch(self, x, y=None, sample_weight=None, **kwargs):
        """`keras.Model.test_on_batch` on what `fit` takes."""
        x = self._given(x, "x")
        return super().test_on_batch(x, self._targets(x, y, sample_weight), sample_weight, **kwargs)

    def predict_on_batch(self, x):
        """`keras.Model.predict_on_batch`: reconstructions."""
        return super().predict_on_batch(self._given(x, "x"))

    def admit(self, x, name="x", fitting=False, kind=None):
        """Images as the model sees them, once they have been looked at.

        Args:
            x: an array `[N, height, width, channels]`.
            name: what they are called in the error.
            fitting: whether they are what the model is fitted to, by which it is decided what integers mean.
            kind: of `zoo.data.pixels.kind_of`, where it isn't these images alone that it is decided by.

        Returns:
            NumPy float32 of that shape, in the model's range.

        Raises:
            InputError: they aren't images that the model takes.
        """
        array = check_images(x, name, self.image_shape if self.built else None)
        missing = np.isnan(array) if self.takes_missing and array.dtype.kind == "f" else np.False_
        if missing.any():
            # What is there is looked at, and what is missing comes back as it is.
            there = array[~missing]
            array = np.where(missing, there.min() if there.size else self.shown[0], array)
        kind = kind or settled(self.pixels, [array], name)
        array = floats(as_kind(array, kind, name, self.range), self.range)
        images = np.where(missing, np.float32(np.nan), array) if missing.any() else array
        self.check_values(images, name)
        if fitting:
            self.pixels = kind
            self._see(array, name)
        return images

    def _see(self, array, name):
        if self.range is None:
            low, high = extent(array, name)
            self.seen = (low, high) if self.seen is None else (min(low, self.seen[0]), max(high, self.seen[1]))

    def _given(self, x, name, fitting=False):
        """x for Keras: an array of floats, or a `Stream` of such. One that is given has been looked at."""
        if isinstance(x, Stream):
            return x
        if isinstance(x, list | tuple | dict | str) or not (hasattr(x, "__iter__") or hasattr(x, "__getitem__")):
            raise InputError(f"{name} is {_in_words(x)}")
        if hasattr(x, "__array__") and not hasattr(x, "element_spec"):
            return self.admit(x, name, fitting)
        stream = Stream(x)
        if stream.shape is not None:
            check_shape(stream.shape, name, self.image_shape if self.built else None)
        # All that says whether integers are black and white are the first batches; the others are held to it.
        first = stream.first(1 if str(stream.dtype).startswith(("bool", "float")) else FIRST)
        if not first and (hasattr(x, "take") or not hasattr(x, "element_spec")):
            raise InputError(f"{name} is an empty dataset: give at least one batch of images.")
        if any(images.dtype == object for images, _ in first):
            raise InputError(
                f"{name} has batches that are no arrays: give batches of images, or (images, labels). Of dicts, "
                "x.map(lambda batch: batch['image']) makes such."
            )
        kind = settled(self.pixels, [images for images, _ in first], name) if first else None

        def admit(images):
            return self.admit(images, name, fitting, kind)

        def admit_labels(y):
            return check_labels(y, f"the labels of {name}", self.labels)

        for images, y in first:
            admit(images)
            if self.labels and y is not None:
                check_labels(y, f"the labels of {name}", self.labels, len(images))
        return stream.through(admit, admit_labels if self.labels else None)

    def _targets(self, x, y, sample_weight=None):
        """The labels, looked at, of a model that takes them.

        Where there are weights and no targets, targets without columns: Keras drops the weights of what has none.
        """
        if isinstance(x, Stream):
            return y
        if y is None:
            return None if sample_weight is None else np.zeros([len(x), 0], "float32")
        return check_labels(y, "y", self.labels, len(x)) if self.labels else y

    def _with_targets(self, images, y=None, sample_weight=None):
        """validation_data as Keras takes it, which would take a bare array apart along its first axis."""
        if isinstance(images, Stream):
            return images.data
        y = self._targets(images, y, sample_weight)
        return tuple(each for each in (images, y, sample_weight) if each is not None)

    def _images(self, x):
        """x as a float32 tensor, once it has been looked at: an array whole, a tensor by its shape.

        Of a dict of `image` and `label` its images, and for a model that takes labels the same of both.
        """
        if isinstance(x, dict):
            images, label = self._images(image_of(x)), label_of(x)
            if label is None or not self.labels:
                return images
            if isinstance(label, PLAIN):
                label = check_labels(label, "label", self.labels, images.shape[0])
            return {"image": images, "label": ops.cast(label, "int32")}
        if isinstance(x, np.ndarray | list | tuple):
            return ops.convert_to_tensor(self.admit(np.asarray(x)))
        if getattr(x, "shape", None) is not None and self.built:
            check_shape(tuple(x.shape), "x", self.image_shape)
        x = ops.convert_to_tensor(x)
        dtype = keras.backend.standardize_dtype(x.dtype)
        x = ops.cast(x, "float32")
        if "float" in dtype:
            return x
        # A tensor's numbers can't be looked at: its type says what they mean, unless fit has found it out.
        white = WHITE.get(self.pixels) or WHITE.get(dtype) or WHITE["uint8"]
        low, high = self.range or UNIT
        return low + (high - low) * x / white


def _data(x):
    return x.data if isinstance(x, Stream) else x


def _reading(streams, function, *args, **kwargs):
    """The function's result; where a stream's images were refused while it ran, that error instead of TensorFlow's."""
    try:
        return function(*args, **kwargs)
    except Exception:
        for stream in streams:
            if isinstance(stream, Stream) and stream.error is not None:
                raise stream.error from None
        raise


def _in_words(x):
    """What else there is in place of images, and what to give instead."""
    if x is None:
        return "None, but images are needed: an array [N, height, width, channels], or a dataset of such batches."
    if not isinstance(x, list | tuple) or not x:
        return f"a {type(x).__name__}, but images come as an array [N, height, width, channels], or as a dataset."
    kind, ranks = type(x).__name__, {np.ndim(each) for each in x}
    if len(x) == 1 and ranks == {4}:
        return f"a {kind} of one array: give the array itself, x[0]."
    if len(x) in (2, 3) and np.ndim(x[0]) == 4:
        return f"a {kind} of {len(x)} arrays: give images alone, fit(x[0]), or with labels, fit(x[0], x[1])."
    return f"a {kind} of {len(x)} arrays: give one array of all images, np.stack(x), [N, height, width, channels]."
