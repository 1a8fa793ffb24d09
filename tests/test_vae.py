"""What a Keras user expects of a model, and what a statistician expects of this one."""

import subprocess
import sys

import keras
import numpy as np
import pytest

import zoo
from tests.conftest import tensorflow_only
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.random import key


@pytest.fixture
def vae():
    return zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3, units=(16,))


def fit(vae, x, **kwargs):
    return vae.fit(x, batch_size=16, verbose=0, **kwargs).history


def test_an_epoch_reports_its_terms_and_they_add_up(vae, images):
    vae.compile("adam")
    history = fit(vae, images, epochs=2, validation_split=0.25)
    assert {"loss", "elbo", "log_likelihood", "kl", "val_loss", "val_elbo"} <= set(history)
    assert np.allclose(history["elbo"], np.array(history["log_likelihood"]) - history["kl"], rtol=1e-5)
    assert np.allclose(history["loss"], -np.array(history["elbo"]), rtol=1e-5)


@pytest.mark.long
def test_8_bit_likelihoods_report_bits_per_dimension(images):
    vae = zoo.build("conv_vae", image_shape=(8, 8, 1), latent_dim=2, likelihood="discretized_logistic")
    vae.compile("adam")
    history = fit(vae, np.round(images * 200) / 255)
    assert np.allclose(history["bits_per_dim"], -np.array(history["elbo"]) / (64 * np.log(2)), rtol=1e-5)


def test_training_finds_the_maximum_of_the_likelihood():
    """The mean of p(x) is all that is free: it must come to be the data's mean, and the ELBO its log-likelihood."""
    model = LinearGaussian()
    for part in (model.vae.posterior, model.vae.prior):
        part.trainable = False
    x = model.draw(np.random.default_rng(3), 512)
    decoder = model.vae.likelihood.decoder.layers[0]
    kernel = decoder.get_weights()[0]
    decoder.set_weights([kernel, np.zeros(6)])
    decoder.kernel.trainable = False
    model.vae.compile(keras.optimizers.Adam(0.05))
    model.vae.fit(x, epochs=60, batch_size=128, verbose=0)
    # With q fixed the optimum of the bias is mean(x) - W mean_q(z).
    codes = np.asarray(model.vae.encode(x))
    expected = x.reshape(-1, 6).mean(axis=0) - codes.mean(axis=0) @ kernel
    assert np.allclose(decoder.get_weights()[1], expected, atol=0.05)


def test_arrays_weights_callbacks_and_validation_data(vae, images):
    vae.compile("adam")
    seen = []
    watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs["val_loss"]))
    weights = np.linspace(0, 1, len(images))
    fit(vae, images, epochs=2, sample_weight=weights, callbacks=[watch], validation_data=images[:20])
    fit(vae, images, epochs=1, callbacks=watch, validation_data=(images[:20],))
    assert len(seen) == 3


def test_sample_weights_weigh():
    """Images of weight 0 have no say: the loss is that of the others, times their share."""
    model = LinearGaussian()
    model.vae.compile("sgd")
    x = np.concatenate([model.x[:10], np.full_like(model.x[:10], 50.0)])
    weighted = model.vae.evaluate(
        x, sample_weight=np.repeat([1.0, 0.0], 10), batch_size=20, verbose=0, return_dict=True
    )
    alone = model.vae.evaluate(x[:10], batch_size=10, verbose=0, return_dict=True)
    assert weighted["loss"] == pytest.approx(alone["loss"] / 2, rel=0.1)
    assert weighted["elbo"] == pytest.approx(alone["elbo"], rel=0.1)


@pytest.mark.long
@pytest.mark.parametrize("jit", [False, True])
def test_jit_and_steps_per_execution(vae, images, jit):
    vae.compile("adam", jit_compile=jit, steps_per_execution=2 if keras.backend.backend() == "jax" or not jit else 1)
    before = vae.get_weights()
    losses = fit(vae, images, epochs=3)["loss"]
    assert losses[-1] < losses[0]
    assert not np.array_equal(before[1], vae.get_weights()[1])


def test_gradient_accumulation_waits_for_its_steps(vae, images):
    vae.compile(keras.optimizers.SGD(0.01, gradient_accumulation_steps=4))
    before = vae.trainable_weights[0].numpy() if hasattr(vae.trainable_weights[0], "numpy") else None
    vae.fit(images[:48], batch_size=16, verbose=0)
    if before is not None:
        assert np.array_equal(before, vae.trainable_weights[0].numpy())
        vae.fit(images[:16], batch_size=16, verbose=0)
        assert not np.array_equal(before, vae.trainable_weights[0].numpy())


def test_mixed_bfloat16_keeps_the_densities_in_float32(images):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        vae = zoo.build("iaf_mixture_vae", image_shape=(8, 8, 1), latent_dim=3, units=(16,))
    finally:
        keras.config.set_dtype_policy("float32")
    assert vae.posterior.encoder.compute_dtype == "bfloat16"
    assert vae.posterior.made[0].compute_dtype == "bfloat16"
    densities = vae.log_densities(images)
    assert {keras.backend.standardize_dtype(d.dtype) for d in densities[:4]} == {"float32"}
    vae.compile("adam")
    losses = fit(vae, images, epochs=3)["loss"]
    assert losses[-1] < losses[0]
    assert keras.backend.standardize_dtype(vae.predict(images[:2], verbose=0).dtype) == "float32"


@tensorflow_only
def test_datasets_are_taken(vae, images):
    import tensorflow as tf

    vae.compile("adam")
    data = tf.data.Dataset.from_tensor_slices(images).batch(16)
    history = vae.fit(data, validation_data=data, verbose=0).history
    assert "val_elbo" in history
    assert vae.evaluate(data, verbose=0, return_dict=True)["loss"] > 0


@pytest.mark.long
@tensorflow_only
def test_mirrored_strategy_has_noise_of_its_own_on_each_replica():
    """Run in a process of its own: the two logical CPUs have to be there before TensorFlow is."""
    code = """
import numpy as np, tensorflow as tf
cpus = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(cpus[0], [tf.config.LogicalDeviceConfiguration()] * 2)
import keras, zoo
from zoo.probability import sampler_seed
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
with strategy.scope():
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3, units=(16,))
    vae.compile(keras.optimizers.Adam(1e-2))
x = (np.random.default_rng(0).random((64, 8, 8, 1)) < 0.3).astype("float32")
loss = vae.fit(x, batch_size=32, epochs=3, verbose=0).history["loss"]
assert loss[-1] < loss[0], loss
generator = keras.random.SeedGenerator(1)
seeds = strategy.run(tf.function(lambda: sampler_seed(generator)))
first, second = (s.numpy() for s in strategy.experimental_local_results(seeds))
assert not np.array_equal(first, second), "the replicas share their noise"
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.long
def test_the_same_seed_gives_the_same_weights(images):
    def train():
        keras.utils.set_random_seed(5)
        vae = zoo.build("iaf_mixture_vae", image_shape=(8, 8, 1), latent_dim=3, units=(16,))
        vae.compile("adam")
        fit(vae, images, epochs=2)
        return vae.get_weights()

    assert all(np.array_equal(a, b) for a, b in zip(train(), train(), strict=True))


def test_predict_and_a_call_give_reconstructions(vae, images):
    reconstructions = np.asarray(vae.reconstruct(images))
    assert np.allclose(vae.predict(images, verbose=0), reconstructions, atol=1e-6)
    assert np.allclose(vae(images), reconstructions, atol=1e-6)
    assert np.allclose(vae.decode(vae.encode(images)), reconstructions, atol=1e-6)


def test_summary_lists_the_parts_and_counts_their_weights(vae):
    lines = []
    vae.summary(print_fn=lambda line, **_: lines.append(line))
    text = "\n".join(lines)
    assert "StandardNormal" in text
    assert f"{vae.count_params():,}" in text


@pytest.mark.long
def test_one_image_and_constant_images_leave_everything_finite():
    for likelihood in ("bernoulli", "gaussian", "discretized_logistic"):
        for x in (np.ones([1, 8, 8, 1]), np.zeros([20, 8, 8, 1])):
            vae = zoo.build("conv_vae", image_shape=(8, 8, 1), latent_dim=2, likelihood=likelihood, filters=(4,))
            vae.compile(keras.optimizers.Adam(1e-2))
            assert np.isfinite(fit(vae, x, epochs=20)["loss"]).all()
            assert np.isfinite(vae.log_px(x, seed=0, num_samples=3)).all()


def test_log_px_of_a_linear_gaussian_is_exact():
    model = LinearGaussian()
    assert np.allclose(model.vae.log_px(model.x, seed=1, num_samples=5), model.log_px(model.x), atol=2e-4)


def test_samples_of_a_linear_gaussian_have_its_covariance():
    model = LinearGaussian()
    noise = 0.7 * 0.1
    # Scaled into [0, 1], where images are.
    model.vae.likelihood.decoder.layers[0].set_weights([0.1 * model.W.T, np.full(6, 0.5)])
    vae = model.vae.replace(likelihood=model.vae.likelihood.replace(scale=noise))
    pixels = np.asarray(vae.sample_pixels(50_000, seed=3)).reshape(-1, 6)
    means = np.asarray(vae.sample(50_000, seed=3)).reshape(-1, 6)
    assert np.allclose(np.cov(means.T), 0.01 * model.W @ model.W.T, atol=4e-4)
    assert np.allclose(np.cov(pixels.T), 0.01 * model.W @ model.W.T + noise**2 * np.eye(6), atol=5e-4)
    assert np.allclose((pixels - means).std(axis=0), noise, rtol=0.02)


def test_a_seed_is_an_int_or_a_key(vae):
    assert np.array_equal(vae.sample(3, seed=7), vae.sample(3, seed=key(7)))
    assert not np.allclose(vae.sample(3, seed=7), vae.sample(3, seed=8))


@pytest.mark.long
def test_it_comes_back_in_a_new_process_with_its_optimizer(tmp_path, images):
    vae = zoo.build("iwae", image_shape=(8, 8, 1), latent_dim=3, k=7, units=(16,), gradient_samples=2)
    vae.compile(keras.optimizers.Adam(3e-3))
    fit(vae, images, epochs=2)
    vae.save(tmp_path / "model.keras")
    np.savez(
        tmp_path / "truth.npz",
        *[np.asarray(v) for v in vae.variables + vae.optimizer.variables],
        x=vae.sample(3, seed=7),
    )
    code = f"""
import sys, zoo, keras, numpy as np
vae = keras.saving.load_model({str(tmp_path / "model.keras")!r})
truth = np.load({str(tmp_path / "truth.npz")!r})
assert vae.objective.keywords == {{"num_samples": 7, "gradient_samples": 2}}
names = [v.path for v in vae.variables + vae.optimizer.variables]
for i, (name, v) in enumerate(zip(names, vae.variables + vae.optimizer.variables)):
    if "seed_generator" not in name: assert np.array_equal(np.asarray(v), truth[f"arr_{{i}}"]), name
assert np.allclose(vae.sample(3, seed=7), truth["x"], atol=1e-6)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros([5, 8, 8]), "Add the channel axis"),
        (np.zeros([5, 64]), r"come as \[N, 8, 8, 1\]"),
        (np.zeros([5, 1, 8, 8]), "channels seem to come first"),
        (np.zeros([5, 9, 8, 1]), r"this model takes \[N, 8, 8, 1\]"),
        (np.full([5, 8, 8, 1], np.nan), "NaN or infinite"),
        (np.full([5, 8, 8, 1], np.inf), "NaN or infinite"),
        (np.zeros([0, 8, 8, 1]), "x is empty"),
        (np.full([5, 8, 8, 1], 255.0), "divide by 255, or give them as uint8"),
        (np.full([5, 8, 8, 1], -0.5), "rescale"),
        (np.full([5, 8, 8, 1], "a"), "images are numbers"),
    ],
)
@pytest.mark.parametrize("method", ["fit", "evaluate", "predict"])
def test_what_are_no_images_is_refused_with_what_to_do(vae, x, message, method):
    vae.compile("adam")
    with pytest.raises(InputError, match=message):
        getattr(vae, method)(x)


def test_validation_data_are_looked_at_too(vae, images):
    vae.compile("adam")
    with pytest.raises(InputError, match="validation_data has shape"):
        vae.fit(images, validation_data=images[..., 0])


def test_parts_of_different_sizes_are_refused():
    from zoo.priors.standard_normal import StandardNormal
    from zoo.vae import VAE

    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3)
    with pytest.raises(InputError, match="prior has latent_dim 2 and posterior 3"):
        VAE(StandardNormal(2), vae.posterior, vae.likelihood)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda vae, x: vae.log_px(x * 255, seed=0), "divide by 255"),
        (lambda vae, x: vae.encode(x[0]), "One image is a batch of one"),
        (lambda vae, x: vae.reconstruct(x[:, :7]), r"x has shape \(64, 7, 8, 1\), but this model takes \[N, 8, 8, 1\]"),
        (lambda vae, x: vae.encode(keras.ops.convert_to_tensor(x[..., 0])), "Add the channel axis"),
        (lambda vae, x: vae.encode(x * np.nan), "NaN or infinite"),
        (lambda vae, x: vae.log_px(x, seed=0, num_samples=0), "num_samples is 0, but must be a positive integer"),
        (lambda vae, x: vae.sample(0, seed=7), "n is 0, but must be a positive integer"),
        (lambda vae, x: vae.sample(2.5, seed=7), "n is 2.5"),
        (lambda vae, x: vae.sample(True, seed=7), "n is True"),
        (lambda vae, x: vae.sample_pixels(-1, seed=7), "n is -1"),
        (lambda vae, x: vae.sample(3, seed=1.5), "seed is 1.5, but must be an integer"),
    ],
)
def test_what_a_trained_model_is_asked_is_looked_at_first(call, message, images):
    import zoo

    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,))
    with pytest.raises(InputError, match=message):
        call(vae, images)


def test_the_order_of_its_weights_is_that_of_files_that_are_there():
    """An optimizer's state is saved by the numbers of the weights: another order, and no older run goes on."""
    vae = zoo.build("iaf_mixture_vae", image_shape=(8, 8, 1), latent_dim=2, filters=(4,), components=3)
    parts = [vae.prior, vae.posterior, vae.likelihood]
    assert [id(each) for each in vae.trainable_variables] == [id(each) for p in parts for each in p.trainable_variables]
