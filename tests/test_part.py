import functools

import keras
import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.objectives.beta_elbo import beta_elbo
from zoo.objectives.elbo import elbo
from zoo.objectives.iwae import iwae
from zoo.part import Composed, number_shared
from zoo.priors.mixture import Mixture
from zoo.vae import VAE


class Outer(Composed, keras.layers.Layer):
    def __init__(self, inner, size=(1, 2), function=None, **kwargs):
        super().__init__(**kwargs)
        self.inner = inner


def test_layers_tuples_and_partials_come_back():
    outer = Outer(keras.layers.Dense(3), size=(4, 5), function=functools.partial(iwae, num_samples=7), name="me")
    again = Outer.from_config(
        keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(outer)).get_config()
    )
    config = again._arguments
    assert again.name == "me"
    assert config["inner"].units == 3
    assert tuple(config["size"]) == (4, 5)
    assert config["function"].func is iwae
    assert config["function"].keywords == {"num_samples": 7}


def test_being_frozen_comes_back():
    outer = Outer(keras.layers.Dense(3))
    outer.trainable = False
    assert not Outer.from_config(outer.get_config()).trainable


def test_arguments_are_not_taken_for_further_layers():
    outer = Outer(keras.layers.Dense(3))
    outer.inner(np.zeros([1, 2]))
    assert len(outer.weights) == 2


def test_a_missing_argument_is_named():
    with pytest.raises(InputError, match="Outer: missing a required argument: 'inner'"):
        Outer()


class Further(Outer):
    def __init__(self, inner, extra=3, **kw):
        super().__init__(inner, **kw)


class Row(Outer):
    def __init__(self, *args, extra=3, **kwargs):
        super().__init__(*args, **kwargs)


class First(Outer):
    def __init__(self, inner, /, *sizes, **more):
        super().__init__(inner, size=sizes or (1, 2), **more)


class Bare(Outer):
    def __init__(self, inner, size=(3, 3)):
        super().__init__(inner, size)


class Owner(Outer):
    def __init__(this, inner, *, function=None, **kwargs):  # noqa: N805
        super().__init__(inner, function=function, **kwargs)


class Inherits(Row):
    pass


def made():
    """Objects of constructors of every kind, and of one that says nothing of names."""
    partial = functools.partial(iwae, num_samples=7)
    return [
        Further(keras.layers.Dense(3), extra=4, name="me", size=(4, 5)),
        Row(keras.layers.Dense(3), (4, 5), partial, extra=4, name="me"),
        Row(keras.layers.Dense(3), size=(4, 5), name="me"),
        Row(inner=keras.layers.Dense(3), name="me"),
        First(keras.layers.Dense(3), 4, 5, name="me"),
        First(keras.layers.Dense(3), name="me", function=partial),
        Bare(keras.layers.Dense(3), (4, 5)),
        Owner(keras.layers.Dense(3), function=(partial, [partial]), name="me"),
        Inherits(keras.layers.Dense(3), (4, 5), extra=1, name="me"),
    ]


@pytest.mark.parametrize("number", range(len(made())))
def test_whatever_its_constructor_calls_its_arguments_it_comes_back(number, tmp_path):
    one = made()[number]
    one.name = "renamed"
    one.trainable = False
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(one))
    assert type(again) is type(one)
    assert again.name == "renamed" and not again.trainable
    assert again.inner.units == 3
    configs = [repr(number_shared(each.get_config())).partition("object at")[0] for each in (again, one)]
    assert configs[0] == configs[1]


def test_a_subclass_of_a_model_is_saved_and_loaded(tmp_path, images):
    class Mine(VAE):
        def __init__(self, *args, extra=3, **kw):
            super().__init__(*args, **kw)

    base = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,))
    mine = Mine(base.prior, base.posterior, base.likelihood, extra=5)
    mine.compile("adam")
    mine.fit(images, verbose=0)
    mine.save(tmp_path / "mine.keras")
    again = zoo.load(tmp_path / "mine.keras")
    assert again.get_config()["extra"] == 5
    assert np.array_equal(again.sample(3, seed=0), mine.sample(3, seed=0))


def nameless(vae, x, training=False):
    return elbo(vae, x, training)


def local():
    def inner(vae, x, training=False):
        return elbo(vae, x, training)

    return inner


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda vae, x, training: None, "function is <lambda>, which no saved model could name"),
        (nameless, "function is nameless.*register_keras_serializable"),
        (local(), "function is inner"),
        (functools.partial(nameless), "function is nameless"),
        (functools.partial(iwae, num_samples=nameless), "num_samples is nameless"),
        (functools.partial(iwae, None), "arguments by their place"),
        ([iwae, nameless], "function is nameless"),
        (np.tanh, "function is tanh"),
        ([].append, "function is append"),
    ],
)
def test_a_function_that_no_file_could_name_is_refused_at_once(function, message):
    with pytest.raises(InputError, match=message):
        Outer(keras.layers.Dense(3), function=function)


@pytest.mark.parametrize("function", [iwae, keras.activations.elu, keras.ops.tanh, keras.initializers.Zeros(), "elu"])
def test_functions_that_are_known_are_taken(function):
    Outer.from_config(Outer(keras.layers.Dense(3), function=function).get_config())


def attributes():
    """An object and one of its attributes that its constructor has set."""
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,), likelihood="gaussian")
    mixture = zoo.build("iaf_mixture_vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,))
    autoencoder = zoo.build("autoencoder", image_shape=(8, 8, 1), latent_dim=2)
    return [
        *[(vae, name) for name in ("prior", "posterior", "likelihood", "objective", "kl_weight", "seed_generator")],
        *[(vae.likelihood, name) for name in ("scale", "learn_scale", "min_scale", "decoder")],
        *[(vae.posterior, name) for name in ("encoder", "latent_dim", "head")],
        *[(mixture.prior, name) for name in ("components", "spread", "min_scale", "train_weights")],
        *[(mixture.posterior, name) for name in ("steps", "gate_bias", "made", "context")],
        *[(mixture.posterior.made[0], name) for name in ("units", "activation", "output_scale")],
        *[(autoencoder, name) for name in ("encoder", "decoder", "reconstruction_loss")],
    ]


def test_what_a_constructor_has_set_can_not_be_set_again():
    for one, name in attributes():
        before = one.get_config().keys(), getattr(one, name)
        with pytest.raises(InputError, match=f"{name} of a {type(one).__name__} is what its constructor was given"):
            setattr(one, name, 0.5)
        assert (one.get_config().keys(), getattr(one, name)) == before


def test_the_shape_of_a_built_models_images_stays():
    with pytest.raises(AttributeError, match="image_shape"):
        zoo.build("vae", image_shape=(8, 8, 1)).image_shape = (9, 9, 1)


def test_what_is_kerass_can_be_set_and_is_saved(tmp_path):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,))
    vae.save(tmp_path / "first.keras")
    vae = zoo.load(tmp_path / "first.keras")
    vae.name = "mine"
    vae.posterior.trainable = False
    vae.likelihood.decoder.layers[0].trainable = False
    vae.save(tmp_path / "second.keras")
    again = zoo.load(tmp_path / "second.keras")
    assert again.name == "mine"
    assert len(again.trainable_weights) == len(vae.trainable_weights) == 2


@pytest.mark.parametrize("what", ["scale", "objective", "prior"])
def test_another_object_with_another_argument_is_what_is_saved(what, tmp_path, images):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,), likelihood="gaussian")
    other = {
        "scale": lambda: vae.replace(likelihood=vae.likelihood.replace(scale=0.5)),
        "objective": lambda: vae.replace(objective=functools.partial(beta_elbo, beta=20.0)),
        "prior": lambda: vae.replace(prior=Mixture(2, components=3)),
    }[what]()
    assert other.posterior is vae.posterior and other.image_shape == (8, 8, 1)
    other.compile("sgd")
    other.save(tmp_path / "other.keras")
    again = zoo.load(tmp_path / "other.keras")
    losses = []
    for model in (other, again):
        model.seed_generator.state.assign(np.zeros(2, "uint32"))
        losses.append(model.evaluate(images, verbose=0, return_dict=True)["loss"])
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
