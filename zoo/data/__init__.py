"""Data: the sets by name, a user's own, and what a model is fed.

splits = zoo.data.mnist()
"""

from zoo.face import face

face(__name__, "zoo.data.sets")
