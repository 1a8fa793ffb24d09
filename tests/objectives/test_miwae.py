from functools import partial

import numpy as np
import pytest
from keras import ops

from tests.ascent import Ascent, agree
from tests.given_weights import GivenWeights
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.numerics.gradient import gradient
from zoo.objectives.iwae import iwae
from zoo.objectives.miwae import miwae


def test_it_is_the_mean_of_the_logs_of_the_groups_means():
    log_weight = np.log([[1.0, 2.0], [3.0, 6.0], [8.0, 1.0], [0.5, 7.0]])
    bound, _ = miwae(GivenWeights(log_weight), None, groups=2, num_samples=2)
    assert np.allclose(bound, [(np.log(2) + np.log(4.25)) / 2, (np.log(4) + np.log(4)) / 2], atol=1e-6)


def test_one_group_is_iwae_and_groups_of_one_are_the_elbo():
    vae = GivenWeights([[0.0], [np.log(3)]])
    assert np.allclose(miwae(vae, None, groups=1, num_samples=2)[0], np.log(2))  # 0.693147
    assert np.allclose(miwae(vae, None, groups=2, num_samples=1)[0], np.log(3) / 2)  # 0.549306
    far = GivenWeights([[1000.0], [1000 + np.log(3)]])
    assert np.allclose(miwae(far, None, groups=1, num_samples=2)[0], 1000 + np.log(2))


def test_its_gradient_is_each_draws_share_of_its_group():
    def bound(log_weight):
        return miwae(GivenWeights(log_weight), None, groups=2, num_samples=2)[0]

    log_weight = ops.convert_to_tensor([[0.0], [1.0986123], [5.0], [5.0]])
    assert np.allclose(gradient(bound, log_weight)[:, 0], [0.125, 0.375, 0.25, 0.25], atol=1e-6)


def test_its_mean_is_that_of_one_group_and_below_that_of_all_draws():
    model = LinearGaussian(error=1.0)
    x = np.repeat(model.x, 200, axis=0)
    values = {
        "groups": miwae(model.vae, x, groups=4, num_samples=3)[0],
        "one": iwae(model.vae, x, num_samples=3)[0],
        "all": iwae(model.vae, x, num_samples=12)[0],
        "elbo": iwae(model.vae, x, num_samples=1)[0],
    }
    means = {name: np.mean(np.asarray(value) - model.log_px(x)) for name, value in values.items()}
    errors = {name: np.std(np.asarray(value) - model.log_px(x)) / len(x) ** 0.5 for name, value in values.items()}
    assert abs(means["groups"] - means["one"]) < 4.5 * np.hypot(errors["groups"], errors["one"])
    assert means["elbo"] < means["groups"] - 0.1 < means["all"] - 0.1 < -0.1


def test_its_gradients_mean_is_that_of_one_group_with_less_noise():
    model = LinearGaussian(error=1.0)
    x = np.repeat(model.x, 25, axis=0)
    groups = Ascent(model.vae, partial(miwae, groups=8, num_samples=3)).steps(x, 12)
    one = Ascent(model.vae, partial(iwae, num_samples=3)).steps(x, 12)
    assert agree(groups, one, most=0.1)
    ratio = one.var(axis=0, ddof=1).sum() / groups.var(axis=0, ddof=1).sum()
    assert 4 < ratio < 16, "8, of 12 steps and 18 weights"


@pytest.mark.parametrize("arguments", [{"groups": 0}, {"num_samples": 0}])
def test_numbers_that_can_not_be_are_refused(arguments):
    with pytest.raises(InputError, match=f"{next(iter(arguments))} is 0, but must be a positive integer"):
        miwae(None, None, **arguments)
