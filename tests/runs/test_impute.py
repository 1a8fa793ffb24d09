import numpy as np
import pytest
from PIL import Image

import zoo
from zoo.errors import InputError
from zoo.runs.impute import impute


@pytest.fixture
def model():
    return zoo.build("missing_data_vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,))


def picture(path, colour, alpha):
    Image.fromarray(np.stack([np.broadcast_to(colour, (8, 8)), alpha], axis=-1).astype("uint8")).save(path)
    return path


def test_a_picture_and_an_array_are_completed_beside_themselves(model, tmp_path, rng):
    alpha = np.full([8, 8], 255)
    alpha[:, 4:] = 0
    x = np.where(rng.random((3, 8, 8)) < 0.5, np.nan, 1.0).astype("float32")
    np.save(tmp_path / "b.npy", x)
    paths = [picture(tmp_path / "a.png", 255, alpha), tmp_path / "b.npy"]
    done = impute(model, paths, num_samples=20, seed=3)
    assert [each.path.name for each in done] == ["a-completed.png", "b-completed.npy"]
    assert [(each.missing, each.pixels, each.images) for each in done] == [(32, 64, 1), (np.isnan(x).sum(), x.size, 3)]
    made = np.asarray(Image.open(tmp_path / "a-completed.png"))
    assert made.shape == (8, 8) and (made[:, :4] == 255).all() and ((made[:, 4:] > 0) & (made[:, 4:] < 255)).all()
    made = np.load(tmp_path / "b-completed.npy")[..., 0]
    assert np.isfinite(made).all() and (made[~np.isnan(x)] == 1).all()
    again = impute(model, paths[1:], num_samples=20, seed=3, pixels=True, overwrite=True)
    assert np.isin(np.load(again[0].path), (0, 1)).all()


def test_the_colour_under_what_is_missing_has_no_part_in_it(model, tmp_path):
    alpha = np.where(np.arange(8) < 4, 255, 0) * np.ones([8, 1])
    made = []
    for colour in (0, 255):
        colours = np.where(alpha > 0, 255, colour)
        impute(model, [picture(tmp_path / "a.png", colours, alpha)], num_samples=5, overwrite=True)
        made.append(np.asarray(Image.open(tmp_path / "a-completed.png")))
    assert np.array_equal(*made)


def test_what_can_not_be_completed_is_refused_and_nothing_is_written(model, tmp_path):
    np.save(tmp_path / "whole.npy", np.ones([2, 8, 8, 1], "float32"))
    np.save(tmp_path / "small.npy", np.full([2, 4, 4, 1], np.nan, "float32"))
    holes = np.ones([2, 8, 8, 1], "float32")
    holes[0, 0, 0] = np.nan
    np.save(tmp_path / "holes.npy", holes)
    whole = picture(tmp_path / "whole.png", 255, np.full([8, 8], 255))
    before = set(tmp_path.iterdir())
    for paths, message in (
        ([tmp_path / "holes.npy", tmp_path / "whole.npy"], r"whole.npy has no missing pixels, NaN: there is nothing"),
        ([whole], "whole.png has no missing pixels, of alpha 0"),
        ([tmp_path / "small.npy"], r"small.npy has shape \(2, 4, 4, 1\)"),
        ([tmp_path / "nowhere.png"], "nowhere.png"),
        ([tmp_path / "holes.npy"] * 2, "two files would be completed as"),
    ):
        with pytest.raises(InputError, match=message):
            impute(model, paths, num_samples=5)
    with pytest.raises(InputError, match="vae takes images whole, which imputation needs"):
        impute(zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2), [tmp_path / "holes.npy"])
    assert set(tmp_path.iterdir()) == before
    impute(model, [tmp_path / "holes.npy"], num_samples=5)
    with pytest.raises(InputError, match=r"holes-completed.npy is there already. Give --overwrite"):
        impute(model, [tmp_path / "holes.npy"], num_samples=5)


def test_vectors_are_completed_too(tmp_path):
    model = zoo.build("missing_data_vae", image_shape=(3,), latent_dim=2, units=(4,), likelihood="gaussian", range=None)
    np.save(tmp_path / "x.npy", np.array([[1.0, np.nan, -3.0]], "float32"))
    (done,) = impute(model, [tmp_path / "x.npy"], num_samples=5)
    made = np.load(done.path)
    assert made[0, 0] == 1 and made[0, 2] == -3 and np.isfinite(made).all()
    with pytest.raises(InputError, match=r"x.png is no .npy, and the model takes vectors of 3"):
        impute(model, ["x.png"])
