import keras
import numpy as np
import pytest

import zoo
from tests.quantizers.grids import identity
from zoo.errors import InputError
from zoo.evaluation.likelihood.importance import importance_sampling
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.gaussian import Gaussian
from zoo.networks.code_decoder import CodeDecoder
from zoo.priors.autoregressive_codes import AutoregressiveCodes
from zoo.quantizers.codebook import Codebook
from zoo.vq_vae import VQVAE

SHAPE = (2, 2, 1)
VECTORS = np.array([[0.2, -0.1], [0.9, 0.4], [-0.5, 0.8]], "float32")


def linear(**kwargs):
    """h = x w and p(x|z) = N(e v, 1) at each pixel, of whose steps all is known by hand."""
    encoder = keras.Sequential([keras.Input(SHAPE), keras.layers.Conv2D(2, 1, use_bias=False)])
    decoder = keras.Sequential([keras.Input((2, 2, 2)), keras.layers.Conv2D(1, 1, use_bias=False)])
    quantizer = Codebook(encoder, size=3, **kwargs)
    likelihood = Gaussian(CodeDecoder(quantizer, decoder), scale=1.0, range=None)
    model = VQVAE(quantizer, likelihood, AutoregressiveCodes((2, 2, 1), 3, filters=4, blocks=1))
    model.build((None, *SHAPE))
    quantizer.books[0].begin_at(VECTORS)
    encoder.layers[-1].kernel.assign(np.array([[[[0.7, 0.5]]]]))
    decoder.layers[-1].kernel.assign(np.array([[[[1.3], [-0.6]]]]))
    return model, encoder.layers[-1].kernel, decoder.layers[-1].kernel


@pytest.mark.parametrize("decay", [None, 0.9])
def test_a_step_is_the_one_by_hand(rng, decay):
    """The decoder's gradient at e goes on to h, with the commitment's; the vectors have the codebook term's alone."""
    model, encoder, decoder = linear(decay=decay, beta=0.3, dead=0.0)
    x = rng.normal(size=(5, *SHAPE)).astype("float32")
    w, v = np.ravel(encoder), np.ravel(decoder)
    h = x * w
    codes = np.square(h[..., None, :] - VECTORS).sum(-1).argmin(-1)
    e = VECTORS[codes]
    residual = (e @ v)[..., None] - x
    of_h = residual * v + 2 * 0.3 * (h - e)
    model.compile(keras.optimizers.SGD(1.0))
    model.train_on_batch(x)
    # A mean over the batch, a sum over all else.
    assert np.allclose(np.ravel(encoder), w - (of_h * x).sum((0, 1, 2)) / 5, atol=1e-5)
    assert np.allclose(np.ravel(decoder), v - (residual * e).sum((0, 1, 2)) / 5, atol=1e-5)
    used = np.stack([(codes == k).sum() for k in range(3)])
    sums = np.stack([h[codes == k].sum(0) for k in range(3)])
    if decay is None:
        expected = VECTORS + 2 * (sums - used[:, None] * VECTORS) / 5
    else:
        expected = (0.9 * VECTORS + 0.1 * sums) / (0.9 + 0.1 * used)[:, None]
    assert np.allclose(model.quantizer.books[0].values(), expected, atol=1e-5)


def test_the_prior_learns_the_codes_and_they_do_not_move_towards_it(rng):
    """With another prior all other weights make the same step, and the prior's step is that of -log p(z)."""
    ends = []
    for seed in (1, 2):
        keras.utils.set_random_seed(seed)
        model, *_ = linear(decay=None)
        before = model.prior.get_weights()
        model.compile(keras.optimizers.SGD(0.1))
        x = np.random.default_rng(0).normal(size=(5, *SHAPE)).astype("float32")
        z = model.encode(x)
        log_p = float(np.mean(model.prior().log_prob(z)))
        model.train_on_batch(x)
        assert float(np.mean(model.prior().log_prob(z))) > log_p + 0.01
        assert not all(np.array_equal(a, b) for a, b in zip(before, model.prior.get_weights(), strict=True))
        ends.append([*model.quantizer.get_weights(), *model.likelihood.get_weights()])
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(*ends, strict=True))


def test_what_it_reports_is_of_the_images(rng):
    model, *_ = linear(beta=0.3)
    x = rng.normal(size=(6, *SHAPE)).astype("float32")
    before = model.get_weights()
    model.compile("sgd")
    found = model.evaluate(x, batch_size=4, return_dict=True, verbose=0)
    log_likelihood, log_prior = (np.asarray(each).mean() for each in model.log_joint(x, model.encode(x)))
    error = np.asarray(model.quantizer(x).error).mean()
    assert found["log_likelihood"] == pytest.approx(log_likelihood, rel=1e-4)
    assert found["log_prior"] == pytest.approx(log_prior, rel=1e-4)
    assert found["quantization"] == pytest.approx(error, rel=1e-4)
    assert found["loss"] == pytest.approx(0.3 * error - log_likelihood, rel=1e-4)
    assert found["loss"] == pytest.approx(np.asarray(model.loss_per_image(x)).mean(), rel=1e-4)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()[: len(before)], strict=True))


@pytest.mark.long
def test_one_fit_makes_samples_of_the_codes_that_images_have():
    """Images of four kinds, each of which is one way to fill the grid: so are the samples."""
    kinds = np.array([[[0, 1], [1, 0]], [[1, 0], [0, 1]], [[1, 1], [0, 0]], [[0, 0], [0, 1]]], "float32")
    x = np.tile(kinds.repeat(2, 1).repeat(2, 2)[..., None], (50, 1, 1, 1))
    model = zoo.build("vq_vae", image_shape=(4, 4, 1), size=4, dim=4, filters=(8,), prior_filters=8, prior_blocks=1)
    model.start_from(x)
    model.compile(keras.optimizers.Adam(0.01))
    model.fit(x, epochs=25, batch_size=20, verbose=0)
    assert np.allclose(model.predict(x[:4], verbose=0), x[:4], atol=0.1)
    images = np.round(model.sample(100, seed=3))
    near = np.abs(images[:, None] - x[:4]).sum((2, 3, 4))
    assert (near.min(1) == 0).mean() > 0.95
    assert np.bincount(near.argmin(1), minlength=4).min() > 10


def test_it_has_no_density_to_estimate():
    """One code's bound is no importance sample."""
    model, *_ = linear()
    with pytest.raises(InputError, match="gives images no density, which log p"):
        importance_sampling(model, np.zeros([2, *SHAPE]), 10)
    assert "log_px" not in model.signatures()


def test_parts_that_do_not_fit_are_refused():
    quantizer, other = (Codebook(identity((2, 2, 2)), size=3) for _ in range(2))
    decoder = keras.Sequential([keras.Input((2, 2, 2)), keras.layers.Conv2D(2, 1)])
    prior = AutoregressiveCodes((2, 2, 1), 3, filters=4)
    with pytest.raises(InputError, match="likelihood has a decoder of other codes"):
        VQVAE(quantizer, Bernoulli(CodeDecoder(other, decoder)), prior)
    with pytest.raises(InputError, match="likelihood has a decoder of other codes"):
        VQVAE(quantizer, Bernoulli(decoder), prior)
    for grid, classes in (((2, 2, 2), 3), ((2, 2, 1), 4)):
        model = VQVAE(quantizer, Bernoulli(CodeDecoder(quantizer, decoder)), AutoregressiveCodes(grid, classes))
        with pytest.raises(InputError, match=r"prior is of \(grid, classes\)"):
            model.build((None, 2, 2, 2))
