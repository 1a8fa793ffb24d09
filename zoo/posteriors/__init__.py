"""Posteriors q(z|x), one a file."""

from zoo.face import face

face(__name__)
