"""Quantizers, from an image to codes of whole numbers and to the vectors that these stand for, one a file."""

from zoo.face import face

face(__name__)
