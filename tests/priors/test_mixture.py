import numpy as np
from scipy import stats
from scipy.special import logsumexp

from zoo.priors.mixture import Mixture


def test_log_prob_is_scipys(rng):
    prior = Mixture(2, components=3, train_weights=True)
    prior.build()
    loc, raw, logits = (rng.normal(size=w.shape).astype("float32") for w in prior.weights)
    prior.set_weights([loc, raw, logits])
    z = rng.normal(size=(7, 2)).astype("float32")
    scale = np.log1p(np.exp(raw)) + 0.01
    log_weights = logits - logsumexp(logits)
    parts = [stats.norm.logpdf(z, loc[k], scale[k]).sum(axis=1) + log_weights[k] for k in range(3)]
    assert np.allclose(prior().log_prob(z), logsumexp(parts, axis=0), atol=1e-4)


def test_it_starts_spread_out_with_scales_of_1():
    prior = Mixture(32, components=10)
    prior.build()
    components = prior().components_distribution
    assert np.allclose(components.stddev(), 1.01, atol=1e-3)
    means = np.asarray(components.mean())
    distances = np.linalg.norm(means[:, None] - means[None], axis=-1)[~np.eye(10, dtype=bool)]
    assert distances.min() > 4


def test_weights_are_trained_only_if_asked():
    for asked in (False, True):
        prior = Mixture(2, components=3, train_weights=asked)
        prior.build()
        assert len(prior.trainable_weights) == 2 + asked


def test_a_component_can_not_shrink_to_a_point():
    prior = Mixture(2, components=3)
    prior.build()
    prior.raw_scale.assign(np.full([3, 2], -1000.0))
    assert np.isfinite(prior().log_prob(np.asarray(prior.loc)[:1])).all()
