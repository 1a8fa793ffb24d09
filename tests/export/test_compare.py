import numpy as np
import pytest

from tests.conftest import tensorflow_only
from zoo.errors import InputError
from zoo.signature import Signature

pytestmark = tensorflow_only


@pytest.mark.long
def test_a_file_that_does_something_else_is_refused_and_nothing_is_left(tmp_path, monkeypatch):
    """The export of a model whose weights change between writing and comparing."""
    from zoo.runs import export as export_module
    from zoo.runs.card import describe
    from zoo.runs.run import Run

    data = {"name": "digits"}
    card, splits = describe("vae", {"latent_dim": 2, "units": [8]}, data, batch_size=100)
    run = Run.begin(tmp_path / "run", card)
    run.splits = splits
    model, _ = run.train(1)
    monkeypatch.setattr(run, "load_model", lambda: model)
    write = export_module.write_tflite_apart

    def write_and_alter(path, saved_model, names):
        write(path, saved_model, names)
        model.posterior.head.set_weights([w + 0.1 for w in model.posterior.head.get_weights()])

    monkeypatch.setattr(export_module, "write_tflite_apart", write_and_alter)
    there = lambda: sorted(p.name for p in run.folder.iterdir() if not p.name.endswith("lock"))  # noqa: E731
    before = there()
    with pytest.raises(InputError, match=r"differs from the model by .* in encode"):
        export_module.export_run(run, num_samples=2)
    assert there() == before
    assert run.card.export is None


def test_a_difference_is_from_the_nearest_of_what_may_be():
    from zoo.export.compare import _difference as of_pairs

    def _difference(signature, expected, found):
        return of_pairs(signature, [(expected, found)])

    pixels = np.zeros([100, 8, 8, 1])
    other = pixels.copy()
    other[:2] = 1
    assert _difference(Signature(None, {}), np.stack([pixels, pixels]), pixels) == 0.0
    assert _difference(Signature(None, {}), np.stack([pixels, pixels]), other) == 1.0
    assert _difference(Signature(None, {}), np.stack([pixels, other]), other) == 0.0
    assert _difference(Signature(None, {}), pixels[None], np.full_like(pixels, np.nan)) == np.inf
    assert _difference(Signature(None, {}), pixels[None], pixels[:5]) == np.inf
    assert _difference(
        Signature(None, {}, relative=True), np.array([[-100.0, -2.0]]), np.array([-101.0, -2.0])
    ) == pytest.approx(0.01)
    assert _difference(Signature(None, {}), np.array([[0.5, 200.0]]), np.array([0.5, 201.0])) == pytest.approx(0.005)


def test_of_images_drawn_pixel_by_pixel_a_share_has_to_agree_whole():
    from zoo.export.compare import _difference

    expected, signature = np.zeros([1, 40, 2, 2, 1]), Signature(None, {}, share=0.95)
    found = expected[0] + 1e-7
    assert _difference(signature, [(expected, found)]) == pytest.approx(1e-7)
    found[:2, 1] = 1  # of 40, 2 may differ
    assert _difference(signature, [(expected, found)]) == pytest.approx(1e-7)
    found[2, 1, 1] = 0.5  # a third is one too many, in one pixel or in all
    assert _difference(signature, [(expected, found)]) == pytest.approx(0.5)
    # Of a few images, in several batches, one may.
    for wrong, difference in ((1, 0), (2, 1)):
        found = np.zeros([4, 2, 2, 1])
        found[:wrong, 1] = 1
        pairs = [(expected[:, :1], found[:1]), (expected[:, :3], found[1:])]
        assert _difference(signature, pairs) == difference
