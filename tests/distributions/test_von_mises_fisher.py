import numpy as np
import pytest
from keras import ops
from scipy import special, stats

from zoo.distributions.spherical_uniform import SphericalUniform
from zoo.distributions.von_mises_fisher import PROPOSALS, VonMisesFisher
from zoo.numerics.divergence import kl_per_dimension
from zoo.numerics.gradient import gradient
from zoo.probability import tfd
from zoo.random import center, draw, key

SIZES = [2, 3, 5, 50]
KAPPAS = np.array([0.0, 1e-3, 0.5, 2.0, 30.0, 88.0, 300.0, 1e3, 1e4])


def along(size, kappa):
    """A distribution around the last axis for each kappa."""
    kappa = ops.convert_to_tensor(np.asarray(kappa, "float32"))
    return VonMisesFisher(ops.convert_to_tensor(np.tile(np.eye(size, dtype="float32")[-1], (*kappa.shape, 1))), kappa)


def mean_length(size, kappa):
    """A_m(kappa), float64."""
    return special.ive(size / 2, kappa) / special.ive(size / 2 - 1, kappa)


def log_normalizer(size, kappa):
    half = size / 2 - 1
    log_bessel = np.log(special.ive(half, kappa)) + kappa
    return half * np.log(kappa) - size / 2 * np.log(2 * np.pi) - log_bessel


@pytest.mark.parametrize("size", SIZES)
def test_its_density_is_scipys(size, rng):
    loc = rng.normal(size=size)
    loc /= np.linalg.norm(loc)
    for kappa in (0.3, 4.0, 60.0):
        z = stats.vonmises_fisher(loc, kappa).rvs(20, random_state=rng)
        q = VonMisesFisher(ops.convert_to_tensor(loc.astype("float32")), ops.convert_to_tensor(np.float32(kappa)))
        assert np.allclose(q.log_prob(z.astype("float32")), stats.vonmises_fisher(loc, kappa).logpdf(z), atol=2e-4)


@pytest.mark.parametrize("size", [*SIZES, 200])
def test_its_normalizer_is_that_of_the_bessel_function(size):
    kappa = KAPPAS[2:] if size < 100 else KAPPAS[4:]
    found = np.asarray(along(size, kappa).log_normalizer())
    assert np.allclose(found, log_normalizer(size, kappa), rtol=3e-7, atol=1e-5 * size)
    # By kappa it changes as -A_m(kappa), with no step.
    for each in kappa:
        loc, at = np.eye(size, dtype="float32")[-1], ops.convert_to_tensor(np.float32(each))
        slope = float(gradient(lambda at, loc=loc: VonMisesFisher(loc, at).log_normalizer(), at))
        assert slope == pytest.approx(-mean_length(size, each), abs=2e-6)


def test_the_traps_of_the_normalizer():
    """Overflow near 88, a switch between two formulas at 100, kappa = 0, and m - 1 for m."""
    found = np.asarray(along(3, [0.0, 100.0, 1000.0]).log_normalizer())
    assert np.allclose(found, [-2.531024, -97.232707, -994.930122], rtol=1e-6)
    fine = ops.convert_to_tensor(np.linspace(90, 110, 401).astype("float32"))
    slopes = np.asarray(gradient(lambda k: VonMisesFisher(np.eye(3, dtype="float32")[-1:], k).log_normalizer(), fine))
    assert slopes[200] == pytest.approx(-0.99, abs=1e-5)
    assert np.diff(slopes).max() < 1e-6 and np.allclose(np.diff(slopes), -0.05 / fine[1:] ** 2, atol=1e-6)
    for size in SIZES:
        q = along(size, [0.0, 1.0])
        kl = np.asarray(kl_per_dimension(q, SphericalUniform(size)))[:, 0]
        assert kl[0] == pytest.approx(0, abs=1e-5 * size**0.5)
        if size == 3:
            assert kl[1] == pytest.approx(0.151596, abs=1e-5)
    assert np.allclose(along(4, [0.0]).log_prob(np.eye(4, dtype="float32")), SphericalUniform(4).log_prob(np.eye(4)))


@pytest.mark.parametrize("size", SIZES)
def test_the_divergence_from_the_uniform_is_the_bessel_functions(size):
    kappa = KAPPAS[2:]
    found = np.asarray(kl_per_dimension(along(size, kappa), SphericalUniform(size)))
    log_area = np.log(2) + size / 2 * np.log(np.pi) - special.gammaln(size / 2)
    expected = log_normalizer(size, kappa) + kappa * mean_length(size, kappa) + log_area
    assert found.shape == (len(kappa), 1)
    assert np.allclose(found[:, 0], expected, rtol=1e-5, atol=1e-5 * size**0.5)
    assert kl_per_dimension(along(size, kappa), tfd.Independent(tfd.Normal(ops.zeros(size), 1.0), 1)) is None


@pytest.mark.long
@pytest.mark.parametrize("size", [2, 3, 10])
def test_draws_are_unit_vectors_around_any_direction(size):
    """The trap: a reflection by a vector of length 0."""
    rows = np.zeros([5, size])
    rows[:, :2] = [[1, 0], [1, 1e-8], [1, 1e-5], [-1, 0], [1e-8, 1]]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    for kappa in (0.5, 20.0, 1e4):
        q = VonMisesFisher(ops.convert_to_tensor(rows.astype("float32")), ops.full([5], kappa))
        z = np.asarray(draw(q, key(1), (4000,)), "float64")
        assert np.abs(np.linalg.norm(z, axis=-1) - 1).max() < 1e-5
        length = mean_length(size, kappa)
        cosine = np.einsum("sbd,bd->sb", z, rows)
        error = cosine.std(0) / np.sqrt(len(z))
        assert (np.abs(cosine.mean(0) - length) < 4.5 * error + 1e-6).all()
        # Symmetrical around it.
        assert np.abs(z.mean(0) - length * rows).max() < 4.5 / np.sqrt(len(z) * max(kappa / 2, 1))
    assert np.array_equal(center(q), rows.astype("float32"))


@pytest.mark.long
@pytest.mark.parametrize("size", [2, 3, 5, 50])
def test_draws_have_their_density(size):
    """(1 + loc'z) / 2 by its cumulative distribution, which quadrature gives."""
    for kappa in (0.0, 0.7, 8.0, 500.0):
        z = np.asarray(draw(along(size, kappa), key(3), (4000,)), "float64")
        angles = np.linspace(0, np.pi, 40_001)[1:-1]
        log_density = kappa * (np.cos(angles) - 1) + (size - 2) * np.log(np.sin(angles))
        mass = np.cumsum(np.exp(log_density - log_density.max()))
        angle = np.arctan2(np.linalg.norm(z[:, :-1], axis=1), z[:, -1])
        u = np.interp(angle, angles, mass / mass[-1])
        assert stats.kstest(u, "uniform").pvalue > 1e-3


def test_a_draw_without_an_accepted_proposal_is_out_of_the_question():
    """By Wood's acceptance rate at its worst: many draws of a great kappa on the circle."""
    rng = np.random.default_rng(0)
    for size, kappa in ((2, 1e4), (2, 500.0), (3, 1e4), (50, 1e4)):
        b = (size - 1) / (2 * kappa + np.sqrt(4 * kappa**2 + (size - 1) ** 2))
        z = rng.beta((size - 1) / 2, (size - 1) / 2, 50_000)
        w, x = (1 - (1 + b) * z) / (1 - (1 - b) * z), (1 - b) / (1 + b)
        ratio = kappa * (w - x) + (size - 1) * np.log((1 - x * w) / (1 - x**2))
        assert np.exp(ratio).max() < 1 + 1e-6, "the envelope"
        assert (1 - np.exp(ratio).mean()) ** PROPOSALS < 1e-9


@pytest.mark.long
@pytest.mark.parametrize(
    ("size", "kappa", "length", "slope"), [(5, 2.0, 0.361107, 0.147389), (3, 2.0, None, None), (2, 1.0, None, None)]
)
def test_the_mean_of_draws_has_the_gradient_of_the_mean(size, kappa, length, slope):
    """d E[loc'z] / d kappa = 1 - A^2 - (m - 1) / kappa A, which no draw by rejection gives by itself."""
    exact = mean_length(size, kappa)
    exact_slope = 1 - exact**2 - (size - 1) / kappa * exact
    if length is not None:
        assert (exact, exact_slope) == (pytest.approx(length, abs=1e-6), pytest.approx(slope, abs=1e-6))
    count = 40_000
    loc = np.eye(size, dtype="float32")[-1:]

    def cosines(kappa):
        return draw(VonMisesFisher(loc, kappa), key(5))[:, -1]

    kappas = ops.full([count], kappa)
    for power in (1, 2):
        value = np.asarray(cosines(kappas), "float64") ** power
        slopes = np.asarray(gradient(lambda k, power=power: cosines(k) ** power, kappas), "float64")
        # E[w^2] = 1 - (m - 1) / kappa A, and so on: from the second moment of the sphere.
        second = 1 - (size - 1) / kappa * exact
        of_second = (size - 1) / kappa * (exact / kappa - exact_slope)
        expected = (exact, exact_slope) if power == 1 else (second, of_second)
        for found, truth in zip((value, slopes), expected, strict=True):
            assert abs(found.mean() - truth) < 4 * found.std() / np.sqrt(count)
        assert slopes.std() / np.sqrt(count) < 3e-3


@pytest.mark.long
def test_by_the_mean_direction_too():
    """E[f(z)] for f(z) = z_1^2 w'z as loc turns: its slope beside that of the exact density's quadrature."""
    size, kappa, count = 3, 5.0, 100_000
    rng = np.random.default_rng(2)
    loc, w, turn = rng.normal(size=(3, size))
    loc /= np.linalg.norm(loc)
    turn -= loc * (turn @ loc)

    def value(step):
        at = ops.convert_to_tensor(loc.astype("float32")) + step[:, None] * turn.astype("float32")
        at = at / ops.sqrt(ops.sum(ops.square(at), axis=-1, keepdims=True))
        z = draw(VonMisesFisher(at, ops.full([count], kappa)), key(7))
        return z[:, 0] ** 2 * ops.sum(z * w.astype("float32"), axis=-1)

    slopes = np.asarray(gradient(value, ops.zeros([count])), "float64")
    cosine, weights = np.polynomial.legendre.leggauss(60)
    around = np.arange(60) * 2 * np.pi / 60
    z = np.stack(
        [
            np.sqrt(1 - cosine**2)[:, None] * np.cos(around),
            np.sqrt(1 - cosine**2)[:, None] * np.sin(around),
            cosine[:, None] * np.ones(60),
        ],
        -1,
    )
    density = np.exp(kappa * (z @ loc) + log_normalizer(size, kappa)) * weights[:, None] * 2 * np.pi / 60
    assert density.sum() == pytest.approx(1)
    expected = np.sum(density * kappa * (z @ turn) * z[..., 0] ** 2 * (z @ w))
    assert abs(slopes.mean() - expected) < 4 * slopes.std() / np.sqrt(count)
    assert abs(expected) > 10 * slopes.std() / np.sqrt(count)


@pytest.mark.long
def test_gradients_are_finite_on_the_circle():
    """The trap: the sine as sqrt(1 - w^2), whose slope is infinite at |w| = 1."""
    for kappa in (0.0, 1e-3, 1.0, 1e3, 1e4):
        at = ops.full([5000], kappa)
        loc = np.array([[0.6, -0.8]], "float32")
        slopes = np.asarray(gradient(lambda k, loc=loc: draw(VonMisesFisher(loc, k), key(1)), at))
        assert np.isfinite(slopes).all()
        if kappa > 0:
            assert np.abs(slopes).max() * kappa < 20
