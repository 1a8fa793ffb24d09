import numpy as np
import pytest
from scipy import integrate, stats

from zoo.errors import InputError
from zoo.priors.labelled import Labelled
from zoo.priors.mixture import Mixture
from zoo.priors.standard_normal import StandardNormal
from zoo.random import draw, key
from zoo.support import Support


@pytest.mark.parametrize("code", [StandardNormal(1), Mixture(1, components=3)], ids=["normal", "mixture"])
def test_it_integrates_to_one_over_labels_and_codes(code):
    prior = Labelled(code, labels=4)
    prior.build()
    codes = np.linspace(-9, 9, 2001).astype("float32")[:, None]
    mass = [
        integrate.trapezoid(np.exp(prior().log_prob(np.concatenate([np.tile(y, (2001, 1)), codes], 1))), codes[:, 0])
        for y in np.eye(4, dtype="float32")
    ]
    assert np.allclose(mass, 0.25, atol=1e-5)
    assert prior.support is Support.LABEL_AND_REALS


def test_draws_match_it_and_those_of_a_label_have_the_same_codes():
    prior = Labelled(StandardNormal(2), labels=4)
    z = np.asarray(draw(prior(), key(3), (4000,)))
    assert stats.chisquare(z[:, :4].sum(0)).pvalue > 1e-3
    assert stats.kstest(z[:, 4:].ravel(), "norm").pvalue > 1e-3
    label = np.arange(4000) % 4
    given = prior(label.astype("int32"))
    of_labels = np.asarray(draw(given, key(3)))
    assert (of_labels[:, :4].argmax(1) == label).all()
    assert np.array_equal(of_labels[:, 4:], z[:, 4:])
    # p(z|y), which another label's vector has none of.
    assert np.allclose(given.log_prob(of_labels), prior().log_prob(of_labels) + np.log(4), atol=1e-5)
    assert np.isneginf(given.log_prob(of_labels[::-1])).all()


def test_a_number_of_labels_that_can_not_be_is_refused():
    with pytest.raises(InputError, match="labels is 0"):
        Labelled(StandardNormal(2), labels=0)
