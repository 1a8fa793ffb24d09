import numpy as np

from zoo.data.attributes import attributes
from zoo.data.named import load
from zoo.data.sets.shapes import with_factors
from zoo.data.splits import Split, Splits


def test_of_shapes_they_are_the_factors_of_each_image():
    """The images tell: each of all 3072 is there once, with its factors."""
    splits, (images, factors) = load("shapes"), with_factors()
    place = {image.tobytes(): number for number, image in enumerate(images)}
    found = attributes("shapes", splits)
    for split in ("train", "test"):
        own = np.array([place[image.tobytes()] for image in np.asarray(getattr(splits, split).images)])
        assert np.array_equal(found["shape=2"][split], factors[own, 0] == 2)
        assert np.array_equal(found["orientation=1"][split], factors[own, 2] == 1)
        assert np.array_equal(found["y"][split], factors[own, 4] >= 4)
        assert np.array_equal(found["scale"][split], factors[own, 1] >= 2)
    assert "shape" not in found and len(found) == 3 + 4 + 4 + 8 + 8 + 4


def test_of_labels_they_are_each_class_against_the_rest():
    images = np.zeros([4, 2, 2, 1])
    splits = Splits(*(Split(images, np.array(labels)) for labels in ([0, 2, -1, 2], [0] * 4, [2, 0, -1, 7])))
    found = attributes("mine.npz", splits)
    assert list(found) == ["label=0", "label=2"]
    assert found["label=2"]["train"].tolist() == [0, 1, -1, 1]
    assert found["label=2"]["test"].tolist() == [1, 0, -1, 0]


def test_without_labels_there_are_none():
    splits = Splits(*(Split(np.zeros([2, 2, 2, 1])) for _ in range(3)))
    assert attributes("mine", splits) == {}
