import numpy as np
import pytest

from zoo.data.named import load
from zoo.data.sets.shapes import FACTORS, with_factors


@pytest.fixture(scope="module")
def rendered():
    return with_factors()


def at(rendered, *values):
    images, factors = rendered
    (index,) = np.flatnonzero((factors == values).all(axis=1))
    return images[index, ..., 0].astype("float64") / 255


def test_every_combination_is_there_once_and_looks_like_no_other(rendered):
    images, factors = rendered
    assert len(np.unique(factors, axis=0)) == len(factors) == np.prod(list(FACTORS.values()))
    assert len(np.unique(images.reshape(len(images), -1), axis=0)) == len(images)
    assert [len(np.unique(column)) for column in factors.T] == list(FACTORS.values())


@pytest.mark.parametrize(("shape", "area"), [(0, 2.0), (1, np.pi / 2)])
@pytest.mark.parametrize("scale", range(4))
@pytest.mark.parametrize("orientation", range(4))
def test_the_light_is_the_shapes_area(rendered, shape, area, scale, orientation):
    """A square in a circle of radius r covers 2 r^2, an ellipse half as high as wide pi r^2 / 2.

    An edge along the pixels can be off by half a point, 1/16 of a pixel, all along: at most the circle's length / 16.
    """
    radius = 4.5 + 1.5 * scale
    light = at(rendered, shape, scale, orientation, 3, 5).sum()
    assert light == pytest.approx(area * radius**2, abs=2 * np.pi * radius / 16)


@pytest.mark.parametrize("shape", range(2))
def test_the_center_is_where_x_and_y_say(rendered, shape):
    image = at(rendered, shape, 2, 1, 6, 2)
    pixels = np.arange(32) + 0.5
    assert image.sum(axis=0) @ pixels / image.sum() == pytest.approx(9 + 2 * 6, abs=0.01)
    assert image.sum(axis=1) @ pixels / image.sum() == pytest.approx(9 + 2 * 2, abs=0.01)


def test_an_ellipse_lies_at_its_angle(rendered):
    """The long axis of the second moments; rows count downwards, angles against the clock."""
    for orientation in range(4):
        image = at(rendered, 1, 3, orientation, 3, 3)
        rows, columns = np.mgrid[:32, :32] + 0.5 - 15
        moments = [(image * a * b).sum() for a, b in ((columns, columns), (rows, rows), (columns, -rows))]
        angle = np.degrees(0.5 * np.arctan2(2 * moments[2], moments[0] - moments[1]))
        assert angle == pytest.approx(22.5 * orientation, abs=0.5)


def test_a_heart_has_two_lobes_above_and_a_point_below(rendered):
    image = at(rendered, 2, 3, 0, 3, 3)
    rows = np.flatnonzero(image.sum(axis=1))
    assert np.count_nonzero(image[rows[-1]]) <= 2
    top = image[rows[0], 15 - 6 : 15 + 6]
    assert np.allclose(top, top[::-1]) and top[5:7].max() < 0.1 and top.max() > 0.7


def test_nothing_is_cut_off_at_the_edges(rendered):
    images, factors = rendered
    light = images.reshape(len(images), -1).sum(axis=1, dtype="int64")
    first = light[(factors[:, 3:] == 0).all(axis=1)]
    assert np.array_equal(light, np.repeat(first, 64))
    largest = at(rendered, 1, 3, 0, 0, 0)
    assert largest[:, 0].any() and not largest[:, 18:].any()


def test_the_splits_are_labelled_by_shape(rendered):
    images, factors = rendered
    test = load("shapes").test
    rows = {image.tobytes(): shape for image, shape in zip(images, factors[:, 0], strict=True)}
    assert [rows[image.tobytes()] for image in np.asarray(test.images)] == test.labels.tolist()
