import numpy as np
import pytest
from keras import ops
from scipy.special import logsumexp

from tests.given_weights import GivenWeights
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.numerics.gradient import gradient
from zoo.objectives.renyi import renyi


@pytest.mark.parametrize("alpha", [-3.0, 0.0, 0.5, 0.99, 1.01, 2.0, 30.0])
def test_it_is_its_formula(rng, alpha):
    log_weight = rng.normal(-100, 8, size=(6, 5))
    expected = (logsumexp((1 - alpha) * log_weight, axis=0) - np.log(6)) / (1 - alpha)
    assert np.allclose(renyi(GivenWeights(log_weight), None, alpha=alpha)[0], expected, atol=2e-3)


def test_0_is_iwae_and_1_the_elbo():
    vae = GivenWeights([[0.0, 0.0, 1000.0], [np.log(3), 2.0, 1000 + np.log(3)]])
    assert np.allclose(renyi(vae, None, alpha=0.0)[0], [0.693147, 1.433781, 1000.693147])
    assert np.allclose(renyi(vae, None, alpha=1.0)[0], [0.549306, 1.0, 1000.549306])
    slope = gradient(lambda w: renyi(GivenWeights(w), None, alpha=0.0)[0], ops.convert_to_tensor([[0.0], [1.0986123]]))
    assert np.allclose(slope[:, 0], [0.25, 0.75], atol=1e-6)


def test_it_comes_to_the_elbo_without_a_jump():
    log_weight = np.array([[-3.0], [0.5], [4.0]])
    for alpha in (1 - 2e-4, 1 - 5e-5, 1.0, 1 + 5e-5, 1 + 2e-4):
        # The ELBO and half the variance times 1 - alpha.
        expected = 0.5 + (1 - alpha) / 2 * log_weight.var()
        assert float(renyi(GivenWeights(log_weight), None, alpha=alpha)[0][0]) == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize("alpha", [-0.5, 0.3, 0.7, 1.0, 1.6])
def test_many_samples_come_to_renyis_divergence(alpha):
    """Between N(m, s^2) and N(m + d s, s^2) it is alpha d^2 / 2, and here there are two dimensions."""
    model = LinearGaussian(error=0.5)
    x = np.repeat(model.x, 5, axis=0)
    gap = np.asarray(renyi(model.vae, x, alpha=alpha, num_samples=1000)[0], "float64") - model.log_px(x)
    assert gap.mean() == pytest.approx(-alpha * 0.25, abs=4.5 * gap.std() / np.sqrt(len(x)) + 0.005)


def test_which_alphas_give_a_bound():
    """As k grows the mean rises from the ELBO for alpha < 1, past log p(x) for alpha < 0, and falls for alpha > 1."""
    model = LinearGaussian(error=1.0)
    x = np.repeat(model.x, 300, axis=0)

    def gap(alpha, k):
        return np.mean(np.asarray(renyi(model.vae, x, alpha=alpha, num_samples=k)[0]) - model.log_px(x))

    for alpha in (-2.0, 0.4, 2.0):
        assert gap(alpha, 1) == pytest.approx(-1.0, abs=0.1)  # KL(q || p(z|x)) = error^2 2 / 2
    assert gap(0.4, 5) < gap(0.4, 30) < -0.4
    assert gap(2.0, 30) < gap(2.0, 5) < -1.1
    assert gap(-2.0, 3) < 0 < gap(-2.0, 30)


@pytest.mark.parametrize("alpha", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(alpha):
    with pytest.raises(InputError, match="but must be a finite number"):
        renyi(None, None, alpha=alpha)
