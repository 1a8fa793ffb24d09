"""Optimizers that Keras lacks, one a file."""

from zoo.face import face

face(__name__)
