"""What every composed object of the zoo has in common: it can be written down and built again."""

import functools
import importlib
import inspect

import keras

from zoo.errors import InputError


class Composed:
    """Remembers its constructor's arguments, so that `.keras` files hold objects made of objects.

    Keras does this by itself for numbers and strings only. Here an argument may also be a layer, a registered function
    or a `functools.partial` of one; each subclass is registered with Keras under its module and name as it is defined,
    which is what lets `keras.saving.load_model` find it in safe mode.

    Example:
        >>> class Scaled(Composed, keras.layers.Layer):
        ...     def __init__(self, inner, factor=2.0, **kwargs):
        ...         super().__init__(**kwargs)
        >>> config = Scaled(keras.layers.Dense(3)).get_config()
        >>> config["factor"], Scaled.from_config(config).get_config()["inner"]["class_name"]
        (2.0, 'Dense')
    """

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        # The module tells the Gaussian posterior from the Gaussian likelihood.
        keras.saving.register_keras_serializable(cls.__module__)(cls)

    def __new__(cls, *args, **kwargs):
        instance = super().__new__(cls, *args, **kwargs)
        try:
            bound = inspect.signature(cls.__init__).bind(instance, *args, **kwargs)
        except TypeError as error:
            raise InputError(f"{cls.__name__}: {error}.") from None
        bound.apply_defaults()
        arguments = dict(bound.arguments)
        arguments.pop("self")
        # Keras tracks what is assigned to an attribute, and would take these for further layers of the model.
        object.__setattr__(instance, "_arguments", arguments | arguments.pop("kwargs", {}))
        return instance

    def get_config(self):
        own = {"name": self.name, "trainable": self.trainable}
        return own | {key: _write(value) for key, value in self._arguments.items()}

    @classmethod
    def from_config(cls, config):
        return cls(**{key: _read(value) for key, value in config.items()})


class Part(Composed, keras.layers.Layer):
    """A prior, posterior or likelihood: a layer whose call returns a distribution.

    A part computes in float32 whatever the precision of the networks in it: they give bfloat16, it casts, and log
    densities keep their digits.
    """

    def __init__(self, **kwargs):
        kwargs["dtype"] = "float32"
        super().__init__(**kwargs)


def _write(value):
    if isinstance(value, functools.partial):
        return {"partial": _write(value.func), "keywords": {k: _write(v) for k, v in value.keywords.items()}}
    return keras.saving.serialize_keras_object(value)


def _read(value):
    if not isinstance(value, dict):
        return keras.saving.deserialize_keras_object(value)
    if value.keys() == {"partial", "keywords"}:
        return functools.partial(_read(value["partial"]), **{k: _read(v) for k, v in value["keywords"].items()})
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
