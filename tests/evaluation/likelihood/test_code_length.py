import itertools

import numpy as np
import pytest
from scipy.special import logsumexp

import zoo
from zoo.errors import InputError
from zoo.evaluation.latents.perplexity import perplexity
from zoo.evaluation.likelihood.code_length import CodeLength, code_length
from zoo.likelihoods.discretized_logistic import DiscretizedLogistic

SMALL = {"image_shape": (4, 4, 1), "channel_levels": (3,), "filters": (4,), "prior_filters": 4, "prior_blocks": 1}


def every_code(model):
    """log p(x, z) of each z, `[K^D, N]`, and these z."""
    z = np.array(list(itertools.product(range(model.quantizer.classes), repeat=model.latent_dim)), "float32")
    return z, lambda x: sum(map(np.asarray, model.log_joint(x, np.repeat(z[:, None], len(x), 1))))


@pytest.mark.parametrize("likelihood", [None, DiscretizedLogistic])
def test_it_is_above_the_sum_over_all_codes_by_what_other_codes_have(rng, likelihood):
    """81 codes: -log p(x) exactly, and the bound less the log of one code's posterior probability."""
    model = zoo.build("fsq_vae", **SMALL, **({"likelihood": likelihood} if likelihood else {}))
    # The prior has not seen these codes: what it says differs between them.
    model.prior.network.kernel.assign(rng.normal(size=model.prior.network.kernel.shape))
    x = (rng.random((7, 4, 4, 1)) < 0.5).astype("float32")
    z, joint = every_code(model)
    assert len(z) == 81
    log_joint = joint(x).astype("float64")
    log_px = logsumexp(log_joint, axis=0)
    found = code_length(model, x)
    row = np.argmax((z[:, None] == np.asarray(model.encode(x))).all(-1), axis=0)
    assert np.allclose(found.nll_bound, -log_joint[row, np.arange(7)], rtol=1e-5)
    assert (found.nll_bound > -log_px + 0.01).all()
    figures = found.summary()
    assert figures["nll_bound"] == pytest.approx(found.nll_bound.mean(), rel=1e-5)
    assert figures["nll_bound"] == pytest.approx(figures["reconstruction"] + figures["code_nats"], rel=1e-5)
    if likelihood:
        assert figures["bits_per_dim_bound"] == pytest.approx(found.nll_bound.mean() / (16 * np.log(2)), rel=1e-5)
    assert ("bits_per_dim_bound" in figures) == bool(likelihood)


def test_the_codes_use_is_of_the_whole_set_however_it_comes(rng):
    model = zoo.build("residual_vq_vae", image_shape=(4, 4, 1), size=5, depth=2, filters=(4,), prior_filters=4)
    x = (rng.random((50, 4, 4, 1)) < 0.5).astype("float32")
    model.start_from(x)
    whole, parts = (code_length(model, each) for each in (x, [x[:20], x[20:21], x[21:]]))
    assert np.array_equal(whole.codes, parts.codes)
    assert np.allclose(whole.nll_bound, parts.nll_bound, rtol=1e-5)
    z = np.asarray(model.encode(x)).reshape(50, 4, 2).astype(int)
    counts = [np.bincount(z[..., d].ravel(), minlength=5) for d in range(2)]
    assert np.array_equal(whole.counts(), counts)
    figures = whole.summary()
    for d in range(2):
        p = counts[d][counts[d] > 0] / 200
        assert figures["perplexity"][d] == pytest.approx(np.exp(-(p * np.log(p)).sum()))
        assert figures["codes_used"][d] == len(p)
    assert (figures["codes"], figures["num_examples"]) == (5, 50)


def test_the_perplexity_of_all_is_not_the_mean_of_batches():
    """Each image has one code, and all together have eight."""
    codes = np.repeat(np.arange(8), 4).reshape(8, 4, 1)
    found = CodeLength(np.zeros(8), np.zeros(8), codes, classes=10).summary()
    assert found["perplexity"] == pytest.approx(8) and found["codes_used"] == 8
    assert found["perplexity_se"] > 0.3
    assert perplexity(np.eye(10)[3]) == 1.0


def test_models_of_other_codes_are_refused():
    vae = zoo.build("vae", image_shape=(4, 4, 1), latent_dim=2, units=(4,))
    with pytest.raises(InputError, match=r"vae has no codes of whole numbers.*give a VQVAE"):
        code_length(vae, np.zeros([2, 4, 4, 1]))
