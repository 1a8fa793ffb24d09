"""The base of all composed objects: each can be written down and built again."""

import collections
import contextlib
import functools
import importlib
import inspect

import keras

from zoo.errors import InputError


class _Constructed(type(keras.layers.Layer)):
    """The class of classes whose objects know when their constructor is done."""

    def __call__(cls, *args, **kwargs):
        instance = super().__call__(*args, **kwargs)
        own = {name for name in vars(instance) if not name.startswith("_")}
        object.__setattr__(instance, "_fixed", own.union(instance._arguments) - _kerass_own() - cls._found)
        return instance


class Composed(metaclass=_Constructed):
    """Remembers its constructor's arguments, so that `.keras` files hold objects made of objects.

    Keras does this by itself for numbers and strings only. Here an argument may also be a layer, a registered function
    or a `functools.partial` of one; each subclass is registered with Keras under its module and name as it is defined,
    which is what lets `keras.saving.load_model` find it in safe mode.

    What is saved is what the constructor was given. So attributes that the constructor has set can't be changed;
    `replace` makes a new object with other values.

    Raises:
        InputError: an argument is missing or unknown, or is a function that no file could name; or, later, an attribute
            that the constructor has set is to be set again.

    Example:
        >>> class Scaled(Composed, keras.layers.Layer):
        ...     def __init__(self, inner, factor=2.0, **kwargs):
        ...         super().__init__(**kwargs)
        >>> config = Scaled(keras.layers.Dense(3)).get_config()
        >>> config["factor"], Scaled.from_config(config).get_config()["inner"]["class_name"]
        (2.0, 'Dense')
    """

    #: The names of the attributes that can't be given another value.
    _fixed = frozenset()
    #: The names of those that hold what was found later, and are saved as such.
    _found = frozenset()
    #: The names of the methods that a class has to have and hasn't: those that are for others to be made of.
    _lacks = ()

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls._lacks = _abstract(cls)
        _check_methods(cls)
        # The module tells the Gaussian posterior from the Gaussian likelihood.
        keras.saving.register_keras_serializable(cls.__module__)(cls)
        # The class of classes would hide it.
        cls.__signature__ = inspect.Signature(list(inspect.signature(cls.__init__).parameters.values())[1:])

    def __new__(cls, *args, **kwargs):
        if cls._lacks:
            raise InputError(f"{cls.__name__} is for others to be made of: it has no {', '.join(cls._lacks)}.")
        _check_precision()
        instance = super().__new__(cls, *args, **kwargs)
        try:
            bound = inspect.signature(cls).bind(*args, **kwargs)
        except TypeError as error:
            raise InputError(f"{cls.__name__}: {error}.") from None
        bound.apply_defaults()
        arguments = {}
        for name, value in bound.arguments.items():
            kind = bound.signature.parameters[name].kind
            # What has no name of its own in the signature is kept under the name it was given, or all in a row.
            if kind is inspect.Parameter.VAR_KEYWORD:
                arguments |= value
            elif kind is not inspect.Parameter.VAR_POSITIONAL or value:
                arguments[name] = value
        for name, value in arguments.items():
            _check_function(name, value)
        # Keras tracks what is assigned to an attribute, and would take these for further layers of the model.
        object.__setattr__(instance, "_arguments", arguments)
        # What the layers that the constructor makes compute in.
        object.__setattr__(instance, "_policy", keras.config.dtype_policy().name)
        return instance

    def __setattr__(self, name, value):
        if name in self._fixed and (name in self._arguments or getattr(self, name) is not None):
            kind = type(self).__name__
            raise InputError(
                f"{name} of a {kind} is what its constructor was given, which is what is saved: make another one, with "
                f"{kind}.replace({name}=...), say. What training is to move is a weight: add_weight(trainable=False)."
            )
        super().__setattr__(name, value)

    def replace(self, **arguments):
        """Another object, of the same arguments but for those given. It shares the parts and networks that it keeps.

        Weights of its own, those of no part, begin anew.

        Args:
            **arguments: as of the constructor.

        Raises:
            InputError: as from the constructor.

        Example:
            >>> from functools import partial
            >>> import zoo
            >>> from zoo.objectives.beta_elbo import beta_elbo
            >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
            >>> other = vae.replace(objective=partial(beta_elbo, beta=20.0))
            >>> other.posterior is vae.posterior
            True
        """
        with precision(self._policy):
            return self._made_of({"name": self.name, "trainable": self.trainable} | self._arguments | arguments)

    def _amend(self, **arguments):
        """Fills in arguments that older files don't have."""
        for name, value in arguments.items():
            object.__setattr__(self, name, value)
        self._arguments.update(arguments)

    def get_config(self):
        config = {name: _write(value) for name, value in self._arguments.items()}
        policy = {} if self._policy == "float32" else {"policy": self._policy}
        return config | policy | {"name": self.name, "trainable": self.trainable}

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        with precision(config.pop("policy", "float32")):
            return cls._made_of({name: _read(value) for name, value in config.items()})

    @classmethod
    def _made_of(cls, arguments):
        """The object of these arguments, each where the constructor takes it."""
        parameters = inspect.signature(cls).parameters.values()
        named, positional, taken = dict(arguments), [], [p.name for p in parameters]
        # Keras's constructor would leave the layers inside as they are, where the attribute freezes them too.
        later = ["trainable"] if any(p.kind is p.VAR_KEYWORD for p in parameters) else ["name", "trainable"]
        later = {name: named.pop(name) for name in later if name in named and name not in taken}
        row = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), None)
        for p in parameters:
            if p.name == row:
                positional += named.pop(row, ())
            elif p.kind is p.POSITIONAL_ONLY or (row in named and p.kind is p.POSITIONAL_OR_KEYWORD):
                positional.append(named.pop(p.name))
        instance = cls(*positional, **named)
        for name, value in later.items():
            # Keras would set `trainable` of all layers inside, those too that are frozen where the whole isn't.
            if getattr(instance, name) != value:
                setattr(instance, name, value)
        return instance


@contextlib.contextmanager
def precision(name):
    """What is made inside computes in the precision of that name, one of Keras's dtype policies.

    Example:
        >>> with precision("mixed_bfloat16"):
        ...     keras.layers.Dense(2).compute_dtype
        'bfloat16'
    """
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _abstract(cls):
    """The names of the methods that a class has to have and hasn't."""
    return sorted(name for name in dir(cls) if getattr(getattr(cls, name, None), "__isabstractmethod__", False))


def _check_methods(cls):
    """Raises `TypeError` where a class lacks a method, unless it asks for methods itself.

    Keras's layers have a class of classes of their own, which doesn't look.
    """
    asks = any(getattr(value, "__isabstractmethod__", False) for value in vars(cls).values())
    if cls._lacks and not asks:
        of = next(base.__name__ for base in cls.__mro__[1:] if getattr(base, "_lacks", ()))
        raise TypeError(f"{cls.__name__} has no {', '.join(cls._lacks)}, which a {of} has to have.")


@functools.cache
def _kerass_own():
    """The names that Keras itself gives values, as it builds, compiles and trains."""
    return frozenset(vars(keras.Model(name="any"))) | frozenset(dir(keras.Model))


def _check_precision():
    if keras.config.floatx() != "float32":
        raise InputError(
            f"Keras's floatx is {keras.config.floatx()!r}, in its settings file or by keras.config.set_floatx, but the "
            "zoo computes densities in float32: call keras.config.set_floatx('float32') first."
        )


def _check_function(name, value):
    """Raises `InputError` where a function is one that no file could name: what is saved could not be loaded."""
    if isinstance(value, functools.partial):
        if value.args:
            raise InputError(f"{name} is a partial with arguments by their place: give them by name.")
        for key, each in ({name: value.func} | value.keywords).items():
            _check_function(key, each)
    elif isinstance(value, list | tuple):
        for each in value:
            _check_function(name, each)
    elif callable(value) and not isinstance(value, type) and not hasattr(value, "get_config"):
        function = getattr(value, "__name__", None)
        library = (getattr(value, "__module__", None) or "").partition(".")[0] in ("keras", "tensorflow", "jax")
        if not library and (function is None or _registered(value) is not value):
            raise InputError(
                f"{name} is {function or repr(value)}, which no saved model could name: make it a def, and write "
                "@keras.saving.register_keras_serializable('your_package') above it."
            )


def _registered(function):
    return keras.saving.get_registered_object(keras.saving.get_registered_name(function))


class Part(Composed, keras.layers.Layer):
    """A prior, posterior or likelihood: a layer whose call returns a distribution.

    A part computes in float32 whatever the precision of the networks in it: they give bfloat16, it casts, and log
    densities keep their digits.
    """

    #: How many training images are in its weights as they are, for anybody to look at.
    training_images = 0

    def __init__(self, **kwargs):
        kwargs["dtype"] = "float32"
        super().__init__(**kwargs)

    def start_from(self, images):
        """Begins at data, where weights can: pseudo-inputs at images, say. A model's `start_from` calls it.

        Args:
            images: NumPy float32 `[N, height, width, channels]`, in the model's range and in an order of chance.
        """


def build_once(layer, input_shape=None):
    """Builds a part or a network, unless it is there with its weights, as one from a file is.

    Example:
        >>> dense = keras.layers.Dense(2)
        >>> for _ in range(2):
        ...     build_once(dense, (None, 3))
        >>> len(dense.weights)
        2
    """
    if not layer.built:
        layer.build(input_shape)


def weight_shapes(layer):
    """The shapes of a layer's weights, by which two have the same networks or haven't.

    Example:
        >>> dense = keras.layers.Dense(2)
        >>> dense.build((None, 3))
        >>> weight_shapes(dense)
        [(3, 2), (2,)]
    """
    return [tuple(weight.shape) for weight in layer.weights]


def given(function, **arguments):
    """A function with further arguments of its own: those that aren't None, none of which it has been given before.

    Raises:
        InputError: it has been given one before.

    Example:
        >>> given(sorted, reverse=None) is sorted
        True
        >>> given(functools.partial(sorted, reverse=True), reverse=True)
        Traceback (most recent call last):
        zoo.errors.InputError: reverse is given twice, as True and as True: leave one of them out.
    """
    arguments = {name: value for name, value in arguments.items() if value is not None}
    for name in arguments.keys() & getattr(function, "keywords", {}).keys():
        raise InputError(
            f"{name} is given twice, as {function.keywords[name]} and as {arguments[name]}: leave one of them out."
        )
    return functools.partial(function, **arguments) if arguments else function


def _write(value):
    if isinstance(value, functools.partial):
        return {"partial": _write(value.func), "keywords": {k: _write(v) for k, v in value.keywords.items()}}
    if isinstance(value, list):
        return [_write(v) for v in value]
    if isinstance(value, tuple):
        # As Keras writes one.
        return {"class_name": "__tuple__", "items": [_write(v) for v in value]}
    written = keras.saving.serialize_keras_object(value)
    if isinstance(value, keras.layers.Layer):
        # What is given to two parts comes back as one. Keras says so only of what it wrote itself.
        written["shared_object_id"] = id(value)
    return written


def number_shared(config):
    """A model's configuration, in which only the layers that are used more than once have a number, 1, 2, ...

    Example:
        >>> number_shared({"a": {"shared_object_id": 70}, "b": [{"shared_object_id": 70}, {"shared_object_id": 71}]})
        {'a': {'shared_object_id': 1}, 'b': [{'shared_object_id': 1}, {}]}
    """
    seen = collections.Counter(_ids(config))
    numbers = {each: number for number, each in enumerate((i for i in seen if seen[i] > 1), 1)}
    return _renumbered(config, numbers)


def _ids(config):
    if isinstance(config, dict):
        yield from [config["shared_object_id"]] if "shared_object_id" in config else []
    for each in config.values() if isinstance(config, dict) else config if isinstance(config, list) else ():
        yield from _ids(each)


def _renumbered(config, numbers):
    if isinstance(config, list):
        return [_renumbered(each, numbers) for each in config]
    if not isinstance(config, dict):
        return config
    found = {name: _renumbered(value, numbers) for name, value in config.items() if name != "shared_object_id"}
    number = numbers.get(config.get("shared_object_id"))
    return found if number is None else found | {"shared_object_id": number}


def _read(value):
    if isinstance(value, list):
        return [_read(v) for v in value]
    if not isinstance(value, dict):
        return keras.saving.deserialize_keras_object(value)
    if value.keys() == {"partial", "keywords"}:
        return functools.partial(_read(value["partial"]), **{k: _read(v) for k, v in value["keywords"].items()})
    if value.get("class_name") == "__tuple__":
        return tuple(_read(v) for v in value["items"])
    _import_registered(value)
    return keras.saving.deserialize_keras_object(value)


def _import_registered(value):
    """Imports what is named in a configuration, however deep in it.

    Keras deserializes what has been registered, which a module of ours does as it is imported. No file gets to import
    anything else.
    """
    if isinstance(value, dict):
        name = value.get("config" if value.get("class_name") == "function" else "registered_name")
        module = str(name).partition(">")[0]
        if module.startswith("zoo."):
            importlib.import_module(module)
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            _import_registered(each)
