import keras
import numpy as np
import pytest
from keras import ops

from tests.binary_latents import BinaryLatents
from zoo.objectives.rebar import REBAR
from zoo.objectives.score_function import score_function


@pytest.mark.parametrize(("temperature", "scale"), [(0.1, 1.0), (0.5, -0.7), (3.0, 1.5)])
def test_its_gradient_is_the_elbos(temperature, scale):
    """By enumeration of all codes, the decoder's among them: what has reached it by the control variate would show."""
    BinaryLatents(REBAR(temperature=temperature, scale=scale)).check_steps(most=0.05)


def test_the_control_variate_moves_the_encoder_alone():
    """Draw by draw, not only on average."""
    none, some = (BinaryLatents(REBAR(scale=scale)).steps(count=1, copies=5)[0] for scale in (0.0, 1.5))
    of_decoder = BinaryLatents().of_decoder
    assert np.allclose(none[of_decoder], some[of_decoder], atol=1e-6)
    assert (np.abs(none - some)[~of_decoder] > 1e-3).any()


def test_its_temperature_and_its_scale_follow_the_variance():
    """Of one image and one draw they step by the slope of sum_d g_d^2, where g is the step of the encoder's bias."""
    model = BinaryLatents(REBAR(temperature=0.8, scale=0.6))
    vae, objective = model.vae, model.vae.objective
    start = np.array([np.log(0.8), 0.6])

    def step(values, seed):
        """The bias's step, squared, and that of the two."""
        model.assign()
        objective.control.assign(values)
        before = np.asarray(model.parts[2])
        vae.seed_generator.state.assign(ops.convert_to_tensor([seed, 0], vae.seed_generator.state.dtype))
        vae.train_on_batch(model.x)
        return np.square(np.asarray(model.parts[2]) - before).sum(), np.asarray(objective.control) - values

    vae.compile(keras.optimizers.SGD(1.0))
    for seed in range(3):
        expected = [-(step(start + h, seed)[0] - step(start - h, seed)[0]) / 0.02 for h in 0.01 * np.eye(2)]
        assert step(start, seed)[1] == pytest.approx(expected, rel=0.02, abs=1e-3)


def test_its_variance_falls_below_the_score_functions():
    plain, controlled = (
        BinaryLatents(each).steps(count=8, copies=200).var(axis=0) for each in (score_function, REBAR(temperature=0.3))
    )
    of_encoder = ~BinaryLatents().of_decoder
    assert controlled[of_encoder].sum() < 0.5 * plain[of_encoder].sum()


def test_its_value_is_the_elbo():
    model = BinaryLatents(REBAR(num_samples=2))
    x = np.repeat(model.x, 5000, axis=0)
    for training in (False, True):
        bound, densities = model.vae.objective(model.vae, x, training=training)
        assert np.isin(densities.z, [0.0, 1.0]).all()
        assert np.allclose(bound, np.mean(densities.log_weight, axis=0), atol=1e-5)
    assert abs(np.mean(bound) - model.bound(1)) < 4.5 * np.std(bound) / np.sqrt(len(x))


def test_it_comes_back_with_what_it_has_learned(tmp_path):
    import zoo

    model = BinaryLatents(REBAR(num_samples=2))
    model.vae.compile("adam")
    model.vae.fit(np.repeat(model.x, 10, axis=0), verbose=0)
    model.vae.save(tmp_path / "model.keras")
    again = zoo.load(tmp_path / "model.keras").objective
    assert again.num_samples == 2
    assert np.array_equal(again.control, model.vae.objective.control)
    assert (np.abs(np.asarray(again.control) - [np.log(0.5), 1.0]) > 1e-4).all()
