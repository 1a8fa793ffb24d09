"""Penalties: what an autoencoder's training makes small besides the reconstruction's loss, one a file."""

from zoo.face import face

face(__name__)
