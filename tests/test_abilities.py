import pytest

import zoo
from zoo.abilities import LACKS, Abilities, abilities, require, require_support
from zoo.errors import InputError
from zoo.support import Support

#: What makes a large model small.
SMALL = {
    "categorical_vae": {"categoricals": 2, "classes": 3},
    "iaf_vae": {"latent_dim": 2, "filters": (4, 4), "dense_units": 16, "units": (16,)},
    "sylvester_vae": {"latent_dim": 2, "columns": 2},
    "vq_vae": {"size": 4, "filters": (4,)},
    "residual_vq_vae": {"size": 4, "filters": (4,)},
    "fsq_vae": {"channel_levels": (3, 2), "filters": (4,)},
    "resnet_vae": {"levels": (1, 1), "maps": 1, "width": 4, "units": (4,)},
}


def test_every_lack_has_its_words():
    assert LACKS.keys() == set(Abilities._fields)


@pytest.mark.parametrize("ability", sorted(LACKS))
def test_what_is_no_model_lacks_all(ability):
    with pytest.raises(InputError, match=f"int {LACKS[ability]}, which this figure needs"):
        require(3, ability, "this figure")


@pytest.mark.long
def test_a_model_does_what_it_says():
    import numpy as np

    x = np.zeros([2, 8, 8, 1], "float32")
    for name in zoo.names():
        model = zoo.build(name, image_shape=(8, 8, 1), **SMALL.get(name, {"latent_dim": 2}))
        said, z = abilities(model), np.zeros([1, model.latent_dim], "float32")
        tries = {
            "encodes": lambda m: m.encode(x),
            "decodes": lambda m, z=z: m.decode(z),
            "samples": lambda m: m.sample(1, seed=0),
            "has_prior": lambda m: m.prior.latent_dim,
            "has_likelihood": lambda m, z=z: m.likelihood(z),
            "has_posterior": lambda m: m.infer(x),
            "has_density": lambda m: m.log_densities(x),
            "has_loss_per_image": lambda m: m.loss_per_image(x),
            "quantizes": lambda m: m.quantizer(x),
            "has_components": lambda m, z=z: m.prior.log_components(z),
            "has_views": lambda m: m.likelihood.only(x, [0]),
        }
        for ability, attempt in tries.items():
            if getattr(said, ability):
                attempt(model)
                require(model, ability, "this")
            else:
                with pytest.raises((AttributeError, InputError)):
                    attempt(model)


def test_codes_elsewhere_are_refused_by_what_needs_reals():
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    require_support(vae, Support.REALS, "HMC")
    with pytest.raises(InputError, match=r"codes in R\^D, but the test needs them in bits"):
        require_support(vae, Support.BITS, "the test")
