import keras
import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.fitting.second_stage import is_first_stage, second_stage

SMALL = {"image_shape": (4, 4, 1), "latent_dim": 2}


@pytest.mark.parametrize("name", ["m1", pytest.param("autoencoder", marks=pytest.mark.long)])
def test_the_second_learns_the_codes_of_a_first_that_stays(name, rng):
    x = (rng.random((40, 4, 4, 1)) < 0.5).astype("float32")
    trained = zoo.build(name, **SMALL)
    trained.compile("adam")
    trained.fit(x, verbose=0)
    fresh = zoo.build(name, **SMALL)
    model = zoo.build("m1_m2", **SMALL).replace(first=fresh)
    model.build((None, 4, 4, 1))
    assert not np.array_equal(model.first.encode(x), trained.encode(x))
    second_stage(model, trained)
    model.compile(keras.optimizers.Adam(0.01))
    before = model.second.get_weights()
    model.fit(x, np.full(len(x), -1), verbose=0)
    assert np.array_equal(model.first.encode(x), trained.encode(x))
    assert np.array_equal(model.first.decode(np.ones([3, 2])), trained.decode(np.ones([3, 2])))
    moved = [not np.array_equal(a, b) for a, b in zip(before, model.second.get_weights(), strict=True)]
    assert any(moved)


@pytest.mark.long
def test_a_mixture_that_was_fitted_afterwards_is_no_hindrance(rng):
    from zoo.fitting.ex_post import fit_mixture_prior

    x = (rng.random((40, 4, 4, 1)) < 0.5).astype("float32")
    trained, model = (zoo.build(name, **SMALL) for name in ("m1", "m1_m2"))
    trained = fit_mixture_prior(trained, x, components=2)
    second_stage(model, trained)
    assert np.array_equal(model.first.encode(x), trained.encode(x))


def test_other_networks_are_refused():
    model = zoo.build("m1_m2", **SMALL)
    for trained in (zoo.build("m1", **SMALL | {"units": (5,)}), zoo.build("autoencoder", **SMALL), model):
        assert not is_first_stage(model, trained)
        with pytest.raises(InputError, match="its networks are others"):
            second_stage(model, trained)
