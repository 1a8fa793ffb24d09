import numpy as np
import pytest

import zoo
from tests.penalties.by_hand import autoencoder
from zoo.errors import InputError
from zoo.penalties.kl_to_prior import kl_to_prior


def test_it_is_the_closed_form(rng):
    model = zoo.build("dfc_vae", image_shape=(8, 8, 1), latent_dim=3, filters=(4,))
    x = rng.random((5, 8, 8, 1)).astype("float32")
    q = model.encoder.posterior(x)
    loc, scale = np.asarray(q.mean()), np.asarray(q.stddev())
    expected = np.sum(0.5 * (loc**2 + scale**2 - 1) - np.log(scale), axis=1)
    assert np.allclose(kl_to_prior(model, x, model.encode(x), weight=2.0), 2 * expected, atol=1e-4)


def test_codes_that_are_not_drawn_are_refused():
    with pytest.raises(InputError, match="an encoder that draws no codes"):
        kl_to_prior(autoencoder(), None, None)
