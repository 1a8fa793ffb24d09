"""The plan of a run: what it takes, and that it leaves nothing behind."""

import math

from zoo.runs.card import describe
from zoo.runs.plan import plan
from zoo.runs.run import Run


def test_a_plan_counts_what_is_trained_and_leaves_nothing_behind(tmp_path):
    card, splits = describe("vae", {"latent_dim": 2, "units": [16]}, {"name": "digits"}, batch_size=50)
    run = Run(tmp_path / "run", card)
    run.splits = splits
    found = plan(run)
    weights = [(64, 16), (16,), (16, 4), (4,), (2, 16), (16,), (16, 64), (64,)]
    assert found.parameters == sum(map(math.prod, weights))
    assert 0 < found.seconds < 60
    assert 2**27 < found.memory < 2**36, "more than Python's own, and less than any machine has"
    assert list(tmp_path.iterdir()) == []
