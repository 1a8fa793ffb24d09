import numpy as np
import pytest

from zoo.evaluation.bootstrap import bootstrap_error


def test_the_error_of_a_mean_is_the_deviation_over_the_root_of_n(rng):
    x = rng.normal(size=(2000, 2)) * [1.0, 5.0]
    error = bootstrap_error(lambda examples: x[examples].mean(axis=0), len(x), resamples=400)
    # 400 resamples give their deviation to 1 / sqrt(800), 3.5 percent.
    assert error == pytest.approx(x.std(axis=0) / np.sqrt(len(x)), rel=0.15)


def test_a_seed_gives_the_same_error_again(rng):
    x = rng.normal(size=100)
    errors = [bootstrap_error(lambda examples: np.median(x[examples]), 100, seed) for seed in (1, 1, 2)]
    assert errors[0] == errors[1] != errors[2]
