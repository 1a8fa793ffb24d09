"""Quantizers of grids as they are given: their encoder is the identity."""

import keras


def identity(shape):
    """An encoder whose vectors are the image's own, `[B, h, w, dim]`."""
    return keras.Sequential([keras.Input(shape), keras.layers.Identity()])


def of_identity(kind, shape, *args, **kwargs):
    """A quantizer of such, built."""
    quantizer = kind(identity(shape), *args, **kwargs)
    quantizer.build((None, *shape))
    return quantizer
