import numpy as np
import pytest

from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.evaluation.gaps import InferenceGaps, _higher, gradients_per_image, inference_gaps


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
    assert np.allclose(gaps.approximation + gaps.amortization, gaps.inference)


def test_the_gaps_are_those_put_in_in_50_dimensions():
    """Neither sampler finds log p(x) in reasonable time there: it is the closed form's, the bounds are ours."""
    model = LinearGaussian(50, error=0.2, shape=(8, 8, 1), correlated=True)
    x = model.x[:4]
    gaps = inference_gaps(
        model.vae, x, num_samples=2000, temperatures=0, couplings=1, learning_rate=0.05, steps=300
    )._replace(log_px=model.log_px(x))
    assert np.mean(gaps.approximation) == pytest.approx(model.family_gap, rel=0.05)
    assert np.mean(gaps.amortization) == pytest.approx(model.error_gap, rel=0.1)
    assert (gaps.elbo_flow > gaps.elbo_gaussian).all()
    assert (gaps.log_px > gaps.elbo_flow).all()


def test_log_px_is_aiss_only_where_it_is_higher_by_more_than_noise(rng):
    sampled = rng.normal(-90, 5, 100)
    noise = rng.normal(0, 1, 100)
    noise -= noise.mean()
    assert np.array_equal(_higher(sampled + 0.1 + noise, sampled), sampled)
    assert np.array_equal(_higher(sampled + 0.5 + noise, sampled), sampled + 0.5 + noise)
    assert np.array_equal(_higher(sampled - 0.5 + noise, sampled), sampled)
    assert np.array_equal(_higher(sampled[:1] + 0.1, sampled[:1]), sampled[:1] + 0.1)


def test_a_flow_is_judged_by_the_best_flow():
    bounds = [np.array([-80.0, -90.0]), np.array([-82.0, -91.0]), np.array([-95.0, -99.0]), np.array([-84.0, -96.0])]
    gaussian, flow = InferenceGaps(*bounds, flow=False).summary(), InferenceGaps(*bounds, flow=True).summary()
    assert (gaussian["approximation"], gaussian["amortization"]) == (12.0, -7.0)
    assert (flow["approximation"], flow["amortization"], flow["inference"]) == (1.5, 3.5, 5.0)
    assert flow["amortization_se"] == pytest.approx(1.5)


def test_no_images_are_refused():
    with pytest.raises(InputError, match="no images"):
        inference_gaps(LinearGaussian().vae, [])


def test_progress_comes_to_what_was_said():
    model, seen = LinearGaussian(2), []
    inference_gaps(model.vae, model.x[:3], 10, temperatures=5, num_chains=8, steps=4, progress=seen.append)
    assert sum(seen) == 3 * gradients_per_image(temperatures=5, num_chains=8, steps=4)
    assert len(seen) > 10
