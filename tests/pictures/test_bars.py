import numpy as np
from PIL import Image

from zoo.pictures.bars import save_bars


def test_longer_bars_stand_for_larger_numbers_and_none_for_none(tmp_path):
    values = {"variance": {"a": 1e3, "b": 10.0, "c": None, "d": 0.0}}
    save_bars(tmp_path / "b.png", values, {"variance": dict.fromkeys("abcd", 1.0)}, "t", "nats", least=1.0)
    with Image.open(tmp_path / "b.png") as picture:
        image = np.asarray(picture.convert("RGB"), "int")
    blue = (np.abs(image - (31, 119, 180)).sum(axis=-1) < 10).sum(axis=1)
    lengths = [blue[start:end].max() for start, end in _runs(blue > 0)]
    assert len(lengths) == 2
    # The axis is logarithmic: three orders of magnitude, and one. Error bars hide a little.
    assert 2.5 < lengths[0] / lengths[1] < 3.5


def _runs(mask):
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(int), [0]])))
    return [(a, b) for a, b in edges.reshape(-1, 2) if b - a > 3]
