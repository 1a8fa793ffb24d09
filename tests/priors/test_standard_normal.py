import numpy as np
import pytest
from scipy import stats

from zoo.errors import InputError
from zoo.priors.standard_normal import StandardNormal


def test_log_prob_is_scipys(rng):
    z = rng.normal(size=(5, 3)).astype("float32")
    assert np.allclose(StandardNormal(3)().log_prob(z), stats.multivariate_normal(np.zeros(3)).logpdf(z), atol=1e-5)


def test_no_dimension_is_refused():
    with pytest.raises(InputError, match="latent_dim is 0"):
        StandardNormal(0)
