import numpy as np

from tests.views import LinearViews
from zoo.posteriors.mixture_of_products import MixtureOfProducts
from zoo.random import center


def test_of_two_views_it_has_three_components_and_all_are_the_prior_where_none_is_there():
    q = LinearViews(MixtureOfProducts).vae.infer(np.full([2, 2, 3, 1], np.nan, "float32"))
    assert len(q.components) == 3
    assert np.allclose(np.exp(q.log_weights), 1 / 3) and np.array_equal(center(q), np.zeros([2, 1]))


# Its law is beside that of experts alone: tests/posteriors/test_mixture_of_experts.py.
