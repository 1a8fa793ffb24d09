import numpy as np
import pytest
from scipy.stats import norm

import zoo
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.evaluation.likelihood.elbo_surgery import elbo_surgery


def test_one_dimension_against_quadrature():
    """Three examples: I(n; z) and KL(q(z) || p(z)) as integrals over a fine grid."""
    model = LinearGaussian(1)
    x = 3 * model.x[[0, 1, 6]]
    terms = elbo_surgery(model.vae, [x[:2], x[2:]], num_samples=40_000)
    q, grid = model.vae.posterior(x), np.linspace(-8, 8, 20_001)
    each = norm.pdf(grid[:, None], np.asarray(q.mean())[:, 0], np.asarray(q.stddev())[:, 0])
    aggregate, step = each.mean(axis=1), grid[1] - grid[0]
    information = (each * np.log(each / aggregate[:, None])).sum(axis=0) * step
    marginal_kl = (aggregate * (np.log(aggregate) - norm.logpdf(grid))).sum() * step
    assert 0.1 < information.mean() < np.log(3) - 0.1
    assert np.allclose(terms.mutual_information, information, atol=0.02)
    assert np.mean(terms.marginal_kl) == pytest.approx(marginal_kl, abs=0.02)
    assert terms.kl_per_dimension.mean(axis=0).sum() == pytest.approx(np.mean(terms.rate), abs=0.02)


def test_the_kl_of_each_dimension_and_its_error_are_in_closed_form():
    model = LinearGaussian(3)
    found = elbo_surgery(model.vae, [model.x[:12], model.x[12:]]).summary()
    q = model.vae.posterior(model.x)
    loc, scale = np.asarray(q.mean(), "float64"), np.asarray(q.stddev(), "float64")
    kl = (loc**2 + scale**2 - 1) / 2 - np.log(scale)
    assert np.allclose(found["kl_per_dimension"], kl.mean(axis=0), rtol=1e-4)
    assert np.allclose(found["kl_per_dimension_se"], kl.std(axis=0, ddof=1) / np.sqrt(len(model.x)), rtol=1e-4)


def test_the_terms_are_those_of_the_elbo():
    model = LinearGaussian(error=1.0)
    terms = elbo_surgery(model.vae, model.x, num_samples=5000)
    assert np.allclose(terms.elbo, model.log_px(model.x) - 1.0, atol=0.1)
    assert np.allclose(terms.elbo, terms.log_likelihood - terms.mutual_information - terms.marginal_kl)
    assert np.allclose(terms.elbo, -terms.rate - terms.distortion)
    assert terms.summary()["distortion"] > 0


def test_examples_that_are_one_say_nothing_and_those_far_apart_say_all():
    model = LinearGaussian()
    same = elbo_surgery(model.vae, np.repeat(model.x[:1], 7, axis=0))
    assert np.allclose(same.mutual_information, 0, atol=1e-5)
    apart = elbo_surgery(model.vae, 1e2 * model.x[:7])
    assert np.allclose(apart.mutual_information, np.log(7), atol=1e-4)
    alone = elbo_surgery(model.vae, model.x[:1])
    assert alone.mutual_information == pytest.approx(0, abs=1e-6)
    assert alone.summary()["elbo_se"] is None


@pytest.mark.long
def test_a_flow_has_its_density_at_every_draw(images):
    """What isn't a Gaussian: held against draws of other examples, which the flow must invert."""
    vae = zoo.build("iaf_mixture_vae", image_shape=(8, 8, 1), latent_dim=3, units=(8,), filters=(4,))
    terms = elbo_surgery(vae, [images[:3], images[3:5]], num_samples=2)
    assert terms.kl_per_dimension is None
    assert (terms.mutual_information <= np.log(5) + 1e-4).all()
    same = elbo_surgery(vae, np.repeat(images[:1], 4, axis=0), num_samples=2)
    assert np.allclose(same.mutual_information, 0, atol=1e-4)


def test_no_images_are_refused():
    with pytest.raises(InputError, match="no images"):
        elbo_surgery(LinearGaussian().vae, [])
