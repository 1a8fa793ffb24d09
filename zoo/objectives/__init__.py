"""Objectives, which training makes large, one a file."""

from zoo.face import face

face(__name__)
