import keras
import numpy as np

from zoo.networks.conditioned import Conditioned


def test_each_draw_sees_its_own_image(rng):
    network = Conditioned(units=4, outputs=3)
    features, z = rng.normal(size=(5, 6)), rng.normal(size=(7, 5, 2))
    found = network(features.astype("float32"), z.astype("float32"))
    W, b, U, V, c = (np.asarray(w) for w in network.weights)
    h = features @ W + b + z @ U
    assert np.allclose(found, np.where(h > 0, h, np.expm1(h)) @ V + c, atol=1e-5)


def test_it_can_begin_at_zero_and_come_back(rng):
    network = Conditioned(units=4, outputs=3, begins_at_zero=True, name="guess")
    features, z = rng.normal(size=(5, 6)).astype("float32"), rng.normal(size=(5, 2)).astype("float32")
    assert not np.any(network(features, z))
    again = Conditioned.from_config(network.get_config())
    assert (again.name, again.begins_at_zero, again.units) == ("guess", True, 4)
    assert isinstance(again, keras.layers.Layer)
