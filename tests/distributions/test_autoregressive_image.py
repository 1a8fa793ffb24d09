import itertools

import numpy as np
import pytest
from scipy import stats

from zoo.distributions.autoregressive_image import AutoregressiveImage
from zoo.distributions.bernoulli_image import BernoulliImage
from zoo.networks.pixel_cnn import PixelCNN
from zoo.random import draw, key, mean_image, uniform

ALL = np.array(list(itertools.product([0, 1], repeat=4)), "float32").reshape(16, 2, 2, 1)


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(0)
    made = PixelCNN(outputs=1, filters=4, blocks=1, size=3, first=3)
    made.build((None, 2, 2, 1), (None, 2, 2, 3))
    made.set_weights([rng.normal(size=w.shape) for w in made.get_weights()])
    return made


def distribution(network, *leading):
    context = np.random.default_rng(1).normal(size=(*leading, 2, 2, 3)).astype("float32")
    return AutoregressiveImage(network, context, BernoulliImage, channels=1)


def probabilities(network):
    """Of all 16 images, for one context."""
    return np.exp(np.asarray(distribution(network).log_prob(ALL), "float64"))


def test_the_probabilities_of_all_images_sum_to_one(network):
    p = probabilities(network)
    assert p.sum() == pytest.approx(1, abs=1e-6)
    assert p.max() < 0.9 and p.min() > 1e-4


def test_a_probability_is_the_product_of_the_pixels_given_those_before(network):
    """Each conditional is a sum over the images that begin alike."""
    p, images = probabilities(network), ALL.reshape(16, 4)
    logits = np.asarray(network(ALL, np.repeat(distribution(network).context[None], 16, axis=0))).reshape(16, 4)
    for i in range(4):
        alike = (images[:, None, :i] == images[None, :, :i]).all(axis=-1)
        set_too = alike & (images[None, :, i] == 1)
        assert np.allclose(1 / (1 + np.exp(-logits[:, i])), (set_too @ p) / (alike @ p), atol=1e-6)


def test_images_are_drawn_as_often_as_they_are_probable(network):
    x, p = np.asarray(draw(distribution(network), key(3), (20_000,))), probabilities(network)
    numbers = (x.reshape(-1, 4) @ [8, 4, 2, 1]).astype(int)
    assert stats.chisquare(np.bincount(numbers, minlength=16), 20_000 * p / p.sum()).pvalue > 0.01
    # So the mean of their log p is the opposite of the entropy.
    log_p = np.asarray(distribution(network).log_prob(x))
    assert abs(log_p.mean() - np.sum(p * np.log(p))) < 4 * log_p.std() / np.sqrt(len(log_p))


def test_a_mean_image_has_the_means_along_the_drawn_image(network):
    of_three = distribution(network, 3)
    x, means = (np.asarray(each(of_three, key(5))) for each in (draw, mean_image))
    assert np.allclose(means, 1 / (1 + np.exp(-np.asarray(network(x, of_three.context)))), atol=1e-6)
    # A pixel is white where its uniform is below its mean.
    assert np.array_equal(x, np.asarray(uniform(key(5), x.shape)) < means)


def test_the_same_key_draws_the_same_and_a_short_draw_is_the_beginning_of_a_long_one(network):
    one = distribution(network)
    short, long = (np.asarray(draw(one, key(7), (n,))) for n in (3, 8))
    assert np.array_equal(short, long[:3])
    assert np.array_equal(long, draw(one, key(7), (8,)))
    assert not np.array_equal(long, draw(one, key(8), (8,)))


def test_images_and_contexts_may_lack_axes_in_front(network):
    x = ALL[:3]
    many = distribution(network, 2, 3)
    found = np.asarray(many.log_prob(x))
    expected = [AutoregressiveImage(network, context, BernoulliImage, 1).log_prob(x) for context in many.context]
    assert np.allclose(found, expected, atol=1e-5)
    more = np.asarray(distribution(network, 3).log_prob(np.stack([x, x[::-1]])))
    assert np.allclose(more[0], distribution(network, 3).log_prob(x), atol=1e-5)
    assert np.asarray(draw(many, key(1), (4,))).shape == (4, 2, 3, 2, 2, 1)


def test_pixels_that_see_none_are_drawn_like_independent_ones(network):
    blind = PixelCNN(outputs=1, filters=4, blocks=1, size=3, first=3)
    blind.build((None, 2, 2, 1), (None, 2, 2, 3))
    blind.set_weights(network.get_weights())
    for kernel in (blind.layers[0].above, blind.layers[0].left):
        kernel.assign(np.zeros(kernel.shape))
    images = distribution(blind, 50)
    independent = BernoulliImage(blind(np.zeros([50, 2, 2, 1], "float32"), images.context))
    assert np.array_equal(draw(images, key(2)), draw(independent, key(2)))
    assert np.allclose(images.log_prob(ALL[:1]), independent.log_prob(ALL[:1]), atol=1e-5)


def test_with_channels_in_order_a_pixel_is_the_product_of_its_channels_given_those_before():
    """Of two pixels of two black-and-white channels all 16 images: they sum to one, and are drawn as often."""
    rng, images = np.random.default_rng(2), ALL.reshape(16, 1, 2, 2)
    made = PixelCNN(outputs=2, filters=4, blocks=0, first=3, in_order=True)
    made.build((None, 1, 2, 2), (None, 1, 2, 3))
    made.set_weights([rng.normal(size=w.shape) for w in made.get_weights()])
    image = AutoregressiveImage(made, rng.normal(size=(1, 2, 3)).astype("float32"), BernoulliImage, channels=2)
    p = np.exp(np.asarray(image.log_prob(images), "float64"))
    assert p.sum() == pytest.approx(1, abs=1e-6)
    drawn = np.asarray(draw(image, key(3), (20_000,)))
    numbers = (drawn.reshape(-1, 4) @ [8, 4, 2, 1]).astype(int)
    assert stats.chisquare(np.bincount(numbers, minlength=16), 20_000 * p / p.sum()).pvalue > 0.01
    # Green knows of red: their joint probability isn't the product of their own.
    first = (ALL.reshape(16, 4)[:, :2] @ [2, 1]).astype(int)
    joint = np.bincount(first, weights=p).reshape(2, 2)
    assert abs(joint[1, 1] - joint[1].sum() * joint[:, 1].sum()) > 0.01
    means = np.asarray(mean_image(image, key(3)))
    assert means.shape == (1, 2, 2)
    assert means[0, 0, 0] == pytest.approx(joint[1].sum(), abs=1e-5)
