"""What Keras makes of a model: what its networks are told, what is added to its loss, on how many replicas."""

import subprocess
import sys
import warnings
from functools import partial

import keras
import numpy as np
import pytest
from keras import ops

import zoo
from tests.conftest import tensorflow_only
from zoo.autoencoder import Autoencoder
from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.numerics.divergence import kl_per_dimension
from zoo.objectives.beta_elbo import beta_elbo
from zoo.objectives.elbo import elbo
from zoo.objectives.free_bits import free_bits
from zoo.objectives.iwae import iwae
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.iaf import IAF
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE, LogDensities

SHAPE = (4, 4, 1)


class Watch(keras.layers.Layer):
    """Gives back what it is given, and keeps what it was told of training."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.told = set()

    def call(self, x, training=None):
        self.told.add(training)
        return x


def networks(in_encoder, in_decoder):
    """An encoder and a decoder with a layer of one's own at the end of the one and at the beginning of the other."""
    encoder = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(5), in_encoder])
    decoder = [keras.Input((2,)), in_decoder, keras.layers.Dense(16), keras.layers.Reshape(SHAPE)]
    return encoder, keras.Sequential(decoder)


def vae(in_encoder, in_decoder, objective=elbo, posterior=Gaussian):
    encoder, decoder = networks(in_encoder, in_decoder)
    return VAE(StandardNormal(2), posterior(encoder, 2), Bernoulli(decoder), objective)


def autoencoder(in_encoder, in_decoder):
    encoder, decoder = networks(in_encoder, in_decoder)
    return Autoencoder(keras.Sequential([encoder, keras.layers.Dense(2)]), decoder)


MODELS = {
    "elbo": vae,
    "several samples": partial(vae, objective=partial(elbo, num_samples=3)),
    "beta_elbo": partial(vae, objective=beta_elbo),
    "free_bits": partial(vae, objective=free_bits),
    "iwae": partial(vae, objective=partial(iwae, num_samples=3)),
    "chosen samples": partial(vae, objective=partial(iwae, num_samples=3, gradient_samples=1)),
    "flow": partial(vae, posterior=partial(IAF, steps=1, units=(4,))),
    "autoencoder": autoencoder,
}


@pytest.fixture
def x(rng):
    return (rng.random((12, *SHAPE)) < 0.3).astype("float32")


@pytest.mark.long
@pytest.mark.parametrize("name", MODELS)
def test_the_networks_are_told_whether_they_are_trained(name, x):
    watches = Watch(), Watch()
    model = MODELS[name](*watches)
    # Step by step, and not at the first one, before which Keras may call the model to learn its shapes.
    model.compile("sgd", run_eagerly=True)
    model.fit(x, verbose=0)

    def told(call):
        for watch in watches:
            watch.told.clear()
        call()
        return [watch.told for watch in watches]

    assert told(lambda: model.fit(x, verbose=0)) == [{True}, {True}]
    assert told(lambda: model.evaluate(x, verbose=0)) == [{False}, {False}]
    assert told(lambda: model.predict(x, verbose=0)) == [{False}, {False}]
    assert told(lambda: model(x, training=True)) == [{True}, {True}]
    assert told(lambda: model.train_on_batch(x)) == [{True}, {True}]
    assert not any(set().union(*told(lambda: model.reconstruct(x))))
    if name != "autoencoder":
        assert told(lambda: model.log_px(x, seed=0, num_samples=2)) == [{False}, {False}]
        assert told(lambda: model.log_densities(x, training=True)) == [{True}, {True}]


def test_an_objective_that_can_not_hand_training_on_is_refused():
    @keras.saving.register_keras_serializable(__name__)
    def bound(vae, x, num_samples=1):
        return elbo(vae, x, num_samples=num_samples)

    for objective in (bound, partial(bound, num_samples=2)):
        with pytest.raises(InputError, match="objective is bound, but takes no `training`"):
            vae(Watch(), Watch(), objective)


@pytest.mark.parametrize("make", [vae, autoencoder])
def test_batch_normalization_counts_each_image_of_a_step_once(make, x):
    """After one step the moving mean is (1 - momentum) times the batch's; evaluation and prediction leave it there."""
    normalization = keras.layers.BatchNormalization(momentum=0.9)
    model = make(normalization, Watch())
    model.build((None, *SHAPE))
    dense = (model.posterior.encoder if make is vae else model.encoder.layers[0]).layers[1]
    expected = 0.1 * np.asarray(dense(x.reshape(12, 16))).mean(axis=0)
    model.compile("sgd")
    model.fit(x, batch_size=12, verbose=0)
    found = np.array(normalization.moving_mean)
    assert np.allclose(found, expected, atol=1e-6)
    model.evaluate(x, verbose=0)
    model.predict(x, verbose=0)
    assert np.array_equal(normalization.moving_mean, found)


def step(make, x, l2, activity):
    """The loss of a step, the encoder's regularized layer's weights before it and after it, and that layer's output."""
    keras.utils.set_random_seed(1)
    norms = {"kernel_regularizer": keras.regularizers.L2(l2), "activity_regularizer": keras.regularizers.L1(activity)}
    layer = keras.layers.Dense(6, **norms)
    model = make(layer, keras.layers.Dense(2, kernel_regularizer=keras.regularizers.L2(l2)))
    model.build((None, *SHAPE))
    dense = (model.posterior.encoder if make is vae else model.encoder.layers[0]).layers[1]
    before, output = layer.get_weights()[0], np.asarray(layer(dense(x.reshape(12, 16))))
    squares = [np.square(w).sum() for w in model.get_weights() if w.shape in ((5, 6), (2, 2))]
    model.compile(keras.optimizers.SGD(0.1))
    assert len(squares) == 2
    evaluated = model.evaluate(x, batch_size=12, verbose=0, return_dict=True)["loss"]
    if make is vae:
        model.seed_generator.state.assign(ops.zeros([2], "uint32"))
    loss = model.fit(x, batch_size=12, verbose=0).history["loss"][0]
    assert make is vae or loss == pytest.approx(evaluated, rel=1e-5)
    return loss, layer.get_weights()[0], before, output, sum(squares)


@pytest.mark.long
@pytest.mark.parametrize("make", [vae, autoencoder])
def test_what_regularizers_add_is_in_the_loss_and_in_its_gradient_once(make, x):
    bare, moved, before, output, squares = step(make, x, 0.0, 0.0)
    with_l2, moved_by_l2, *_ = step(make, x, 0.3, 0.0)
    assert with_l2 - bare == pytest.approx(0.3 * squares, rel=1e-3)
    assert np.allclose(moved_by_l2 - moved, -0.1 * 2 * 0.3 * before, atol=1e-5)
    # Keras takes the mean over the batch of what an activity costs.
    with_both = step(make, x, 0.3, 0.2)[0]
    assert with_both - with_l2 == pytest.approx(0.2 * np.abs(output).sum() / 12, rel=1e-3)


REPLICAS = """
import sys
import warnings
import numpy as np, tensorflow as tf
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)
import keras, zoo
from tests.test_image_model import by_one_device_or_two
for replicas in (1, 2):
    with tf.distribute.MirroredStrategy([f"CPU:{i}" for i in range(replicas)]).scope():
        found = by_one_device_or_two()
    np.savez(f"{sys.argv[1]}/{replicas}.npz", **found)
"""


@keras.saving.register_keras_serializable(__name__)
def at_the_center(vae, x, training=False):
    """The ELBO with z at the posterior's mean: what has no noise is the same on any number of replicas."""
    q, p = vae.posterior(x, training=training), vae.prior()
    z = q.mean()[None]
    densities = LogDensities(
        vae.likelihood(z, training=training).log_prob(x), p.log_prob(z), q.log_prob(z), z, kl_per_dimension(q, p)
    )
    return densities.log_likelihood - densities.kl, densities


def by_one_device_or_two():
    """What fit reports and where the weights end, in each of several ways to train."""
    rng, found = np.random.default_rng(0), {}
    x, weights = rng.random((21, *SHAPE)).astype("float32"), rng.random(21)
    # Keras takes the first batch's mean over replicas, and so wants it even; the last is 3 + 2 images or 1 + 0.
    for make, batch_size, sample_weight in (
        (partial(vae, objective=at_the_center), 8, weights),
        (partial(vae, objective=at_the_center), 10, None),
        (autoencoder, 10, weights),
        (autoencoder, 8, None),
    ):
        keras.utils.set_random_seed(1)
        l2 = keras.regularizers.L2(0.1)
        model = make(keras.layers.Dense(3, kernel_regularizer=l2), keras.layers.Dense(3, kernel_regularizer=l2))
        model.build((None, *SHAPE))
        model.compile(keras.optimizers.SGD(0.02))
        options = {"batch_size": batch_size, "verbose": 0, "sample_weight": sample_weight}
        reported = model.fit(x, shuffle=False, **options).history
        name = f"{type(model).__name__} {batch_size}"
        found |= {f"{name} {key}": value[0] for key, value in reported.items()}
        found |= {f"{name} {i}": w for i, w in enumerate(model.get_weights()) if w.dtype.kind == "f"}
        found[f"{name} evaluate"] = model.evaluate(x, return_dict=True, **options)["loss"]
    return found


@pytest.mark.long
@tensorflow_only
def test_two_replicas_report_and_learn_what_one_device_does(tmp_path):
    """In a process of its own: the two logical CPUs have to be there before TensorFlow is."""
    done = subprocess.run([sys.executable, "-c", REPLICAS, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    one, two = (np.load(tmp_path / f"{replicas}.npz") for replicas in (1, 2))
    assert len(one.files) > 40
    different = {name: (one[name], two[name]) for name in one.files if not np.allclose(one[name], two[name], rtol=1e-4)}
    assert not different


@pytest.mark.parametrize("make", [vae, autoencoder])
@pytest.mark.parametrize(
    "given",
    [
        {"loss": "mse"},
        {"loss": keras.losses.MeanSquaredError()},
        {"metrics": ["mae"]},
        {"weighted_metrics": ["mae"]},
        {"loss_weights": 0.5},
    ],
)
def test_a_loss_or_metrics_that_would_be_ignored_are_refused(make, given):
    with pytest.raises(InputError, match=f"compile was given {next(iter(given))}=.*has its own loss and terms"):
        make(Watch(), Watch()).compile("adam", **given)


@pytest.mark.parametrize("name", ["model.h5", "model.hdf5"])
def test_a_file_that_could_not_be_loaded_is_not_saved(name, tmp_path):
    with pytest.raises(InputError, match=r"saved as a \.keras file"):
        vae(Watch(), Watch()).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_weights_of_classes_are_refused(x):
    model = vae(Watch(), Watch())
    model.compile("sgd")
    with pytest.raises(InputError, match="class_weight weighs classes"):
        model.fit(x, class_weight={0: 1.0}, verbose=0)


def test_a_compiled_model_comes_back_compiled(tmp_path, x):
    model = vae(keras.layers.Dense(2), keras.layers.Dense(2))
    with pytest.raises(InputError, match="loss='mse'"):
        model.compile("adam", "mse")
    model.compile(keras.optimizers.Adam(0.02), loss=None, metrics=[], steps_per_execution=2, jit_compile=False)
    model.fit(x, verbose=0)
    model.save(tmp_path / "m.keras")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = keras.saving.load_model(tmp_path / "m.keras")
    assert float(again.optimizer.learning_rate) == pytest.approx(0.02)
    assert (again.steps_per_execution, again.jit_compile, int(again.optimizer.iterations)) == (2, False, 1)
    assert np.array_equal(again.optimizer.variables[-1], model.optimizer.variables[-1])


@tensorflow_only
@pytest.mark.parametrize("make", [vae, autoencoder])
def test_kerass_export_of_a_model_that_was_never_called(make, tmp_path, x):
    import tensorflow as tf

    model = make(keras.layers.Dense(2), keras.layers.Dense(2))
    with pytest.raises(InputError, match="isn't built"):
        model.export(tmp_path / "unbuilt", verbose=False)
    model.build((None, *SHAPE))
    model.export(tmp_path / "exported", verbose=False)
    exported = tf.saved_model.load(tmp_path / "exported")
    assert np.allclose(exported.serve(x), model.reconstruct(x), atol=1e-5)


def test_datasets_of_dicts_and_empty_ones_get_a_sentence(images):
    import tensorflow as tf

    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    vae.compile("adam")
    with pytest.raises(InputError, match=r"batches that are no arrays.*batch\['image'\]"):
        vae.fit(tf.data.Dataset.from_tensor_slices({"image": images}).batch(16), verbose=0)
    for empty in (tf.data.Dataset.from_tensor_slices(images[:0]).batch(16), iter([])):
        with pytest.raises(InputError, match="x is an empty dataset"):
            vae.fit(empty, verbose=0)
    with pytest.raises(InputError, match="seed is 'a'"):
        vae.sample(n=1, seed="a")
