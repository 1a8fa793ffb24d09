"""The data sets by name, one a file: each a function that reads it and gives its splits."""

from zoo.face import face

face(__name__)
