import keras
import numpy as np
import pytest

from tests.binary_latents import BinaryLatents
from zoo.objectives.nvil import NVIL


def test_its_gradient_is_the_elbos():
    """By enumeration of all codes. The running scale is 1 in a first step, which leaves the gradient without bias."""
    model = BinaryLatents(NVIL(units=(5,)))
    found, expected = model.steps(), model.gradient(k=1)
    error = found.std(axis=0, ddof=1) / np.sqrt(len(found)) + 1e-5
    assert (np.abs(found.mean(axis=0) - expected) < 4.5 * error).all()
    assert error.max() < 0.02
    assert np.linalg.norm(expected) > 0.1


def test_its_value_is_the_elbo():
    model = BinaryLatents(NVIL(units=(5,), num_samples=3))
    x = np.repeat(model.x, 5000, axis=0)
    for training in (False, True):
        bound, densities = model.vae.objective(model.vae, x, training=training)
        assert np.allclose(bound, np.mean(densities.log_weight, axis=0), atol=1e-5)
    error = np.std(bound) / np.sqrt(len(x))
    assert abs(np.mean(bound) - model.bound(1)) < 4.5 * error


def test_the_baseline_learns_from_its_own_loss_alone():
    """d/db of -(l - b)^2 is 2 (E[l] - b): what the score's term would add to it has been stopped."""
    model = BinaryLatents(NVIL(units=(5,)))
    objective, x = model.vae.objective, np.repeat(model.x, 4000, axis=0)
    before = float(objective.head.bias[0])
    baseline = float(objective._baseline(model.x)[0])
    model.vae.compile(keras.optimizers.SGD(1.0))
    loss, *_ = model.vae.train_on_batch(x)
    assert float(objective.head.bias[0]) - before == pytest.approx(2 * (-float(loss) - baseline), rel=1e-4)


def test_the_running_mean_and_variance_begin_with_the_first_batchs():
    model = BinaryLatents(NVIL(units=(5,)))
    objective = model.vae.objective
    objective.head.set_weights([np.zeros(objective.head.kernel.shape), np.array([1.5])])
    _, densities = objective(model.vae, np.repeat(model.x, 100, axis=0), training=True)
    left = np.asarray(densities.log_weight) - 1.5
    assert float(objective.center) == pytest.approx(left.mean(), rel=1e-4)
    assert float(objective.variance) == pytest.approx(left.var(), rel=1e-3)
    _, densities = objective(model.vae, np.repeat(model.x, 100, axis=0), training=True)
    later = np.asarray(densities.log_weight) - 1.5
    assert float(objective.center) == pytest.approx(0.8 * left.mean() + 0.2 * later.mean(), rel=1e-4)
    # An evaluation leaves them as they are.
    objective(model.vae, model.x)
    assert float(objective.batches) == 2


def test_it_comes_back_with_what_it_has_learned(tmp_path):
    import zoo

    model = BinaryLatents(NVIL(units=(5,), num_samples=2))
    model.vae.compile("adam")
    model.vae.fit(np.repeat(model.x, 10, axis=0), verbose=0)
    model.vae.save(tmp_path / "model.keras")
    again = zoo.load(tmp_path / "model.keras")
    assert again.objective.num_samples == 2
    for a, b in zip(model.vae.objective.weights, again.objective.weights, strict=True):
        assert np.array_equal(a, b)
    assert float(again.objective.batches) == 1
