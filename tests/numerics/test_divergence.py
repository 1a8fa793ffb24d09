import numpy as np
from scipy import integrate, stats

from zoo.numerics.divergence import kl_per_dimension
from zoo.probability import tfb, tfd


def test_it_is_the_integral_of_q_log_q_over_p():
    q, p = stats.norm(0.5, 0.3), stats.norm(-0.2, 1.7)
    exact, _ = integrate.quad(lambda z: q.pdf(z) * (q.logpdf(z) - p.logpdf(z)), -3, 4)
    ours = kl_per_dimension(
        tfd.Independent(tfd.Normal([[0.5, 0.5]], [[0.3, 0.3]]), 1),
        tfd.Independent(tfd.Normal([-0.2, 0.5], [1.7, 0.3]), 1),
    )
    assert np.allclose(ours, [[exact, 0.0]], atol=1e-6)


def test_of_a_normal_from_a_laplace_it_is_the_integral_too():
    for m, s in ((0.5, 0.3), (0.0, 2.0), (-3.0, 1e-2)):
        q, p = stats.norm(m, s), stats.laplace(0.1, 1.7)
        exact, _ = integrate.quad(
            lambda z, q=q, p=p: q.pdf(z) * (q.logpdf(z) - p.logpdf(z)), m - 9 * s, m + 9 * s, points=[0.1]
        )
        ours = kl_per_dimension(
            tfd.Independent(tfd.Normal([[m]], [[s]]), 1), tfd.Independent(tfd.Laplace([0.1], [1.7]), 1)
        )
        assert np.allclose(ours, exact, atol=2e-6)


def test_there_is_none_with_a_flow_or_a_mixture():
    normal = tfd.Independent(tfd.Normal([0.0], [1.0]), 1)
    mixture = tfd.MixtureSameFamily(
        tfd.Categorical(logits=[0.0, 0.0]), tfd.Independent(tfd.Normal([[0.0], [1.0]], [[1.0], [1.0]]), 1)
    )
    flow = tfd.TransformedDistribution(normal, tfb.Scale(2.0))
    assert kl_per_dimension(normal, mixture) is None
    assert kl_per_dimension(flow, normal) is None
