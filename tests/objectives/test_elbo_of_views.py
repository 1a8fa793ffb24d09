import keras
import numpy as np
import pytest

from tests.views import LinearViews
from zoo.objectives.elbo import elbo
from zoo.objectives.elbo_of_views import elbo_of_views


def test_with_exact_experts_it_is_log_p_of_all_and_of_each():
    model = LinearViews()
    x = model.missing()
    alone = [model.log_px(np.asarray(model.vae.likelihood.only(x, [view]))) for view in (0, 1)]
    values = np.mean([elbo_of_views(model.vae, x, num_samples=200)[0] for _ in range(5)], axis=0)
    assert np.abs(values - (model.log_px(x) + sum(alone))).max() < 0.25
    assert np.abs(values[15:]).max() < 1e-12


def test_what_it_reports_is_the_bound_of_all():
    model = LinearViews(objective=elbo_of_views)
    model.vae.compile(keras.optimizers.SGD(0.0))
    found = model.vae.evaluate(model.x, verbose=0, return_dict=True)
    assert abs(found["elbo"] - model.log_px(model.x).mean()) < 0.5
    assert found["loss"] > -found["elbo"] + 1


@pytest.mark.long
def test_an_expert_learns_what_it_knows_by_itself():
    """By the bound of all alone, two experts of whom one is right leave the other as it is wrong."""
    losses = {}
    for objective in (elbo, elbo_of_views):
        model = LinearViews(error=2.0, objective=objective)
        vae = model.vae
        vae.likelihood.trainable = False
        vae.compile(keras.optimizers.Adam(0.03))
        vae.fit(np.tile(model.x, (10, 1, 1, 1)), batch_size=50, epochs=40, verbose=0)
        alone = np.asarray(vae.likelihood.only(model.x, [0]))
        bound = np.mean([np.asarray(elbo(vae, alone, num_samples=200)[0]) for _ in range(3)])
        losses[objective.__name__] = model.log_px(alone).mean() - bound
    assert losses["elbo_of_views"] < 0.05 < losses["elbo"] - 0.05
