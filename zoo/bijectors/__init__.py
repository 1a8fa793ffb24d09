"""Bijectors that TFP doesn't have, one a file."""

from zoo.face import face

face(__name__)
