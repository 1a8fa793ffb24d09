import numpy as np
import pytest
from keras import ops
from scipy import stats

from zoo.distributions.piecewise_constant import EVEN, PiecewiseConstant
from zoo.numerics.divergence import kl_per_dimension
from zoo.numerics.gradient import gradient
from zoo.probability import tfd
from zoo.random import center, draw, from_uniform, key

MASSES = np.array([[0.1, 0.2, 0.05, 0.4, 0.25], [0.7, 0.1, 0.1, 0.05, 0.05]])
LAWS = [stats.rv_histogram((masses, np.linspace(0, 1, 6))) for masses in MASSES]


def of(masses):
    """The distribution that has just these masses, each above what is spread evenly."""
    masses = np.asarray(masses)
    return PiecewiseConstant(np.log((masses - EVEN / masses.shape[-1]) / (1 - EVEN)).astype("float32"))


def test_its_density_is_scipys_histogram(rng):
    z = rng.random((1000, 2))
    expected = sum(
        stats.rv_histogram((m, np.linspace(0, 1, 6))).logpdf(each) for m, each in zip(MASSES, z.T, strict=True)
    )
    assert np.allclose(of(MASSES).log_prob(z.astype("float32")), expected, atol=1e-5)
    assert np.isneginf(of(MASSES).log_prob(np.array([[-0.1, 0.5], [0.5, 1.1]], "float32"))).all()
    assert np.isfinite(of(MASSES).log_prob(np.array([[0.0, 1.0], [1.0, 0.0]], "float32"))).all()


def test_its_draws_are_its_quantiles_at_uniforms(rng):
    u = rng.random((1000, 2)).astype("float32")
    expected = [law.ppf(each) for law, each in zip(LAWS, u.T, strict=True)]
    assert np.allclose(from_uniform(of(MASSES), u), np.transpose(expected), atol=1e-5)
    z = np.asarray(draw(of(MASSES), key(1), (20_000,)), "float64")
    for law, column in zip(LAWS, z.T, strict=True):
        assert stats.kstest(column, law.cdf).pvalue > 1e-3
    assert np.allclose(z.mean(0), center(of(MASSES)), atol=0.01)
    assert np.allclose(center(of(MASSES)), MASSES @ [0.1, 0.3, 0.5, 0.7, 0.9], atol=1e-6)


def test_of_equal_masses_it_is_the_uniform(rng):
    u = rng.random((50, 3)).astype("float32")
    for pieces in (2, 7):
        flat = PiecewiseConstant(ops.zeros([3, pieces]))
        assert np.allclose(flat.log_prob(u), 0, atol=1e-5)
        assert np.allclose(from_uniform(flat, u), u, atol=5e-6)


def test_a_mean_over_draws_has_the_gradient_of_the_mean():
    """E[z^3], whose slope by the logits is that of sum_i m_i (b_i^4 - a_i^4) / (4 (b_i - a_i))."""
    logits, count = np.log(MASSES[0]).astype("float32"), 40_000
    each = ops.convert_to_tensor(np.tile(logits, (count, 1, 1)))
    slopes = gradient(lambda logits: draw(PiecewiseConstant(logits), key(2)) ** 3, each)
    found = np.asarray(slopes, "float64")[:, 0]
    edges = np.linspace(0, 1, 6)
    of_piece = (edges[1:] ** 4 - edges[:-1] ** 4) / (4 * np.diff(edges))
    expected = (1 - EVEN) * MASSES[0] * (of_piece - MASSES[0] @ of_piece)
    error = found.std(0) / np.sqrt(count)
    assert (np.abs(found.mean(0) - expected) < 4.5 * error).all()
    assert (error < 0.005).all()


@pytest.mark.parametrize("size", [30.0, 1e30])
def test_pieces_with_next_to_nothing_have_finite_draws_densities_and_gradients(size):
    """A draw is of the piece that it came from, whose mass its density has: beside a high one it is much less."""
    logits = np.array([[0.0, -size, 0.0, -size, -size]], "float32")
    masses = np.asarray(PiecewiseConstant(logits).masses, "float64")[0]
    ends = np.cumsum(masses)
    u = np.concatenate([end + np.linspace(-3e-5, 3e-5, 2001) for end in (0, *ends[:-1], 1)])
    u = u[(u > 1e-6) & (u < 1 - 1e-6) & (np.abs(u[:, None] - ends[:-1]) > 2e-7).all(1)].astype("float32")
    z = from_uniform(PiecewiseConstant(logits), u[:, None])
    expected = np.log(5 * masses[(u[:, None] > ends[:-1]).sum(1)])
    assert np.allclose(PiecewiseConstant(logits).log_prob(z), expected, atol=1e-4)
    assert len(np.unique(np.round(expected, 2))) == 2
    each = ops.convert_to_tensor(np.tile(logits, (len(u), 1, 1)))
    slopes = gradient(lambda logits: from_uniform(PiecewiseConstant(logits), u[:, None]), each)
    assert np.isfinite(np.asarray(slopes)).all()


def test_the_divergence_is_its_definitions():
    q, p = MASSES, MASSES[::-1]
    found = np.asarray(kl_per_dimension(of(q), of(p)))
    assert np.allclose(found, np.sum(q * np.log(q / p), axis=1), atol=1e-5)
    z = np.asarray(draw(of(q), key(3), (20_000,)))
    ratio = np.asarray(of(q).log_prob(z) - of(p).log_prob(z), "float64")
    assert abs(ratio.mean() - found.sum()) < 4 * ratio.std() / np.sqrt(len(z))
    assert kl_per_dimension(of(q), PiecewiseConstant(ops.zeros([2, 4]))) is None
    assert kl_per_dimension(of(q), tfd.Independent(tfd.Uniform(ops.zeros(2), 1.0), 1)) is None
