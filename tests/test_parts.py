"""Every part keeps the law of its kind, whatever it is made of."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import logsumexp

import zoo
from tests.conftest import tensorflow_only
from tests.linear_gaussian import LinearGaussian
from tests.parts import ESTIMATED_GRADIENT, LIKELIHOODS, OBJECTIVES, POSTERIORS, PRIORS, TIGHT
from zoo.catalogue import parts
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.bound import Bound
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.labelled import Labelled
from zoo.priors.standard_normal import StandardNormal
from zoo.random import draw, key, mean_image
from zoo.support import Support
from zoo.vae import VAE

FOLDERS = {"priors": PRIORS, "posteriors": POSTERIORS, "likelihoods": LIKELIHOODS, "objectives": OBJECTIVES}
SHAPE = (4, 4, 1)
#: What pixels have a density over, where it isn't the range.
ENDS = {"beta": (-1 / 510, 1 + 1 / 510)}
#: Posteriors whose own tests hold them to the law as well: here they are on request.
OWN = POSTERIORS.keys() - {"gaussian", "iaf"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_part_is_in_the_contract(folder):
    # What can be drawn from and no more has a law of its own (`tests/posteriors/test_implicit.py`).
    found = {name for name, part in parts(folder).items() if not getattr(part, "implicit", False)}
    assert FOLDERS[folder].keys() == found, "give a new part a line in tests/parts.py"


def places(support, size):
    """Points of a support, `[N, D]`, and the log of the volume that each stands for, `[N]`."""
    if support is Support.REALS:
        # Dense in the middle, and far enough out for tails that aren't normal: z = 2 sinh(t).
        t = np.linspace(-2.5, 2.5, 161)
        axis, volume = 2 * np.sinh(t), 2 * np.cosh(t) * (t[1] - t[0])
        z, volumes = (np.stack(np.meshgrid(*[x] * size, indexing="ij"), -1).reshape(-1, size) for x in (axis, volume))
        return z.astype("float32"), np.log(volumes).sum(-1)
    if support is Support.CUBE:
        axis = (np.arange(200) + 0.5) / 200
        z = np.stack(np.meshgrid(*[axis] * size, indexing="ij"), -1).reshape(-1, size)
        return z.astype("float32"), np.full(len(z), -size * np.log(200))
    if support is Support.SPHERE:
        # A circle.
        angles = np.arange(1000) * 2 * np.pi / 1000
        return np.stack([np.cos(angles), np.sin(angles)], -1).astype("float32"), np.full(1000, np.log(2 * np.pi / 1000))
    if support is Support.BALL:
        # A disc, in polar coordinates of its hyperbolic metric.
        distance, angles = (np.arange(240) + 0.5) * 12 / 240, np.arange(120) * 2 * np.pi / 120
        radius = np.tanh(distance / 2)
        z = radius[:, None, None] * np.stack([np.cos(angles), np.sin(angles)], -1)
        log_volume = np.log(radius * (1 - radius**2) / 2 * 12 / 240 * 2 * np.pi / 120)
        return z.reshape(-1, 2).astype("float32"), np.repeat(log_volume, 120)
    if support is Support.BITS:
        z = np.array(list(itertools.product([0.0, 1.0], repeat=size)), "float32")
        return z, np.zeros(len(z))
    if support is Support.ONE_HOTS:
        # Of two variables.
        one = np.eye(size // 2, dtype="float32")
        z = np.array([np.concatenate(each) for each in itertools.product(one, repeat=2)])
        return z, np.zeros(len(z))
    if support is Support.LABEL_AND_REALS:
        code, log_volume = places(Support.REALS, 1)
        labels = np.eye(size - 1, dtype="float32")
        z = np.concatenate([np.repeat(labels, len(code), 0), np.tile(code, (len(labels), 1))], axis=1)
        return z, np.tile(log_volume, len(labels))
    if support is Support.CODES:
        # Of three classes.
        z = np.array(list(itertools.product([0.0, 1.0, 2.0], repeat=size)), "float32")
        return z, np.zeros(len(z))
    raise AssertionError(f"there is no quadrature over {support.value} yet: add one here")


@pytest.mark.parametrize("name", PRIORS)
def test_a_priors_density_integrates_to_one_and_its_draws_have_it(name):
    prior = PRIORS[name]()
    z, log_volume = places(prior.support, prior.latent_dim)
    mass = np.exp(np.asarray(prior().log_prob(z), "float64") + log_volume)
    assert mass.sum() == pytest.approx(1, abs=1e-3)
    drawn = np.asarray(draw(prior(), key(3), (20_000,)), "float64")
    assert np.array_equal(drawn[:5], np.asarray(draw(prior(), key(3), (20_000,)), "float64")[:5])
    for moment in (
        lambda z: z,
        lambda z: z**2,
        lambda z: z[:, :1] * z,
        lambda z: np.sin(2 * z),
        lambda z: np.tanh(3 * z),
    ):
        expected, found = mass @ np.asarray(moment(z.astype("float64")), "float64"), moment(drawn).astype("float64")
        assert (np.abs(found.mean(0) - expected) <= 4.5 * found.std(0) / np.sqrt(len(found)) + 2e-3).all()


def vae_of(prior=None, posterior=None, likelihood=None, shape=SHAPE, **kwargs):
    encoder = mlp_encoder(shape, units=(8,))
    posterior = posterior(encoder) if posterior else Gaussian(encoder, 2)
    prior = prior() if prior else prior_for(posterior)
    size = posterior.latent_dim
    if posterior.trains_weights:
        kwargs = {"objective": OBJECTIVES["miselbo"]} | kwargs
    if not posterior.reparameterized:
        kwargs = {"objective": OBJECTIVES["vimco"]} | kwargs
    likelihood = likelihood(shape) if likelihood else Bernoulli(mlp_decoder(shape, size, units=(8,)))
    vae = VAE(prior, posterior, likelihood, **kwargs)
    vae.build((None, *shape))
    return vae


def prior_for(posterior):
    """One of the support that the posterior's draws have."""
    if posterior.labels:
        return Labelled(StandardNormal(posterior.latent_dim - posterior.labels), posterior.labels)
    if posterior.support is not Support.REALS:
        return next(prior for prior in (make() for make in PRIORS.values()) if prior.support is posterior.support)
    return getattr(posterior, "prior", None) or StandardNormal(posterior.latent_dim)


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name in OWN)) for name in POSTERIORS])
def test_a_posteriors_draws_are_properly_weighted(name):
    """E[p(x, z) / exp(log_q)] = p(x), which quadrature or enumeration of p(x, z) gives."""
    vae = vae_of(posterior=POSTERIORS[name])
    x = (np.random.default_rng(0).random((3, *SHAPE)) < 0.5).astype("float32")
    _near_the_truth(vae, x)
    z, log_volume = places(vae.prior.support, vae.latent_dim)
    log_likelihood, log_prior = vae.log_joint(x, np.repeat(z[:, None], len(x), 1))
    log_px = logsumexp(np.asarray(log_likelihood + log_prior, "float64") + log_volume[:, None], axis=0)
    _properly_weighted(vae, x, log_px)


@pytest.mark.parametrize("size", [2, 20])
@pytest.mark.parametrize("name", [name for name in POSTERIORS if name in ("gaussian", "iaf")])
def test_and_on_the_linear_gaussian_model(name, size):
    """In 20 dimensions one far off has weights without a variance: there the encoder is nearly the exact one."""
    if size == 20 and name != "gaussian":
        pytest.skip("not near the true one before it is trained")
    make = None if size == 20 else lambda encoder, latent_dim: POSTERIORS[name](encoder)
    model = LinearGaussian(size, error=0.1 * (size == 20), posterior=make, shape=(5, 5, 1))
    if make is not None:
        _near_the_truth(model.vae, model.x)
    _properly_weighted(model.vae, model.x[:3], model.log_px(model.x[:3]))


def _near_the_truth(vae, x):
    """Trains q alone, for weights that have a variance: the law holds for any q, and few draws of a bad one show it."""
    vae.prior.trainable = vae.likelihood.trainable = False
    vae.compile(keras.optimizers.Adam(0.02))
    vae.fit(np.tile(x, (20, 1, 1, 1)), epochs=60, batch_size=len(x) * 10, verbose=0)


def _properly_weighted(vae, x, log_px, draws=20_000, most=0.1):
    densities = vae.log_densities(x, draws, seed=key(1))
    again = vae.log_densities(x, draws, seed=key(1))
    assert np.array_equal(densities.z, again.z), "the same seed, the same draws"
    weights = np.exp(np.asarray(densities.log_weight, "float64") - log_px)
    error = weights.std(axis=0) / np.sqrt(draws)
    assert (error < most).all(), "too few draws to say"
    assert (np.abs(weights.mean(axis=0) - 1) < 4.5 * error + 1e-3).all()


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_a_likelihood_sums_or_integrates_to_one_on_two_pixels(name):
    shape = (1, 2, 1)
    likelihood = LIKELIHOODS[name](shape)
    likelihood.build((None, 2))
    z = np.array([[0.5, -1.0]], "float32")
    p = likelihood(z)
    if likelihood.eight_bit:
        axis, log_volume = np.arange(256) / 255, 0.0
    elif likelihood.classes:
        axis, log_volume = np.arange(likelihood.classes), 0.0
    elif likelihood.counts:
        axis, log_volume = np.arange(300.0), 0.0
    elif likelihood.binary:
        axis, log_volume = np.array([0.0, 1.0]), 0.0
    else:
        low, high = (-12, 12) if likelihood.range is None else ENDS.get(name, likelihood.range)
        axis = low + (high - low) * (np.arange(481) + 0.5) / 481
        log_volume = 2 * np.log(axis[1] - axis[0])
    pixels, log_volume = both(axis, log_volume, likelihood.scores_missing)
    mass = np.exp(np.asarray(p.log_prob(pixels.reshape(-1, 1, *shape).astype("float32")), "float64")[:, 0] + log_volume)
    assert mass.sum() == pytest.approx(1, abs=1e-3)
    if likelihood.scores_missing:
        # What is drawn and the mean are whole: those of the likelihood that it is made of.
        return
    drawn = np.asarray(draw(p, key(5), (20_000,)), "float64")[:, 0].reshape(-1, 2)
    expected = mass @ pixels
    error = drawn.std(0) / np.sqrt(len(drawn))
    assert (np.abs(drawn.mean(0) - expected) <= 4.5 * error + 1e-3).all(), "draws have another mean"
    if likelihood.classes:
        # Of classes there is no mean: it is the most probable of each.
        assert np.array_equal(np.ravel(mean_image(p, key(5))), pixels[np.argmax(mass)])
        return
    # Where pixels depend on those before, each image has means of its own, along the drawn one.
    images = 4000 if likelihood.autoregressive else 1
    means = np.asarray(mean_image(likelihood(np.repeat(z, images, axis=0)), key(5)), "float64").reshape(images, 2)
    error = means.std(0) / np.sqrt(images)
    assert (np.abs(means.mean(0) - expected) <= 4.5 * error + 2e-3).all()


def both(axis, log_volume, may_be_missing):
    """All that two pixels may be, `[N, 2]`, and the log of the volume that each stands for: of a missing one, 1."""
    log_volumes = np.full(len(axis), log_volume / 2)
    if may_be_missing:
        axis, log_volumes = np.append(axis, np.nan), np.append(log_volumes, 0.0)
    values, log_volumes = (np.stack(np.meshgrid(x, x, indexing="ij"), -1).reshape(-1, 2) for x in (axis, log_volumes))
    return values, log_volumes.sum(axis=1)


def own_objective(name):
    objective = OBJECTIVES[name]
    return getattr(objective, "func", objective)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_objective_is_the_bound_that_it_says_it_is(name):
    if getattr(own_objective(name), "reparameterized", True) is False:
        pytest.skip("for posteriors without a reparameterized draw: see its own test")
    truth, values, error = _values(LinearGaussian(error=1.0), OBJECTIVES[name])
    bound = own_objective(name).bound
    assert isinstance(bound, Bound)
    if bound is Bound.EACH_IMAGE:
        assert (values.mean(0) <= truth + 4.5 * error + 1e-3).all()
    elif bound is Bound.BATCH_MEAN:
        assert values.mean() <= truth.mean() + 4.5 * error.mean() + 1e-3
    truth, values, error = _values(LinearGaussian(), OBJECTIVES[name])
    assert (np.abs(values.mean(0) - truth) < 4.5 * error + 1e-3).all() == (name in TIGHT)


def _values(model, objective):
    """log p(x) `[N]`, an objective's values of the same images again and again `[R, N]`, and their mean's error."""
    values = np.concatenate(
        [np.asarray(objective(model.vae, np.repeat(model.x, 50, axis=0))[0]).reshape(-1, 50) for _ in range(20)], axis=1
    ).T.astype("float64")
    return model.log_px(model.x), values, values.std(0) / np.sqrt(len(values))


@pytest.mark.parametrize("name", [name for name in OBJECTIVES if name not in ESTIMATED_GRADIENT])
def test_an_objectives_gradient_is_that_of_its_value(name):
    vae = LinearGaussian(error=1.0).vae.replace(objective=OBJECTIVES[name])
    x = LinearGaussian().x
    start = vae.get_weights()

    def loss(rate, weights):
        """The loss that a step begins with, from the same noise each time, and the weights after it."""
        vae.compile(keras.optimizers.SGD(rate))
        vae.set_weights(weights)
        vae.seed_generator.state.assign(ops.convert_to_tensor([3, 0], vae.seed_generator.state.dtype))
        found, *_ = vae.train_on_batch(x)
        return float(found), [ops.convert_to_numpy(v) for v in vae.trainable_weights]

    trained = [i for i, w in enumerate(vae.weights) if any(w is v for v in vae.trainable_weights)]
    before = [start[i] for i in trained]
    gradient = [b - a for a, b in zip(loss(1.0, start)[1], before, strict=True)]
    rng = np.random.default_rng(0)
    for _ in range(2):
        directions = [rng.normal(size=w.shape) for w in before]
        ends = []
        for step in (0.005, -0.005):
            weights = list(start)
            for i, w, d in zip(trained, before, directions, strict=True):
                weights[i] = w + step * d
            ends.append(loss(0.0, weights)[0])
        slope = (ends[0] - ends[1]) / 0.01
        assert slope == pytest.approx(sum((g * d).sum() for g, d in zip(gradient, directions, strict=True)), rel=0.03)


def pairwise():
    """Every part in one VAE at least, priors beside posteriors of their support."""
    encoder, pairs = mlp_encoder(SHAPE, units=(8,)), []
    for support in (each for each in Support if each is not Support.CODES):  # Codes of quantizers have no posterior.
        priors = [name for name, make in PRIORS.items() if make().support is support]
        posteriors = [name for name, make in POSTERIORS.items() if make(encoder).support is support]
        assert bool(priors) == bool(posteriors), f"{support.value} needs a prior and a posterior in tests/parts.py"
        # One that has a prior of its own takes no other.
        owning = [name for name in posteriors if _own(POSTERIORS[name](encoder))]
        free = [name for name in posteriors if name not in owning] or owning
        pairs += [(priors[i % len(priors)], free[i % len(free)]) for i in range(max(len(priors), len(free)))]
        pairs += [(name, name) for name in owning if name not in free]
    likelihoods = list(LIKELIHOODS)
    return [(*pair, likelihoods[i % len(likelihoods)]) for i, pair in enumerate(pairs)]


def _own(posterior):
    return posterior.labels or getattr(posterior, "prior", None)


def compose(prior, posterior, likelihood):
    made = POSTERIORS[posterior](mlp_encoder(SHAPE, units=(8,)))
    own = _own(made)
    # Their decoders are of two dimensions.
    fits = not own and made.latent_dim == 2
    return vae_of(None if own else PRIORS[prior], POSTERIORS[posterior], LIKELIHOODS[likelihood] if fits else None)


@pytest.mark.long
@pytest.mark.parametrize(
    "parts", [pytest.param(p, marks=[pytest.mark.slow] * (i > 3)) for i, p in enumerate(pairwise())], ids="-".join
)
def test_it_trains_in_half_precision_comes_back_and_samples_by_its_seed(parts, tmp_path):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        vae = compose(*parts)
    finally:
        keras.config.set_dtype_policy("float32")
    x = (np.random.default_rng(0).random((64, *SHAPE)) < 0.4).astype("float32")
    if parts[2] == "one_hot":
        # Of random images none is one-hot.
        x = np.asarray(vae.sample_pixels(64, seed=0))
    assert keras.backend.standardize_dtype(vae.log_densities(x).log_weight.dtype) == "float32"
    vae.compile(keras.optimizers.Adam(0.01))
    before = [np.asarray(w) for w in vae.trainable_weights]
    history = vae.fit(x, batch_size=16, epochs=3, verbose=0).history
    assert np.isfinite([value for values in history.values() for value in values]).all()
    still = [w.path for w, b in zip(vae.trainable_weights, before, strict=True) if np.array_equal(w, b)]
    assert not still, "weights that no gradient reaches"
    vae.save(tmp_path / "vae.keras")
    again = zoo.load(tmp_path / "vae.keras")
    assert np.array_equal(again.encode(x), vae.encode(x))
    images = np.asarray(vae.sample(5, seed=7))
    assert np.array_equal(again.sample(5, seed=7), images)
    assert np.allclose(images[:2], vae.sample(2, seed=7), atol=1e-6)
    assert not np.array_equal(images, vae.sample(5, seed=8))


@tensorflow_only
@pytest.mark.slow
@pytest.mark.parametrize("parts", pairwise(), ids="-".join)
def test_it_is_exported_as_it_is(parts, tmp_path):
    from zoo.export.compare import compare
    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures
    from zoo.export.tflite import write_tflite

    vae = compose(*parts)
    asked = signatures(vae, num_samples=2)
    write_saved_model(tmp_path / "saved_model", asked)
    write_tflite(tmp_path / "model.tflite", tmp_path / "saved_model", asked)
    x = (np.random.default_rng(2).random((3, *SHAPE)) < 0.5).astype("float32")
    report = compare(vae, asked, x, tmp_path / "saved_model", tmp_path / "model.tflite")
    assert report.keys() == asked.keys()
