"""What holds of every posterior that bends a Gaussian: numeric Jacobians are the truth."""

import numpy as np

from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.networks.mlp import mlp_encoder
from zoo.random import center, draw, draw_and_log_prob, key


def bent(make, latent_dim, spread=0.5, **kwargs):
    """A posterior with random weights, far from where it starts, and two images that are unlike each other.

    Args:
        make: its class.
        latent_dim: D.
        spread: the standard deviation of what is added to each weight.
        **kwargs: for the class.
    """
    rng = np.random.default_rng(latent_dim)
    posterior = make(mlp_encoder((2, 2, 1), units=(8,)), latent_dim, **kwargs)
    posterior.build((None, 2, 2, 1))
    posterior.set_weights([w + spread * rng.normal(size=w.shape) for w in posterior.get_weights()])
    return posterior, rng.normal(size=(2, 2, 2, 1)).astype("float32")


def check_log_q(posterior, x, tolerance=5e-3, step=5e-3):
    """log q of draws `[S, B, D]` is the base's density of what they were made of, less the Jacobian's slogdet.

    And each image's is its own: alone it has the same.
    """
    q = posterior(x)
    z, log_q = draw_and_log_prob(q, key(1), (3,))
    u, size = np.asarray(draw(q.distribution, key(1), (3,))), posterior.latent_dim
    assert log_q.shape == (3, len(x)) and u.shape == (3, len(x), size)
    moved = step * np.eye(size, dtype="float32")[:, None, None, :]
    # [D, S, B, D], whose first axis is the dimension of u that is moved.
    above, below = (np.asarray(q.bijector.forward(u + sign * moved), "float64") for sign in (1, -1))
    jacobian = np.moveaxis((above - below) / (2 * step), 0, -1)
    expected = np.asarray(q.distribution.log_prob(u), "float64") - np.linalg.slogdet(jacobian)[1]
    assert np.allclose(log_q, expected, atol=tolerance)
    alone = posterior(x[:1])
    assert np.allclose(alone.bijector.forward(u[:, :1]), np.asarray(z)[:, :1], atol=1e-4)
    correction = np.asarray(q.distribution.log_prob(u) - log_q)[:, :1]
    assert np.allclose(np.asarray(alone.bijector.forward_log_det_jacobian(u[:, :1])), correction, atol=1e-3)


def check_density(posterior, x, tolerance=2e-3):
    """The density of z that it is handed, such as it did not draw, is the one that it gives its draws."""
    z, log_q = draw_and_log_prob(posterior(x), key(2), (3,))
    # A copy: TFP would remember what this very z was made of.
    assert np.allclose(posterior(x).log_prob(np.array(z)), log_q, atol=tolerance)


def silence(posterior, *names):
    """Sets the weights of some of its layers, by the attribute that they are, to zero."""
    for name in names:
        layer = getattr(posterior, name)
        for each in layer if isinstance(layer, list) else [layer]:
            each.set_weights([np.zeros(w.shape) for w in each.get_weights()])


def check_it_is_the_gaussian(posterior, x, tolerance=1e-5):
    """Draws and their log q are those of N(loc(x), diag(scale(x)^2))."""
    gaussian = diagonal_normal(posterior.statistics(x)[0])
    for found, expected in zip(
        draw_and_log_prob(posterior(x), key(3), (5,)), draw_and_log_prob(gaussian, key(3), (5,)), strict=True
    ):
        assert np.allclose(found, expected, atol=tolerance)
    assert np.allclose(center(posterior(x)), gaussian.mean(), atol=tolerance)
