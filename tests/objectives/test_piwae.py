from functools import partial

import numpy as np
import pytest

from tests.ascent import Ascent
from tests.linear_gaussian import LinearGaussian
from zoo.objectives.iwae import iwae
from zoo.objectives.miwae import miwae
from zoo.objectives.piwae import piwae


@pytest.mark.parametrize("weight", [1.0, 0.4])
def test_the_decoder_follows_iwae_and_the_encoder_miwae(weight):
    model = LinearGaussian(error=1.0)
    found = Ascent(model.vae, partial(piwae, groups=3, num_samples=2), weight).step(model.x, seed=4)
    every = Ascent(model.vae, partial(iwae, num_samples=6), weight).step(model.x, seed=4)
    groups = Ascent(model.vae, partial(miwae, groups=3, num_samples=2), weight).step(model.x, seed=4)
    assert found.value == pytest.approx(every.value, rel=1e-6)
    assert np.allclose(found.model, every.model, atol=1e-5)
    assert np.allclose(found.encoder, groups.encoder, atol=1e-5)
    assert np.abs(every.encoder - groups.encoder).max() > 0.05
    assert np.abs(every.model - groups.model).max() > 0.05


def test_groups_a_thousand_nats_apart_have_finite_gradients():
    model = LinearGaussian(error=30.0)
    step = Ascent(model.vae, partial(piwae, groups=3, num_samples=2)).step(model.x, seed=4)
    groups = Ascent(model.vae, partial(miwae, groups=3, num_samples=2)).step(model.x, seed=4)
    assert np.isfinite(step.model).all()
    assert np.allclose(step.encoder, groups.encoder, rtol=1e-4, atol=1e-3)
