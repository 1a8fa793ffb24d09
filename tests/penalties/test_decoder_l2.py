import numpy as np

from tests.penalties.by_hand import autoencoder
from zoo.penalties.decoder_l2 import decoder_l2


def test_it_is_the_squared_norm_of_the_decoders_weights_alone():
    model = autoencoder()
    expected = sum(np.square(w).sum() for w in model.decoder.get_weights())
    assert np.allclose(decoder_l2(model, None, np.zeros([5, 2], "float32"), weight=0.1), 0.1 * expected, rtol=1e-5)
    model.encoder.set_weights([7 * w for w in model.encoder.get_weights()])
    assert np.allclose(decoder_l2(model, None, np.zeros([5, 2], "float32"), weight=0.1), 0.1 * expected, rtol=1e-5)
