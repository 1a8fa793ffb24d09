import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.special import logsumexp
from sklearn.metrics import confusion_matrix, normalized_mutual_info_score

import zoo
from zoo.errors import InputError
from zoo.evaluation.latents.clusters import cluster_probabilities, cluster_scores


@pytest.fixture(scope="module")
def vae():
    return zoo.build("vade", image_shape=(8, 8, 1), latent_dim=1, clusters=3, units=(5,))


def test_a_cluster_is_as_probable_as_quadrature_over_the_code_says(vae, rng):
    vae.prior.loc.assign([[-1.0], [0.2], [0.8]])
    vae.prior.logits.assign([0.0, 1.0, -0.5])
    x = rng.random((7, 8, 8, 1)).astype("float32")
    z = np.linspace(-8, 8, 2001, dtype="float32")[:, None]
    log_joint = np.asarray(vae.prior.log_components(z), "float64")
    given_z = np.exp(log_joint - logsumexp(log_joint, axis=1, keepdims=True))
    q = np.exp(np.asarray(vae.infer(x).log_prob(np.repeat(z[:, None], 7, axis=1)), "float64"))
    expected = np.einsum("zn,zk->nk", q * (z[1, 0] - z[0, 0]), given_z)
    found = cluster_probabilities(vae, [x[:5], x[5:]], num_samples=20_000)
    assert np.allclose(found, expected, atol=0.01) and np.allclose(found.sum(1), 1, atol=1e-5)
    assert np.array_equal(found, cluster_probabilities(vae, [x[:5], x[5:]], num_samples=20_000))


def test_the_scores_are_scipys_and_scikit_learns(rng):
    shares, labels = rng.dirichlet(np.full(5, 0.3), 400), rng.integers(5, size=400)
    labels = np.where(rng.random(400) < 0.5, (shares.argmax(1) + 2) % 5, labels)
    scores, own = cluster_scores(shares, labels), shares.argmax(1)
    table = confusion_matrix(labels, own)
    assert scores["accuracy"] == pytest.approx(table[linear_sum_assignment(-table)].sum() / 400)
    assert scores["nmi"] == pytest.approx(normalized_mutual_info_score(labels, own))
    assert scores["clusters_used"] == 5


def test_clusters_that_are_one_say_nothing_and_those_apart_say_all():
    same = cluster_scores(np.full([50, 10], 0.1), np.arange(50) % 10)
    assert same["information"] == pytest.approx(0) and same["nmi"] == pytest.approx(0)
    apart = cluster_scores(np.eye(10)[np.arange(50) % 10], (np.arange(50) + 3) % 10)
    assert apart["information"] == pytest.approx(2.302585, abs=1e-6) and apart["accuracy"] == 1
    empty = cluster_scores(np.eye(3)[np.arange(50) % 2], np.arange(50) % 2)
    assert empty["clusters_used"] == 2 and np.isfinite(list(empty.values())).all()


def test_what_has_no_clusters_is_refused():
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    with pytest.raises(InputError, match="has no prior of components, which a clustering needs"):
        cluster_probabilities(vae, np.zeros([2, 8, 8, 1]))
