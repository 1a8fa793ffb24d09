import numpy as np
import pytest

from zoo.errors import InputError
from zoo.priors.categorical import Categorical


def test_it_begins_with_classes_that_say_nothing_and_then_has_those_of_its_logits():
    prior = Categorical(categoricals=2, classes=4)
    z = np.eye(4, dtype="float32")[[1, 3]].reshape(8)
    assert np.allclose(prior().log_prob(z), -2 * np.log(4), atol=1e-6)
    p = np.array([[0.1, 0.2, 0.3, 0.4], [0.25, 0.05, 0.6, 0.1]])
    prior.logits.assign(np.log(p))
    assert np.allclose(prior().log_prob(z), np.log(0.2 * 0.1), atol=1e-5)


@pytest.mark.parametrize("given", [{"categoricals": 0}, {"classes": 1}])
def test_sizes_that_can_not_be_are_refused(given):
    with pytest.raises(InputError, match=f"{next(iter(given))} is"):
        Categorical(**{"categoricals": 2, "classes": 3} | given)
