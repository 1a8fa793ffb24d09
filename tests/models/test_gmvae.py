"""Images of given clusters, of the models that have some."""

import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.evaluation.latents.components import responsibilities
from zoo.pictures.classes import class_sheet
from zoo.random import draw, stream

SHAPE = (8, 8, 1)


def build(name):
    sizes = {"gmvae": {"second_dim": 2, "filters": (4,), "second_units": 5}, "vade": {"units": (5,)}}[name]
    vae = zoo.build(name, image_shape=SHAPE, latent_dim=3, clusters=4, **sizes)
    # Clusters apart.
    means = 30 * np.eye(4, 3) - 10
    if name == "vade":
        vae.prior.loc.assign(means)
    else:
        vae.prior.head.bias.assign(np.concatenate([means, np.full([4, 3], 0.5)], axis=1).ravel())
    return vae


@pytest.mark.parametrize("name", ["gmvae", "vade"])
def test_images_of_a_cluster_are_of_codes_from_it(name):
    vae = build(name)
    label = np.arange(40, dtype="int32") % 4
    z = np.asarray(draw(vae.prior(label), stream(7, "codes")))
    assert np.array_equal(responsibilities(vae, z).argmax(1), label)
    images = np.asarray(vae.sample_label(label, seed=7))
    assert np.allclose(images, vae.decode(z), atol=1e-6)
    assert np.array_equal(vae.sample_label([-1] * 9, seed=7), vae.sample(9, seed=7))
    sheet = class_sheet(vae, seed=7, columns=5)
    assert sheet.shape == (4 * 9 - 1, 5 * 9 - 1, 1)
    row = np.asarray(vae.sample_label(np.full(5, 2), seed=7))
    assert np.abs(sheet[18:26, 9:17] / 255 - row[1]).max() < 0.01


def test_what_is_no_cluster_is_refused():
    with pytest.raises(InputError, match="has the label 4, but the model takes 0 to 3"):
        build("vade").sample_label([4], seed=0)
    plain = zoo.build("vade", image_shape=SHAPE, clusters=None, units=(5,))
    assert not plain.abilities.has_clusters
    with pytest.raises(InputError, match="vade has neither labels nor clusters, which an image of a label needs"):
        plain.sample_label([0], seed=0)


def test_a_cluster_has_an_image_in_what_is_asked_of_an_export():
    assert "sample_label" in build("gmvae").signatures()
    assert "sample_label" not in zoo.build("vade", image_shape=SHAPE, clusters=None, units=(5,)).signatures()
