import subprocess
import sys

import keras
import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.functional import Method
from zoo.vae import VAE

NAMES = {
    "conv_vae": {"filters": (4,)},
    "iaf_vae": {"filters": (4,), "dense_units": 8, "units": (8,)},
    "autoencoder": {},
}


def weight(layer):
    return np.asarray(layer.get_weights()[0])


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_classifier_on_a_trained_encoder_learns_through_it_and_comes_back(name, tmp_path, images):
    model = zoo.build(name, image_shape=(8, 8, 1), latent_dim=3, **NAMES[name])
    inputs = keras.Input((8, 8, 1))
    codes = model.encode(inputs)
    assert codes.shape == (None, 3)
    classifier = keras.Model(inputs, keras.layers.Dense(2, "softmax")(codes))
    part = getattr(model, model.PARTS["encode"])
    assert np.allclose(keras.Model(inputs, codes)(images), model.encode(images), atol=1e-5)
    assert {id(w) for w in part.trainable_weights} < {id(w) for w in classifier.trainable_weights}
    decoder = getattr(model, model.PARTS["decode"])
    assert not {id(w) for w in decoder.weights} & {id(w) for w in classifier.weights}
    classifier.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    before = weight(part).copy()
    losses = classifier.fit(images, (images.mean(axis=(1, 2, 3)) > 0.3) * 1, epochs=4, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert not np.array_equal(weight(part), before)
    # What has been learned is the model's too.
    assert np.allclose(keras.Model(inputs, codes)(images), model.encode(images), atol=1e-5)
    classifier.save(tmp_path / "classifier.keras")
    again = keras.saving.load_model(tmp_path / "classifier.keras")
    assert np.allclose(again(images), classifier(images), atol=1e-5)
    again.fit(images, np.zeros(len(images)), verbose=0)


@pytest.mark.long
def test_it_comes_back_in_a_new_process(tmp_path, images):
    vae = zoo.build("conv_vae", image_shape=(8, 8, 1), latent_dim=3, filters=(4,))
    inputs = keras.Input((8, 8, 1))
    keras.Model(inputs, vae.encode(inputs)).save(tmp_path / "encoder.keras")
    np.savez(tmp_path / "truth.npz", x=images, z=vae.encode(images))
    code = f"""
import zoo, keras, numpy as np
truth = np.load({str(tmp_path / "truth.npz")!r})
assert np.allclose(keras.saving.load_model({str(tmp_path / "encoder.keras")!r})(truth["x"]), truth["z"], atol=1e-5)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_frozen_part_stays_and_the_rest_learns(images):
    vae = zoo.build("conv_vae", image_shape=(8, 8, 1), latent_dim=3, filters=(4,))
    vae.posterior.trainable = False
    inputs = keras.Input((8, 8, 1))
    classifier = keras.Model(inputs, keras.layers.Dense(2, "softmax")(vae.encode(inputs)))
    assert len(classifier.trainable_weights) == 2
    classifier.compile("adam", "sparse_categorical_crossentropy")
    before = weight(vae.posterior).copy()
    classifier.fit(images, np.zeros(len(images)), verbose=0)
    assert np.array_equal(weight(vae.posterior), before)


def test_codes_to_images_two_uses_and_the_model_itself(images):
    vae = zoo.build("conv_vae", image_shape=(8, 8, 1), latent_dim=3, filters=(4,))
    z, left, right = keras.Input((3,)), keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    codes = np.asarray(vae.encode(images))
    assert np.allclose(keras.Model(z, vae.decode(z))(codes), vae.decode(codes), atol=1e-6)
    both = keras.Model([left, right], keras.layers.Subtract()([vae.encode(left), vae.encode(right)]))
    assert np.allclose(both([images, images[::-1]]), codes - codes[::-1], atol=1e-5)
    assert len(both.trainable_weights) == len(vae.posterior.trainable_weights)
    for made in (vae.reconstruct(left), vae(left)):
        assert np.allclose(keras.Model(left, made)(images), vae.reconstruct(images), atol=1e-5)


def test_dropout_in_the_encoder_goes_by_the_functional_models_training(images):
    base = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3, units=(4,))
    encoder = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dropout(0.5)])
    vae = VAE(base.prior, type(base.posterior)(encoder, 3), base.likelihood)
    vae.build((None, 8, 8, 1))
    inputs = keras.Input((8, 8, 1))
    model = keras.Model(inputs, vae.encode(inputs))
    assert np.array_equal(model(images), model(images))
    assert not np.array_equal(model(images, training=True), model(images, training=True))


def test_wrong_shapes_other_methods_and_unbuilt_models_are_refused():
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3, units=(4,))
    with pytest.raises(InputError, match="this model takes"):
        vae.encode(keras.Input((9, 8, 1)))
    with pytest.raises(InputError, match="method is 'save', but must be one of encode, decode"):
        Method(vae, "save")
    with pytest.raises(InputError, match="isn't built"):
        VAE(vae.prior, vae.posterior, vae.likelihood).encode(keras.Input((8, 8, 1)))
