import numpy as np
import pytest
from scipy.linalg import sqrtm

from zoo.errors import InputError
from zoo.evaluation.samples.frechet import frechet_distance


def distance(a, b):
    return frechet_distance(a, b, replicates=2)["distance"]


def with_moments(rng, count, mean, covariance):
    """Examples whose own mean and covariance are these, to rounding."""
    x = rng.normal(size=(count, len(mean)))
    x = x - x.mean(axis=0)
    white = x @ np.linalg.inv(np.linalg.cholesky(np.cov(x, rowvar=False))).T
    return white @ np.linalg.cholesky(covariance).T + mean


def by_sqrtm(a, b):
    """The formula as it stands."""
    covariances = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = sqrtm(covariances[0] @ covariances[1]).real
    return np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2) + np.trace(covariances[0] + covariances[1] - 2 * root)


def test_it_is_the_closed_form_of_two_gaussians_whose_covariances_commute(rng):
    """|m|^2 + sum_d (s_d - t_d)^2, for standard deviations s and t along the same axes."""
    s, t, mean = np.array([1.0, 2.0, 3.0]), np.array([2.0, 0.5, 3.0]), np.array([1.0, -2.0, 0.5])
    rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    a = with_moments(rng, 50, np.zeros(3), rotation @ np.diag(s**2) @ rotation.T)
    b = with_moments(rng, 70, mean, rotation @ np.diag(t**2) @ rotation.T)
    assert distance(a, b) == pytest.approx(5.25 + 1 + 2.25, rel=1e-10)


def test_it_is_the_closed_form_in_two_dimensions(rng):
    """There tr (C_a C_b)^(1/2) = sqrt(tr(C_a C_b) + 2 sqrt(det(C_a C_b))), whether they commute or not."""
    c_a, c_b = np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([[1.0, -0.5], [-0.5, 0.5]])
    product = c_a @ c_b
    root = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))
    a, b = with_moments(rng, 30, np.zeros(2), c_a), with_moments(rng, 40, np.zeros(2), c_b)
    assert distance(a, b) == pytest.approx(5 + 1.5 - 2 * root, rel=1e-10)


def test_it_is_that_of_the_matrix_square_root_and_symmetric(rng):
    a = rng.normal(size=(200, 10)) @ rng.normal(size=(10, 10))
    b = rng.normal(size=(150, 10)) @ rng.normal(size=(10, 10)) + 1
    assert distance(a, b) == pytest.approx(by_sqrtm(a, b), rel=1e-8)
    assert distance(a, b) == pytest.approx(distance(b, a), rel=1e-10)


def test_a_set_is_at_no_distance_from_itself(rng):
    x = rng.normal(size=(100, 8)) * 10.0 ** np.arange(-4, 4)
    assert distance(x, x[rng.permutation(100)]) < 1e-12 * np.sum(np.var(x, axis=0))


def test_fewer_examples_than_features_and_constant_features_are_no_trouble(rng):
    """Both lie in one plane of a space of 40 dimensions, and the distance is that in the plane."""
    a, b = rng.normal(size=(12, 2)), 2 * rng.normal(size=(15, 2)) + 1
    plane = np.linalg.qr(rng.normal(size=(40, 2)))[0]
    found = frechet_distance(a @ plane.T, b @ plane.T + 3)
    assert found["distance"] == pytest.approx(distance(a, b + 3 * plane.sum(axis=0)) + rest(plane), rel=1e-9)
    assert np.isfinite(found["distance_se"]) and found["extrapolated"] is None
    few = frechet_distance(rng.normal(size=(5, 40)), rng.normal(size=(6, 40)))
    assert isinstance(few["distance"], float) and 0 < few["distance"] < 200


def rest(plane):
    """The squared length of what the plane leaves of the vector (3, 3, ...)."""
    vector = np.full(40, 3.0)
    return np.sum((vector - plane @ (plane.T @ vector)) ** 2)


def test_float32_features_lose_nothing_more(rng):
    a, b = (rng.normal(size=(100, 6)).astype("float32") + 1000 for _ in range(2))
    assert distance(a, b) == pytest.approx(distance(a.astype("float64"), b.astype("float64")), rel=1e-12)


def test_the_standard_error_is_the_spread_over_draws_and_the_extrapolation_has_no_bias(rng):
    """N(0, I) and N(e_1, I) in 8 dimensions: the distance is 1, and that of 300 examples too large by about 0.13."""
    found = [
        frechet_distance(rng.normal(size=(300, 8)), rng.normal(size=(300, 8)) + np.eye(8)[0], replicates=20, seed=seed)
        for seed in range(40)
    ]
    distances, errors, infinite, infinite_errors = np.array([list(each.values()) for each in found]).T
    assert 0.09 < distances.mean() - 1 < 0.19
    assert abs(infinite.mean() - 1) < 4 * infinite.std() / np.sqrt(40) < 0.12
    assert errors.mean() == pytest.approx(distances.std(), rel=0.35)
    assert infinite_errors.mean() == pytest.approx(infinite.std(), rel=0.35)
    assert (infinite_errors > errors).all()


def test_the_standard_error_has_both_sets_draws_in_it(rng):
    """The smaller set's are most of it, whichever place it stands in."""
    many, few = rng.normal(size=(2000, 4)), rng.normal(size=(100, 4)) + 1
    errors = [frechet_distance(*sets)["distance_se"] for sets in ((many, few), (few, many))]
    assert errors[0] == pytest.approx(errors[1], rel=0.4)


def test_a_seed_gives_the_same_again(rng):
    a, b = rng.normal(size=(2, 60, 3))
    assert frechet_distance(a, b, seed=1) == frechet_distance(a, b, seed=1)
    assert frechet_distance(a, b, seed=1)["distance_se"] != frechet_distance(a, b, seed=2)["distance_se"]


def test_what_cant_be_compared_is_refused():
    with pytest.raises(InputError, match=r"features_b has shape \(5, 4\)"):
        frechet_distance(np.zeros([5, 3]), np.zeros([5, 4]))
    with pytest.raises(InputError, match="features_a has 1 examples"):
        frechet_distance(np.zeros([1, 3]), np.zeros([5, 3]))
    with pytest.raises(InputError, match="NaN"):
        frechet_distance(np.full([5, 3], np.nan), np.zeros([5, 3]))
    with pytest.raises(InputError, match="replicates is 1"):
        frechet_distance(np.zeros([5, 3]), np.zeros([5, 3]), replicates=1)
