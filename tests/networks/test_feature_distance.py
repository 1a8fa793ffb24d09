import keras
import numpy as np
import pytest
from keras import ops

import zoo
from zoo.data.named import load
from zoo.errors import InputError
from zoo.networks.classifier import classifier, for_inception
from zoo.networks.feature_distance import FeatureDistance, maps_of
from zoo.numerics.gradient import gradient


def distance(**kwargs):
    return FeatureDistance(maps_of(classifier("digits").network), **kwargs)


def test_it_is_half_the_mean_square_of_each_layer_added_up(rng):
    x, y = rng.random((2, 3, 8, 8, 1)).astype("float32")
    network = classifier("digits").network
    activations = [layer.output for layer in network.layers if isinstance(layer, keras.layers.Activation)]
    maps = keras.Model(network.inputs[0], activations[:3])
    pairs = zip(maps(x, training=False), maps(y, training=False), strict=True)
    expected = sum(np.mean((np.asarray(a) - np.asarray(b)) ** 2, axis=(1, 2, 3)) for a, b in pairs)
    assert np.allclose(distance(weight=3.0)(x, y), 1.5 * expected, rtol=1e-4)


def test_of_each_image_it_is_that_images_own(rng):
    x, y = rng.random((2, 3, 8, 8, 1)).astype("float32")
    found = distance()
    assert np.allclose(found(x, y), [found(x[i : i + 1], y[i : i + 1])[0] for i in range(3)], rtol=1e-4)


def test_the_network_stays_and_has_a_gradient_to_the_image(rng, images):
    """Its weights are those of the file, whose digest `classifier` has looked at."""
    weights = classifier("digits").network.get_weights()
    model = zoo.build("dfc_vae", image_shape=(8, 8, 1), latent_dim=2, filters=(4,), layers=(0, 1, 2, 3, 4))
    loss = model.reconstruction_loss
    assert not loss.trainable_variables and not {id(w) for w in loss.weights} & {id(w) for w in model.trainable_weights}
    before = [np.array(w) for w in loss.weights]
    model.compile(keras.optimizers.SGD(0.01))
    model.train_on_batch(images)
    assert all(np.array_equal(a, b) for a, b in zip(before, loss.weights, strict=True))
    # All but the last layer's.
    assert all(any(np.array_equal(a, b) for b in weights) for a in before)
    x = ops.convert_to_tensor(rng.random((2, 8, 8, 1)).astype("float32"))
    assert np.abs(gradient(lambda y: loss(x, y), x + 0.1)).max() > 1e-3


def test_bytes_and_floats_of_an_image_cost_the_same():
    model = zoo.build("dfc_vae", image_shape=(8, 8, 1), latent_dim=2, filters=(4,))
    model.compile()
    images = np.concatenate([np.zeros([2, 8, 8, 1]), np.full([2, 8, 8, 1], 255)]).astype("uint8")
    images[0, 0, 0] = 100
    losses = [model.evaluate(x, verbose=0) for x in (images, images.astype("float32") / 255)]
    assert np.allclose(*losses, rtol=1e-5)


def test_both_images_are_prepared():
    """For Inception, by a stand-in that takes what it takes."""
    network = keras.Sequential([keras.Input((299, 299, 3)), keras.layers.GlobalAveragePooling2D()])
    found = FeatureDistance(network, weight=2.0, prepare=for_inception)(ops.zeros([3, 8, 8, 1]), ops.ones([3, 8, 8, 1]))
    # From -1 to 1.
    assert np.allclose(found, 4.0, atol=1e-5)


def test_what_can_not_be_is_refused():
    with pytest.raises(InputError, match="layers has 5, but the network has 5 activations"):
        maps_of(classifier("digits").network, (5,))
    with pytest.raises(InputError, match="weight is 0"):
        distance(weight=0)
    with pytest.raises(InputError, match="takes \\(8, 8, 1\\), not \\(28, 28, 1\\)"):
        zoo.build("dfc_vae", image_shape=(28, 28, 1), features="digits")
    with pytest.raises(InputError, match="there is no classifier of images of shape"):
        zoo.build("dfc_vae", image_shape=(9, 9, 1))


@pytest.mark.slow
def test_its_reconstructions_are_nearer_by_the_frechet_distance_than_a_likelihoods():
    """On MNIST, in the features of the classifier's last layer, of which training sees the first three."""
    from zoo.evaluation.samples.features import features
    from zoo.evaluation.samples.frechet import frechet_distance

    splits, network = load("mnist"), classifier("mnist")
    test = np.asarray(splits.test.images[:2000])
    real, found = features(network, test)[0], {}
    for name, kwargs in {"dfc_vae": {}, "conv_vae": {"likelihood": "gaussian", "likelihood.scale": 0.3}}.items():
        keras.utils.set_random_seed(0)
        model = zoo.build(name, latent_dim=10, filters=(16, 32), **kwargs)
        model.compile(keras.optimizers.Adam(2e-3))
        model.fit(np.asarray(splits.train.images[:10_000]), batch_size=100, epochs=5, verbose=0)
        images = np.clip(model.predict(test, verbose=0), 0, 1)
        found[name] = frechet_distance(real, features(network, images)[0])["distance"]
    assert found["dfc_vae"] < 0.7 * found["conv_vae"], found
