import numpy as np
import pytest
from scipy.stats import entropy

from zoo.numerics.f_divergence import f_divergence, jensen_shannon, kl, pearson, reverse_kl, squared_hellinger

P, Q = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.25, 0.25, 0.4, 0.1])
M = (P + Q) / 2
#: The divergence, and the best output of a critic.
CASES = {
    kl: (entropy(P, Q), 1 + np.log(P / Q)),
    reverse_kl: (entropy(Q, P), np.log(P / Q)),
    pearson: (np.sum((P - Q) ** 2 / Q), 2 * (P / Q - 1)),
    squared_hellinger: (np.sum((np.sqrt(P) - np.sqrt(Q)) ** 2), 0.5 * np.log(P / Q)),
    jensen_shannon: (entropy(P, M) + entropy(Q, M), np.log(P / Q)),
}


def of(v, divergence):
    """With draws that have the probabilities to the number: 20 of each."""
    draws = [np.repeat(v, np.round(20 * p).astype(int)).astype("float32") for p in (P, Q)]
    return float(f_divergence(*draws, divergence))


@pytest.mark.parametrize("divergence", CASES, ids=lambda each: each.__name__)
def test_with_the_best_critic_it_is_the_divergence_and_with_others_less(divergence, rng):
    truth, best = CASES[divergence]
    assert of(best, divergence) == pytest.approx(truth, abs=1e-5)
    for _ in range(20):
        assert of(best + 0.3 * rng.normal(size=4), divergence) < truth


@pytest.mark.parametrize("divergence", CASES, ids=lambda each: each.__name__)
def test_of_the_same_it_is_at_most_nothing(divergence, rng):
    for _ in range(20):
        v = rng.normal(size=50).astype("float32")
        assert float(f_divergence(v, v, divergence)) <= 1e-6
