import math

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import mannwhitneyu, norm

from zoo.errors import InputError
from zoo.evaluation.samples import neighbours as module
from zoo.evaluation.samples.neighbours import data_copying, nearest, squared_distances


def test_distances_are_those_of_scipy_and_never_below_0(rng):
    a, b = rng.normal(size=(20, 7)) + 100, rng.normal(size=(30, 7)) + 100
    assert np.allclose(squared_distances(a, b), cdist(a, b) ** 2, atol=1e-8)
    assert (np.diag(squared_distances(a, a)) >= 0).all() and np.diag(squared_distances(a, a)).max() < 1e-9


@pytest.mark.parametrize(("rows", "columns"), [(1000, 4000), (7, 9), (1, 1)])
@pytest.mark.parametrize("k", [1, 5, 40])
def test_neighbours_are_those_of_enumeration_whatever_the_blocks(rng, monkeypatch, rows, columns, k):
    monkeypatch.setattr(module, "_ROWS", rows)
    monkeypatch.setattr(module, "_COLUMNS", columns)
    queries, points = rng.random((20, 3, 2, 1)), rng.random((40, 3, 2, 1))
    every = cdist(queries.reshape(20, 6), points.reshape(40, 6))
    done = []
    distances, indices = nearest(queries, points, k, progress=done.append)
    assert np.array_equal(indices, np.argsort(every, axis=1)[:, :k])
    assert np.allclose(distances, np.sort(every, axis=1)[:, :k], atol=1e-7)
    assert sum(done) == 20


def test_8_bit_pixels_are_taken_as_floats_are():
    pixels = np.arange(32, dtype="uint8").reshape(2, 4, 4, 1)
    distances, indices = nearest(pixels.astype("float32")[1:] / 255, pixels, k=2)
    assert indices.tolist() == [[1, 0]]
    assert np.allclose(distances, [[0, 16 * 4 / 255]], atol=1e-6)


def test_copies_are_found_and_so_is_the_opposite(rng):
    train, test = rng.normal(size=(200, 5)), rng.normal(size=(50, 5))
    copies = data_copying(train[:30] + 1e-9, train, test)
    sd = math.sqrt(30 * 50 * 81 / 12)
    assert copies["copying_share"] == 1 and copies["copying_share_se"] == 0
    assert copies["copying_z"] == pytest.approx(-30 * 50 / 2 / sd)
    far = data_copying(test[:30] + 50, train, test)
    assert far["copying_share"] == 0 and far["copying_z"] == pytest.approx(30 * 50 / 2 / sd)


def test_it_is_the_mann_whitney_statistic_with_ties_as_halves(rng):
    samples, train, test = (rng.integers(0, 5, (count, 3)).astype("float64") for count in (40, 30, 60))
    distances, held_out = (cdist(x, train).min(axis=1) for x in (samples, test))
    found = data_copying(samples, train, test)
    pairs = np.sign(held_out - distances[:, None])
    assert (pairs == 0).any()
    assert found["copying_share"] == pytest.approx(np.mean((pairs + 1) / 2), rel=1e-12)
    u = mannwhitneyu(distances, held_out).statistic
    assert found["copying_z"] == pytest.approx((u - 1200) / math.sqrt(2400 * 101 / 12), rel=1e-12)
    # DeLong's variance, of the shares of each sample and of each test image.
    shares = (pairs + 1) / 2
    variance = shares.mean(axis=1).var(ddof=1) / 40 + shares.mean(axis=0).var(ddof=1) / 60
    assert found["copying_share_se"] == pytest.approx(math.sqrt(variance), rel=1e-9)


def test_its_p_value_is_scipys(rng):
    samples, train, test = rng.normal(size=(50, 3)) * 0.8, rng.normal(size=(100, 3)), rng.normal(size=(70, 3))
    distances, held_out = (cdist(x, train).min(axis=1) for x in (samples, test))
    p = mannwhitneyu(distances, held_out, alternative="less", method="asymptotic", use_continuity=False).pvalue
    assert norm.cdf(data_copying(samples, train, test)["copying_z"]) == pytest.approx(p, rel=1e-9)


def test_samples_of_the_datas_own_distribution_are_as_far_as_test_images(rng):
    """Given the training set, z is standard normal and the share 1/2."""
    train = rng.normal(size=(100, 3))
    found = [data_copying(rng.normal(size=(60, 3)), train, rng.normal(size=(40, 3))) for _ in range(200)]
    z = np.array([each["copying_z"] for each in found])
    assert abs(z.mean()) < 4 / np.sqrt(200) and z.std() == pytest.approx(1, abs=0.2)
    shares = np.array([each["copying_share"] for each in found])
    assert shares.std() == pytest.approx(np.mean([each["copying_share_se"] for each in found]), rel=0.2)


def test_what_cant_be_compared_is_refused(rng):
    with pytest.raises(InputError, match=r"queries has shape \(3, 2\) and points \(4, 5\)"):
        nearest(rng.normal(size=(3, 2)), rng.normal(size=(4, 5)))
    for k in (0, 5):
        with pytest.raises(InputError, match=f"k is {k}, but must be from 1 to the 4 points"):
            nearest(rng.normal(size=(3, 2)), rng.normal(size=(4, 2)), k)
    with pytest.raises(InputError, match="1 samples"):
        data_copying(rng.normal(size=(1, 2)), rng.normal(size=(4, 2)), rng.normal(size=(4, 2)))
