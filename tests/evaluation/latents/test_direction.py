import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from zoo.errors import InputError
from zoo.evaluation.latents.direction import between_means, by_regression, ranked_above

TRUTH = np.array([3.0, 0.0, -4.0, 0.0, 0.0]) / 2


def cosine(a, b):
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


@pytest.fixture
def known(rng):
    """Codes of two Gaussians, TRUTH apart, and which are of the second."""
    has = rng.random(20_000) < 0.3
    return rng.normal(size=(20_000, 5)) + has[:, None] * TRUTH, has


@pytest.mark.parametrize("find", [between_means, by_regression])
def test_a_known_direction_is_found_at_its_length(known, find):
    vector = find(*known)
    assert cosine(vector, TRUTH) > 0.99
    assert np.linalg.norm(vector) == pytest.approx(2.5, abs=0.05)


def test_regression_is_scikit_learns(known):
    codes, has = known
    w = LogisticRegression(max_iter=1000).fit(codes, has).coef_[0]
    vector = by_regression(codes, has)
    assert cosine(vector, w) == pytest.approx(1, abs=1e-12)
    # Its length is that of the step between the means, along it.
    assert vector @ w == pytest.approx(between_means(codes, has) @ w)


def test_regression_leaves_out_what_only_goes_along_with_it(rng):
    """Two dimensions that vary together, of which one decides: the means differ in both."""
    shared = rng.normal(size=20_000)
    codes = np.stack([shared + 0.5 * rng.normal(size=20_000), shared + 0.5 * rng.normal(size=20_000)], axis=1)
    has = codes[:, 0] > 0
    assert cosine(between_means(codes, has), [1.0, 0.0]) < 0.9
    assert cosine(by_regression(codes, has), [1.0, 0.0]) > 0.999


def test_the_ranking_is_the_area_under_the_roc_curve_and_its_error_that_of_many_draws(rng):
    found = []
    for _ in range(300):
        has = np.arange(200) < 60
        codes = rng.normal(size=(200, 2)) + has[:, None] * [1.0, 0.0]
        codes = codes.round(1)  # With ties.
        found.append(ranked_above(codes, has, [2.0, 0.0]))
        assert found[-1][0] == pytest.approx(roc_auc_score(has, codes[:, 0]))
    values, errors = np.array(found).T
    assert errors.mean() == pytest.approx(values.std(), rel=0.15)


@pytest.mark.parametrize("find", [between_means, by_regression, lambda *both: ranked_above(*both, [1.0, 0.0])])
@pytest.mark.parametrize(
    ("codes", "has", "words"),
    [
        (np.zeros([3, 2]), [True] * 3, "all of 3 images have the attribute"),
        (np.zeros([3, 2]), [False] * 3, "none of 3 images have"),
        (np.zeros([3, 2]), [True, False], r"codes are \(3, 2\) and has \(2,\)"),
        (np.full([2, 2], np.nan), [True, False], "must be finite"),
    ],
)
def test_what_has_no_direction_is_refused(find, codes, has, words):
    with pytest.raises(InputError, match=words):
        find(codes, has)
