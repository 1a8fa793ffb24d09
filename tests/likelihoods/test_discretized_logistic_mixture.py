import numpy as np
import pytest
from keras import ops

import zoo
from zoo.errors import InputError
from zoo.likelihoods.discretized_logistic import DiscretizedLogistic
from zoo.likelihoods.discretized_logistic_mixture import DiscretizedLogisticMixture
from zoo.networks.mlp import mlp_decoder

NAME = "discretized_logistic_mixture"


def likelihood(shape=(2, 2, 3), components=3):
    made = DiscretizedLogisticMixture(mlp_decoder(shape, 2, (4,), parameters=4 * components), components)
    made.build((None, 2))
    return made


def test_one_component_without_coupling_is_a_discretized_logistic(rng):
    one, plain = likelihood(components=1), DiscretizedLogistic(mlp_decoder((2, 2, 3), 2, (4,), parameters=2))
    plain.build((None, 2))
    loc, raw = rng.normal(size=(2, 5, 2, 2, 3)).astype("float32") * 0.2
    ours = np.concatenate([np.ones_like(loc), loc, raw, np.zeros_like(loc)], axis=-1)
    x = (rng.integers(0, 256, (5, 2, 2, 3)) / 255).astype("float32")
    theirs = plain.distribution(ops.concatenate([loc, raw], axis=-1))
    assert np.allclose(one.distribution(ops.convert_to_tensor(ours)).log_prob(x), theirs.log_prob(x), rtol=1e-5)


def test_the_numbers_for_coupling_are_bounded_and_one_for_each_pair_of_channels():
    output = np.zeros([1, 2, 2, 4, 3, 3], "float32")
    output[..., 3, :, :] = np.array([9.0, 0.5, -9.0])[:, None]
    found = likelihood().distribution(ops.convert_to_tensor(output.reshape(1, 2, 2, 36))).distribution.couplings
    assert np.allclose(np.stack(found)[:, 0, 0, 0], np.tanh([9.0, 0.5, -9.0])[:, None] * np.ones(3), atol=1e-6)
    # Of two channels there is one pair, of one none.
    for channels, pairs in ((2, 1), (1, 0)):
        assert len(likelihood((2, 2, channels))(np.zeros([1, 2], "float32")).distribution.couplings) == pairs


def test_components_start_apart_around_the_mean_image():
    made = likelihood((2, 2, 1), 5)
    made.start_at(np.full([2, 2, 1], 0.4))
    p = made(np.zeros([1, 2], "float32"))
    assert np.allclose(p.distribution.locs[0][0, 0, 0], 0.4 + np.linspace(-0.15, 0.15, 5), atol=1e-5)
    assert np.allclose(p.mean(), 0.4, atol=0.01)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: likelihood((2, 2, 4)), "images of 1 to 3 channels, and decoder gives 4"),
        (lambda: likelihood((4,)), "and decoder gives vectors"),
        (lambda: zoo.build("vae", (2, 2, 1), likelihood=NAME, **{"likelihood.components": 0}), "components is 0"),
        (lambda: likelihood().check(np.full([1, 1, 1, 1], 0.50123), "x"), "that a mixture of discretized logistics"),
    ],
)
def test_what_it_is_not_for_is_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_it_is_chosen_by_its_name_with_its_number_of_components():
    vae = zoo.build(
        "vae",
        image_shape=(4, 4, 3),
        units=(4,),
        likelihood="discretized_logistic_mixture",
        **{"likelihood.components": 2},
    )
    assert vae.likelihood.decoder.output_shape[-1] == 3 * 8
    assert len(vae.likelihood(np.zeros([1, vae.latent_dim])).distribution.logits.shape) == 4
