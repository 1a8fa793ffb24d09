import numpy as np
import pytest
from scipy import stats

from zoo.errors import InputError
from zoo.priors.full_mixture import FullMixture


def test_it_is_what_it_is_set_to_and_not_trained(rng):
    prior = FullMixture(2, components=1)
    covariance = np.array([[[2.0, 0.5], [0.5, 1.0]]])
    prior.assign([1.0], [[1.0, -1.0]], covariance)
    z = rng.normal(size=(5, 2)).astype("float32")
    assert np.allclose(prior().log_prob(z), stats.multivariate_normal([1.0, -1.0], covariance[0]).logpdf(z), atol=1e-5)
    assert prior.trainable_weights == []


def test_it_starts_as_the_standard_normal(rng):
    prior = FullMixture(3, components=4)
    z = rng.normal(size=(5, 3)).astype("float32")
    assert np.allclose(prior().log_prob(z), stats.multivariate_normal(np.zeros(3)).logpdf(z), atol=1e-5)


def test_its_components_are_weighted_densities(rng):
    prior = FullMixture(2, components=2)
    weights, means = [0.3, 0.7], rng.normal(size=(2, 2))
    covariances = np.array([[[2.0, 0.5], [0.5, 1.0]], [[1.0, -0.2], [-0.2, 0.5]]])
    prior.assign(weights, means, covariances)
    z = rng.normal(size=(5, 2)).astype("float32")
    expected = [
        np.log(w) + stats.multivariate_normal(*p).logpdf(z) for w, *p in zip(weights, means, covariances, strict=True)
    ]
    assert np.allclose(prior.log_components(z), np.transpose(expected), atol=1e-5)


@pytest.mark.parametrize(
    ("weights", "means", "covariances", "message"),
    [
        ([1.0], [[0.0, 0.0]], [np.diag([1.0, -1.0])], "aren't positive"),
        ([0.0], [[0.0, 0.0]], [np.eye(2)], "aren't positive"),
        ([1.0], [[0.0]], [np.eye(2)], r"are \(\(1,\), \(1, 1\), \(1, 2, 2\)\)"),
    ],
)
def test_what_is_no_mixture_is_refused(weights, means, covariances, message):
    with pytest.raises(InputError, match=message):
        FullMixture(2, components=1).assign(weights, means, covariances)


def test_a_file_of_before_with_two_triangular_factors_is_the_same_density(rng):
    covariances = np.array([[[2.0, 0.5], [0.5, 1.0]], [[1.0, -0.2], [-0.2, 0.5]]])
    factor = np.linalg.cholesky(covariances)
    arrays = np.log([0.3, 0.7]) + 5, rng.normal(size=(2, 2)), factor, np.linalg.inv(factor)
    old, new = FullMixture(2, components=2), FullMixture(2, components=2)
    old.build()
    old.load_own_variables({str(n): array.astype("float32") for n, array in enumerate(arrays)})
    new.assign([0.3, 0.7], arrays[1], covariances)
    z = rng.normal(size=(5, 2)).astype("float32")
    assert np.allclose(old().log_prob(z), new().log_prob(z), atol=1e-5)
