import numpy as np
import pytest
from keras import ops

from tests.given_weights import GivenWeights
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.numerics.gradient import gradient
from zoo.objectives.ciwae import ciwae


def test_its_ends_are_the_elbo_and_iwae_of_the_same_draws():
    for log_weight, elbo, iwae in (([0.0, np.log(3)], 0.549306, 0.693147), ([0.0, 2.0], 1.0, 1.433781)):
        vae = GivenWeights([[w] for w in log_weight])
        for beta in (0.0, 0.25, 1.0):
            assert float(ciwae(vae, None, beta=beta)[0][0]) == pytest.approx(beta * elbo + (1 - beta) * iwae, abs=1e-5)


def test_its_gradient_is_that_of_both():
    log_weight = ops.convert_to_tensor([[0.0], [1.0986123]])
    for beta in (0.0, 0.4):
        slope = gradient(lambda w, beta=beta: ciwae(GivenWeights(w), None, beta=beta)[0], log_weight)[:, 0]
        assert np.allclose(slope, beta * 0.5 + (1 - beta) * np.array([0.25, 0.75]), atol=1e-6)


def test_it_lies_between_its_ends():
    model = LinearGaussian(error=1.0)
    x = np.repeat(model.x, 200, axis=0)
    gaps = [np.mean(np.asarray(ciwae(model.vae, x, beta=beta)[0]) - model.log_px(x)) for beta in (1.0, 0.5, 0.0)]
    assert gaps[0] == pytest.approx(-1.0, abs=0.1)  # KL(q || p(z|x)) = error^2 2 / 2
    assert gaps[0] < gaps[1] - 0.1 < gaps[2] - 0.2 < -0.2


@pytest.mark.parametrize("beta", [-0.1, 1.5, float("nan")])
def test_what_is_no_share_is_refused(beta):
    with pytest.raises(InputError, match="but must be from 0, which is iwae, to 1, which is the ELBO"):
        ciwae(None, None, beta=beta)
