import numpy as np
from keras import ops

from zoo.distributions.chain import Chain
from zoo.numerics.divergence import kl_per_dimension
from zoo.probability import tfd
from zoo.random import center, draw, draw_and_log_prob, key


def normal(loc, scale):
    return tfd.Independent(tfd.Normal(loc, scale), 1)


def of_three(reverse=False):
    """a ~ N(1, 4), then b = (a, 2 a) + noise."""
    a = normal(ops.ones([1]), 2 * ops.ones([1]))
    size = 2 if reverse else 1
    return Chain(a, lambda a: normal(ops.concatenate([a, 2 * a], -1), 0.5 * ops.ones([2])), size, reverse)


def joint():
    """Its mean and its covariance, by hand."""
    A = np.array([1.0, 1.0, 2.0])
    return np.array([1.0, 1.0, 2.0]), 4 * np.outer(A, A) + np.diag([0, 0.25, 0.25])


def test_the_density_is_that_of_the_joint_gaussian():
    from scipy.stats import multivariate_normal

    z = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    expected = multivariate_normal(*joint()).logpdf(z)
    assert np.allclose(of_three().log_prob(z), expected, atol=1e-4)
    turned = np.concatenate([z[:, 1:], z[:, :1]], axis=1)
    assert np.allclose(of_three(reverse=True).log_prob(turned), expected, atol=1e-4)


def test_draws_have_the_joints_moments_and_their_density():
    for reverse in (False, True):
        chain = of_three(reverse)
        z, log_p = draw_and_log_prob(chain, key(3), (40000,))
        assert np.allclose(log_p, chain.log_prob(z), atol=1e-4)
        assert np.array_equal(z, draw(chain, key(3), (40000,)))
        a, b = (np.asarray(each) for each in chain.parts(z))
        mean, covariance = joint()
        found = np.concatenate([a, b], axis=1)
        assert np.allclose(found.mean(0), mean, atol=5 * np.sqrt(np.diag(covariance) / 40000).max())
        assert np.allclose(np.cov(found.T), covariance, rtol=0.04)


def test_its_centre_is_the_centre_of_each_given_the_centres_before():
    assert np.allclose(center(of_three()), [1, 1, 2])
    assert np.allclose(center(of_three(reverse=True)), [1, 2, 1])


def test_the_divergence_is_each_layers_closed_form_at_the_draws():
    """Its mean is the KL between the joint Gaussians."""

    def chain(loc, slope, scale, batch):
        first = normal(loc * ops.ones([*batch, 1]), ops.ones([*batch, 1]))
        return Chain(first, lambda a: normal(slope * a, scale * ops.ones_like(a)), 1)

    def moments(loc, slope, scale):
        return np.array([loc, slope * loc]), np.array([[1, slope], [slope, slope**2 + scale**2]])

    q, p = chain(1.0, 2.0, 0.5, [1]), chain(0.0, 1.5, 1.0, [])
    z, _ = draw_and_log_prob(q, key(0), (50000,))
    found = np.asarray(kl_per_dimension(q, p, z))
    assert found.shape == (1, 2)
    (m1, C1), (m0, C0) = moments(1.0, 2.0, 0.5), moments(0.0, 1.5, 1.0)
    inverse = np.linalg.inv(C0)
    difference = m0 - m1
    log_dets = np.linalg.slogdet(C0)[1] - np.linalg.slogdet(C1)[1]
    expected = 0.5 * (np.trace(inverse @ C1) + difference @ inverse @ difference - 2 + log_dets)
    assert abs(found.sum() - expected) < 0.01
    other = Chain(normal(ops.zeros([1]), 1.0), lambda a: normal(a, 1.0), 1, reverse=True)
    assert kl_per_dimension(q, other, z) is None
