"""At bits it is the log weight, and between them its log densities are linear in z."""

import numpy as np
from keras import ops

from tests.binary_latents import CODES, BinaryLatents
from zoo.numerics.gradient import gradient
from zoo.objectives.learning_signal import elbo_at, learning_signal


def test_at_bits_it_is_the_log_weight_of_the_weighted_bound():
    model = BinaryLatents()
    log_joint, log_q = model.densities(model.weights)
    z = CODES[:, None].astype("float32")
    q = model.vae.infer(model.x)
    assert np.allclose(np.asarray(learning_signal(model.vae, model.x, q, z))[:, 0], log_joint - log_q, atol=1e-5)
    log_likelihood, log_prior = (np.asarray(each)[:, 0] for each in model.vae.log_joint(model.x, z))
    half = np.asarray(learning_signal(model.vae, model.x, q, z, 0.5))[:, 0]
    assert np.allclose(half, log_likelihood + 0.5 * (log_prior - log_q), atol=1e-5)


def test_between_them_its_slope_is_by_hand():
    """d/dz of log p(x|z) is W (x - sigmoid(W z + c)), of log p(z) and log q(z|x) it is their logits."""
    model = BinaryLatents()
    vae, x, z = model.vae, model.x, np.array([[0.3, 0.8]], "float32")
    prior, _, _, W, c = (np.asarray(w, "float64") for w in model.parts)
    logits = np.asarray(vae.infer(x).distribution.logits_parameter(), "float64")
    expected = (x.ravel() - 1 / (1 + np.exp(-(z @ W + c)))) @ W.T + prior - logits
    found = gradient(lambda z: learning_signal(vae, x, vae.infer(x), z), ops.convert_to_tensor(z))
    assert np.allclose(found, expected, atol=1e-5)


def test_the_bound_at_codes_has_the_kl_term_of_the_bits():
    """Relaxed codes would give it another value, which bounds nothing."""
    model = BinaryLatents()
    densities = model.vae.log_densities(model.x, 3, seed=np.array([0, 1], "int32"))
    soft = ops.convert_to_tensor(np.random.default_rng(0).random((3, 1, 2)).astype("float32"))
    log_q = model.densities(model.weights)[1]
    prior = np.asarray(model.vae.prior().log_prob(CODES.astype("float32")))
    kl = np.exp(log_q) @ (log_q - prior)
    log_likelihood = np.mean(model.vae.log_joint(model.x, soft)[0], axis=0)
    for weight in (1.0, 0.25):
        weighted = densities._replace(kl_weight=weight)
        found = elbo_at(model.vae, model.x, model.vae.infer(model.x), soft, weighted)
        assert np.allclose(found, log_likelihood - weight * kl, atol=1e-5)
