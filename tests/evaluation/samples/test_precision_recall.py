import itertools
import math

import numpy as np
import pytest

from zoo.errors import InputError
from zoo.evaluation.samples import precision_recall as module
from zoo.evaluation.samples.precision_recall import density_coverage, precision_recall


def enumerated(real, generated, k):
    """Example by example, as the papers define them."""

    def radius(x, i):
        return sorted(math.dist(x[i], x[j]) for j in range(len(x)) if j != i)[k - 1]

    def inside(points, centers):
        radii = [radius(centers, i) for i in range(len(centers))]
        return [[math.dist(point, center) <= r for center, r in zip(centers, radii, strict=True)] for point in points]

    among_real, among_generated = inside(generated, real), inside(real, generated)
    return {
        "precision": sum(map(any, among_real)) / len(generated),
        "recall": sum(map(any, among_generated)) / len(real),
        "density": sum(map(sum, among_real)) / (k * len(generated)),
        "coverage": sum(any(row[i] for row in among_real) for i in range(len(real))) / len(real),
    }


@pytest.mark.parametrize(("k", "distances"), [(1, 4_000_000), (3, 100), (5, 1)])
def test_they_are_what_enumeration_gives_whatever_the_blocks(rng, monkeypatch, k, distances):
    """Points on a grid, so that there are ties, and sets of different sizes."""
    monkeypatch.setattr(module, "_DISTANCES", distances)
    real, generated = rng.integers(0, 7, (40, 3)), rng.integers(2, 11, (25, 3))
    found = precision_recall(real, generated, k) | density_coverage(real, generated, k)
    truth = enumerated(real, generated, k)
    assert {name: found[name] for name in truth} == pytest.approx(truth, rel=1e-12)
    assert 0 < truth["precision"] < 1 and 0 < truth["recall"] < 1 and 0 < truth["coverage"] < 1


def test_a_set_is_like_itself_and_unlike_one_that_is_elsewhere(rng):
    x = rng.normal(size=(200, 4))
    for figures in (precision_recall(x, x), density_coverage(x, x)):
        assert all(value >= 1 for name, value in figures.items() if not name.endswith("_se"))
    for figures in (precision_recall(x, x + 100), density_coverage(x, x + 100)):
        assert set(figures.values()) == {0.0}


def test_samples_of_one_of_two_modes_have_precision_and_no_recall_of_the_other(rng):
    real, generated = rng.normal(size=(400, 2)), rng.normal(size=(200, 2))
    real[200:] += 50
    found = precision_recall(real, generated) | density_coverage(real, generated)
    assert found["precision"] > 0.9 and found["density"] > 0.8
    assert 0.4 < found["recall"] <= 0.5 and 0.4 < found["coverage"] <= 0.5


@pytest.mark.parametrize(("n", "m", "k"), [(60, 60, 5), (30, 90, 2)])
def test_of_equal_distributions_density_is_1_and_coverage_the_closed_form(rng, n, m, k):
    """Naeem et al., section 3.3: of the n - 1 + m others, the k nearest must not all be real ones."""
    truth = 1 - math.prod((n - i) / (n + m - i) for i in range(1, k + 1))
    found = [density_coverage(rng.normal(size=(n, 3)), rng.normal(size=(m, 3)), k) for _ in range(300)]
    for name, expected in (("density", 1.0), ("coverage", truth)):
        values = np.array([each[name] for each in found])
        assert abs(values.mean() - expected) < 4 * values.std() / np.sqrt(300) < 0.04


@pytest.mark.parametrize("shift", [0.0, 1.5])
def test_standard_errors_are_the_spread_over_draws_or_a_little_more(rng, shift):
    found = []
    for _ in range(100):
        real, generated = rng.normal(size=(200, 5)), rng.normal(size=(300, 5))
        generated[:, 0] += shift
        found.append(precision_recall(real, generated) | density_coverage(real, generated))
    for name, most in (("precision", 1.8), ("recall", 1.8), ("density", 1.3), ("coverage", 1.8)):
        spread = np.std([each[name] for each in found])
        assert 0.8 < np.mean([each[f"{name}_se"] for each in found]) / spread < most, name


def test_one_outlier_gives_samples_around_it_precision_and_no_density():
    """The ball around 100 reaches to 7: each of the samples is in that one alone, a third of a neighbourhood of k."""
    real = np.array([[float(i)] for i in range(10)])
    samples = np.linspace(90, 110, 30)[:, None]
    outlier = np.concatenate([real, [[100.0]]])
    assert precision_recall(outlier, samples, k=3)["precision"] == 1
    assert density_coverage(outlier, samples, k=3)["density"] == pytest.approx(1 / 3)
    assert density_coverage(outlier, samples, k=3)["coverage"] == pytest.approx(1 / 11)
    assert precision_recall(real, samples, k=3)["precision"] == density_coverage(real, samples, k=3)["density"] == 0


def test_what_cant_be_compared_is_refused(rng):
    for function, k in itertools.product((precision_recall, density_coverage), (5, 10)):
        with pytest.raises(InputError, match=f"generated has {k} examples, but at least {k + 1}"):
            function(rng.normal(size=(20, 2)), rng.normal(size=(k, 2)), k)
    for k in (0, -1, 2.5):
        with pytest.raises(InputError, match=f"k is {k}"):
            density_coverage(rng.normal(size=(9, 2)), rng.normal(size=(9, 2)), k=k)
    with pytest.raises(InputError, match="generated has shape"):
        precision_recall(rng.normal(size=(20, 2)), rng.normal(size=(20, 3)))


@pytest.mark.slow
def test_published_figures():
    """Those of github.com/clovaai/generative-evaluation-prdc, of 10000 draws from N(0, I) in 1000 dimensions."""
    rng = np.random.default_rng(0)
    real, generated = rng.normal(size=(2, 10_000, 1000))
    found = precision_recall(real, generated, k=5) | density_coverage(real, generated, k=5)
    for name, value in {"precision": 0.4772, "recall": 0.4705, "density": 1.0555, "coverage": 0.9735}.items():
        assert abs(found[name] - value) < 4 * found[f"{name}_se"], name
