import numpy as np
import pytest
from scipy.special import logsumexp

from tests.linear_gaussian import LinearGaussian
from zoo.objectives.iwae import iwae


@pytest.mark.parametrize("k", [1, 5, 50])
def test_with_the_exact_posterior_every_weight_is_px(k):
    model = LinearGaussian()
    assert np.allclose(iwae(model.vae, model.x, num_samples=k)[0], model.log_px(model.x), atol=2e-4)


def test_it_is_the_log_of_the_mean_of_its_own_weights():
    model = LinearGaussian(error=1.0)
    bound, d = iwae(model.vae, model.x, num_samples=50)
    log_weight = np.asarray(d.likelihood) + np.asarray(d.prior) - np.asarray(d.posterior)
    assert np.allclose(bound, logsumexp(log_weight, axis=0) - np.log(50), atol=1e-4)


def test_it_grows_with_k_towards_log_px():
    model = LinearGaussian(error=1.0)
    truth = model.log_px(model.x)
    gaps = []
    for k in (1, 5, 50):
        bounds = [np.asarray(iwae(model.vae, model.x, num_samples=k)[0]) for _ in range(300)]
        gaps.append(np.mean(truth - np.mean(bounds, axis=0)))
    assert gaps[0] == pytest.approx(1.0, abs=0.1)  # KL(q || p(z|x)) = error^2 2 / 2
    assert gaps[0] > gaps[1] > gaps[2] > 0
