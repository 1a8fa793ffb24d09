import numpy as np
import pytest

import zoo
from tests.views import LinearViews
from zoo.errors import InputError
from zoo.evaluation.likelihood.of_views import of_views


@pytest.mark.parametrize("given", [[0], [1]])
def test_it_is_the_exact_conditional_within_its_error(given):
    model = LinearViews(error=0.7)
    found = of_views(model.vae, model.x, given, num_samples=2000, seed=3)
    part = model.log_px(np.asarray(model.vae.likelihood.only(model.x, given)))
    truth = model.log_px(model.x) - part
    assert np.abs(truth).min() > 0.5 and found.monte_carlo_se.max() < 0.2
    assert (np.abs(found.log_px - truth) < 4.5 * found.monte_carlo_se + 1e-3).all()
    assert np.abs(found.log_p_given - part).max() < 0.5
    # The error is about what the estimates are off by.
    off = (found.log_px - truth) / found.monte_carlo_se
    assert 0.4 < np.sqrt(np.mean(off**2)) < 1.8
    summary = found.summary()
    assert abs(summary["log_px"] - truth.mean()) < 4.5 * summary["monte_carlo_se"] + 1e-3
    assert summary["num_samples"] == 2000 and summary["num_examples"] == 20


def test_what_is_missing_is_given_no_weight():
    model = LinearViews(error=0.3)
    found = of_views(model.vae, model.missing(), [0], num_samples=500)
    assert np.abs(found.log_px[5:10]).max() < 0.2, "nothing is there beside what is given"
    assert np.abs(found.log_p_given[10:]).max() < 1e-5


def test_a_model_without_views_and_a_view_that_is_not_there_are_refused():
    with pytest.raises(InputError, match="vae takes images whole: it has no views, which log p of a view given"):
        of_views(zoo.build("vae", image_shape=(4, 4, 1), latent_dim=2, units=(4,)), np.zeros([2, 4, 4, 1]), [0])
    model = LinearViews()
    for given in ([2], [], [-1]):
        with pytest.raises(InputError, match="must be numbers of views, 0 to 1, one at least"):
            of_views(model.vae, model.x, given, num_samples=2)
