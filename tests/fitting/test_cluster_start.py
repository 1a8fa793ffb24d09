import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

import zoo
from zoo.errors import InputError
from zoo.evaluation.latents.codes import codes
from zoo.fitting.cluster_start import can_cluster, cluster_start
from zoo.fitting.ex_post import posterior_draws

SMALL = {"image_shape": (4, 4, 1), "latent_dim": 2, "units": (6,)}


def test_it_has_the_networks_and_the_mixture_of_their_codes(rng):
    plain, clustered = (zoo.build("vade", clusters=clusters, **SMALL) for clusters in (None, 3))
    x = (rng.random((3, 1, 4, 4, 1)) < 0.5).repeat(100, 1).reshape(300, 4, 4, 1)
    x = np.where(rng.random(x.shape) < 0.05, 1 - x, x).astype("float32")
    cluster_start(clustered, plain, x)
    z = codes(plain, x)
    assert np.array_equal(clustered.encode(x), plain.encode(x))
    assert np.array_equal(clustered.decode(z), plain.decode(z))
    # The mixture is of draws, which the bound has: those of a dimension that says nothing are as wide as N(0, I).
    drawn = posterior_draws(plain, x, 20, seed=5).reshape(-1, 2)
    truth = GaussianMixture(3, covariance_type="diag", reg_covar=1e-3, random_state=0).fit(drawn)
    ours = np.asarray(clustered.prior().log_prob(drawn)).mean()
    assert ours == pytest.approx(truth.score(drawn), abs=0.1)
    assert ours > np.asarray(plain.prior().log_prob(drawn)).mean()


def test_other_networks_are_refused():
    plain, clustered = (zoo.build("vade", clusters=clusters, **SMALL) for clusters in (None, 3))
    other = zoo.build("vade", clusters=3, **SMALL | {"units": (5,)})
    assert can_cluster(clustered, plain)
    for model, trained in ((other, plain), (clustered, clustered), (plain, plain)):
        with pytest.raises(InputError, match="its networks are others"):
            cluster_start(model, trained, np.zeros([9, 4, 4, 1]))
