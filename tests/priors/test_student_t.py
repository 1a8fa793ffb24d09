import numpy as np
import pytest
from keras import ops
from scipy import stats

import zoo
from zoo.distributions.student_t import StudentT as Distribution
from zoo.errors import InputError
from zoo.fitting.ex_post import with_prior
from zoo.numerics.gradient import gradient
from zoo.priors.student_t import StudentT
from zoo.random import draw, key


@pytest.mark.parametrize("df", [1.01, 1.5, 3.0, 8.0, 400.0])
def test_log_prob_is_scipys_and_draws_are_of_it(df, rng):
    prior = StudentT(3, df, scale=0.7)
    z = (5 * rng.normal(size=(5, 3))).astype("float32")
    assert np.allclose(prior().log_prob(z), stats.t.logpdf(z, df, scale=0.7).sum(1), atol=2e-4)
    drawn = np.asarray(draw(prior(), key(1), (5000,)), "float64")
    assert np.isfinite(drawn).all()
    assert stats.kstest(drawn.ravel(), stats.t(df, scale=0.7).cdf).pvalue > 1e-3


def test_of_many_degrees_it_is_the_normal(rng):
    z = (3 * rng.normal(size=(50, 3))).astype("float32")
    assert np.allclose(StudentT(3, 1e7)().log_prob(z), stats.norm.logpdf(z).sum(1), atol=1e-4)
    drawn = np.asarray(draw(StudentT(2, 1e7)(), key(4), (5000,)))
    assert stats.kstest(drawn.ravel(), "norm").pvalue > 1e-3


def test_dimensions_have_degrees_of_their_own(rng):
    prior = StudentT(2, train_df=True)
    prior.build()
    prior.raw_df.assign(np.log(np.expm1([1.0, 29.0])))
    z = rng.normal(size=(5, 2)).astype("float32")
    assert np.allclose(prior().log_prob(z), stats.t.logpdf(z, [2.0, 30.0]).sum(1), atol=1e-5)


@pytest.mark.parametrize("df", [1.5, 4.0, 50.0])
@pytest.mark.parametrize("z", [0.0, 0.3, 3.0, 100.0])
def test_the_slope_by_which_degrees_are_trained_is_scipys(df, z):
    found = gradient(lambda df: Distribution(df, 0 * df, 1.0).log_prob(np.float32([z])), ops.convert_to_tensor([df]))
    exact = (stats.t.logpdf(z, df + 1e-4) - stats.t.logpdf(z, df - 1e-4)) / 2e-4
    assert float(found[0]) == pytest.approx(exact, rel=1e-3, abs=1e-5)


def test_degrees_stay_where_they_are_given():
    assert StudentT(2).trainable_weights == []
    vae = with_prior(zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,)), StudentT(2, 2.5))
    assert len(vae.prior.weights) == 1
    assert np.isfinite(np.asarray(vae.log_px(np.zeros([2, 8, 8, 1], "float32"), seed=0))).all()


@pytest.mark.parametrize("df", [1.0, 0.5, -1.0, float("nan")])
def test_degrees_that_can_not_be_are_refused(df):
    with pytest.raises(InputError, match="df is"):
        StudentT(2, df)


def test_far_codes_have_a_finite_density():
    assert np.isfinite(np.asarray(StudentT(2, 1.1)().log_prob(np.array([[1e18, -1e18]], "float32")))).all()
