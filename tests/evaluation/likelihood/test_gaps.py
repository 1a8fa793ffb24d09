import numpy as np
import pytest

from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.evaluation.likelihood.gaps import InferenceGaps, gradients_per_image, inference_gaps
from zoo.posteriors.gaussian import Gaussian
from zoo.probability import tfb, tfd

BOUNDS = {
    "sampled": np.array([-80.0, -90.0]),
    "annealed": None,
    "sampled_doubtful": np.array([False, True]),
    "annealed_collapsed": None,
    "elbo_flow": np.array([-82.0, -91.0]),
    "elbo_gaussian": np.array([-95.0, -99.0]),
    "elbo_best": np.array([-83.0, -93.0]),
    "elbo": np.array([-84.0, -96.0]),
}


class IdleFlow(Gaussian):
    """The diagonal Gaussian, looking like a flow: the family is the Gaussian's."""

    def given(self, statistics, log_joint=None):
        return tfd.TransformedDistribution(super().given(statistics), tfb.Identity())


def test_the_gaps_are_those_put_in():
    """A correlated posterior is the family's fault, an error in q's mean the encoder's: both known in closed form."""
    model = LinearGaussian(2, error=0.8, correlated=True)
    x, exact = model.x[:8], model.log_px(model.x[:8])
    gaps = inference_gaps(
        model.vae, x, num_samples=20_000, temperatures=100, couplings=2, learning_rate=0.03, steps=600
    )
    assert np.mean(gaps.log_px) == pytest.approx(exact.mean(), abs=0.03)
    assert np.mean(gaps.approximation) == pytest.approx(model.family_gap, abs=0.04)
    assert np.mean(gaps.amortization) == pytest.approx(model.error_gap, abs=0.04)
    assert np.mean(exact - gaps.elbo_flow) == pytest.approx(0, abs=0.03)
    assert np.array_equal(gaps.elbo_best, gaps.elbo_gaussian)
    assert np.allclose(gaps.approximation + gaps.amortization, gaps.inference)


@pytest.mark.long
def test_a_flow_is_judged_by_what_its_own_encoder_could_have_chosen():
    """One that does nothing has the Gaussian's gaps, though a local flow with couplings would do better."""
    gaussian, model = (LinearGaussian(2, error=0.8, posterior=kind, correlated=True) for kind in (None, IdleFlow))
    model.vae.posterior.head.set_weights(gaussian.vae.posterior.head.get_weights())
    x, exact = model.x[:8], model.log_px(model.x[:8])
    gaps = inference_gaps(model.vae, x, num_samples=20_000, temperatures=0, couplings=2, learning_rate=0.03, steps=600)
    assert np.mean(gaps.approximation) == pytest.approx(model.family_gap, abs=0.04)
    assert np.mean(gaps.amortization) == pytest.approx(model.error_gap, abs=0.04)
    assert np.mean(exact - gaps.elbo_flow) == pytest.approx(0, abs=0.03)


@pytest.mark.long
def test_the_gaps_are_those_put_in_in_50_dimensions():
    """Neither sampler finds log p(x) in reasonable time there: it is the closed form's, the bounds are ours."""
    model = LinearGaussian(50, error=0.2, shape=(8, 8, 1), correlated=True)
    x = model.x[:4]
    gaps = inference_gaps(
        model.vae, x, num_samples=2000, temperatures=0, couplings=1, learning_rate=0.05, steps=300
    )._replace(sampled=model.log_px(x))
    assert np.mean(gaps.approximation) == pytest.approx(model.family_gap, rel=0.05)
    assert np.mean(gaps.amortization) == pytest.approx(model.error_gap, rel=0.1)
    assert (gaps.elbo_flow > gaps.elbo_gaussian).all()
    assert (gaps.log_px > gaps.elbo_flow).all()


def test_log_px_is_aiss_only_where_it_is_higher_by_more_than_noise(rng):
    sampled = rng.normal(-90, 5, 100)
    noise = rng.normal(0, 1, 100)
    noise -= noise.mean()
    for added, better in ((0.1 + noise, False), (0.5 + noise, True), (-0.5 + noise, False)):
        gaps = InferenceGaps(**BOUNDS)._replace(sampled=sampled, annealed=sampled + added)
        assert np.array_equal(gaps.log_px, sampled + better * added)
    one = InferenceGaps(**BOUNDS)._replace(sampled=sampled[:1], annealed=sampled[:1] + 0.1)
    assert np.array_equal(one.log_px, one.annealed)


def test_the_summary_says_whose_log_px_it_is():
    alone = InferenceGaps(**BOUNDS).summary()
    assert (alone["approximation"], alone["amortization"], alone["inference"]) == (3.0, 2.0, 5.0)
    assert alone["amortization_se"] == pytest.approx(1.0)
    assert (alone["log_px_by"], alone["log_px"], alone["collapsed"]) == ("importance sampling", -85.0, 1)
    assert "annealed" not in alone
    better = {"annealed": BOUNDS["sampled"] + [1.0, 1.2], "annealed_collapsed": np.array([False, False])}
    both = InferenceGaps(**BOUNDS | better).summary()
    assert (both["log_px_by"], both["sampled"], both["collapsed"]) == ("annealed importance sampling", -85.0, 0)
    assert both["log_px"] == both["annealed"] == pytest.approx(-83.9)


def test_no_images_are_refused():
    with pytest.raises(InputError, match="no images"):
        inference_gaps(LinearGaussian().vae, [])


@pytest.mark.long
def test_progress_comes_to_what_was_said():
    model, seen = LinearGaussian(2), []
    inference_gaps(model.vae, model.x[:3], 10, temperatures=5, num_chains=8, steps=4, progress=seen.append)
    assert sum(seen) == 3 * gradients_per_image(model.vae, temperatures=5, num_chains=8, steps=4)
    assert len(seen) > 10
