import keras
import numpy as np
import pytest

import zoo
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.objectives.capacity import Capacity


def of_five_nats(objective):
    """The linear-Gaussian model, whose posterior costs five nats whatever x is."""
    model = LinearGaussian(objective=objective)
    head = model.vae.posterior.head
    head.set_weights([np.zeros(head.kernel.shape), np.array([5**0.5, 5**0.5, *[np.log(np.expm1(1 - 1e-4))] * 2])])
    return model


def test_a_compiled_step_knows_of_the_capacity_that_has_grown():
    """KL 5, gamma 10: it costs 50 at C = 0, nothing at 5, and 200 at 25."""
    model = of_five_nats(Capacity(nats=25.0, steps=5, gamma=10.0))
    vae = model.vae
    vae.compile(keras.optimizers.SGD(0.0))
    costs = []
    for _ in range(8):
        vae.reset_metrics()
        found = vae.train_on_batch(model.x, return_dict=True)
        costs.append(float(found["loss"]) + float(found["log_likelihood"]))
    assert np.allclose(costs, [50, 0, 50, 100, 150, 200, 200, 200], atol=1e-2)
    assert float(vae.objective.taken) == 5
    vae.objective.taken.assign(1.0)
    vae.reset_metrics()
    found = vae.train_on_batch(model.x, return_dict=True)
    assert float(found["loss"]) == pytest.approx(-float(found["log_likelihood"]), abs=1e-2)


def test_an_evaluation_has_the_whole_of_it_and_counts_no_step():
    model = of_five_nats(Capacity(nats=25.0, steps=5, gamma=10.0))
    value, densities = model.vae.objective(model.vae, model.x)
    assert np.allclose(value, np.asarray(densities.log_likelihood) - 200, atol=1e-3)
    assert float(model.vae.objective.taken) == 0


def test_it_goes_on_where_it_was(tmp_path):
    model = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3, objective=Capacity(nats=3.0, steps=10))
    model.compile("adam")
    x = (np.random.default_rng(0).random((32, 8, 8, 1)) < 0.5).astype("float32")
    model.fit(x, batch_size=8, verbose=0)
    model.save(tmp_path / "model.keras")
    again = zoo.load(tmp_path / "model.keras")
    assert float(again.objective.taken) == 4
    assert float(again.objective.capacity(training=True)) == pytest.approx(1.2)
    assert (again.objective.nats, again.objective.steps, again.objective.gamma) == (3.0, 10, 1000.0)


@pytest.mark.parametrize("arguments", [{"nats": 0.0}, {"gamma": float("nan")}, {"steps": 0}, {"num_samples": 1.5}])
def test_numbers_that_can_not_be_are_refused(arguments):
    with pytest.raises(InputError, match=f"{next(iter(arguments))} is"):
        Capacity(**arguments)
