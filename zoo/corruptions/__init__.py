"""Corruptions: noise on the images that an autoencoder's encoder sees in training, one a file."""

from zoo.face import face

face(__name__)
