import itertools

import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import logsumexp
from scipy.stats import logistic, norm

import zoo
from tests.linear_gaussian import LinearGaussian
from zoo.abilities import Abilities
from zoo.distributions.diagonal_normal import MIN_SCALE
from zoo.errors import InputError
from zoo.evaluation.likelihood.importance import PER_EXAMPLE, active_units, decoded_at_a_time, importance_sampling
from zoo.evaluation.likelihood.pareto import tail_shape_and_error
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.random import categorical, fold_in, key
from zoo.vae import VAE, LogDensities


def test_with_the_exact_posterior_it_is_exact():
    model = LinearGaussian()
    result = importance_sampling(model.vae, model.x, num_samples=10)
    assert np.allclose(result.log_px, model.log_px(model.x), atol=2e-4)
    assert np.allclose(result.ess, 10, rtol=1e-3)


def test_with_a_posterior_that_is_off_the_truth_lies_within_its_error_bars():
    """The error of log mean w is var(w) / S / p(x)^2 to first order: sqrt(1/ess - 1/S) for each example."""
    model = LinearGaussian(error=0.7)
    result = importance_sampling(model.vae, model.x, num_samples=5000)
    error = np.sqrt(1 / result.ess - 1 / 5000)
    assert 100 < result.ess.mean() < 4900
    assert (np.abs(result.log_px - model.log_px(model.x)) < 4.5 * error).all()


def test_the_mean_over_many_test_images_is_within_its_standard_error_of_the_entropy():
    """E[log p(x)] under the model itself is known: minus the entropy of N(b, WW' + s^2 I)."""
    model = LinearGaussian()
    x = model.draw(np.random.default_rng(5), 5000)
    summary = importance_sampling(model.vae, x, num_samples=2).summary()
    covariance = model.W @ model.W.T + 0.7**2 * np.eye(6)
    entropy = 0.5 * np.linalg.slogdet(2 * np.pi * np.e * covariance)[1]
    assert abs(summary["log_px"] + entropy) < 4 * summary["log_px_se"]
    assert summary["log_px_se"] == pytest.approx(np.sqrt(6 / 2 / 5000), rel=0.1)


class Discrete:
    """A model of z in 0 .. K - 1 and Gaussian x, with a q that is off: p(x) is a sum over K terms."""

    abilities = Abilities(has_density=True)
    weights, loc = np.array([0.5, 0.3, 0.2]), np.array([-1.0, 0.5, 3.0])
    guess = np.array([0.2, 0.5, 0.3])

    def log_densities(self, x, num_samples=1, seed=None):
        logits = ops.convert_to_tensor(np.log(self.guess).astype("float32"))
        z = categorical(seed, logits, (num_samples, ops.shape(x)[0]))
        look_up = lambda table: ops.take(ops.convert_to_tensor(table.astype("float32")), z)  # noqa: E731
        likelihood = -0.5 * (ops.squeeze(x, -1) - look_up(self.loc)) ** 2 - 0.5 * np.log(2 * np.pi)
        prior, posterior = look_up(np.log(self.weights)), look_up(np.log(self.guess))
        return LogDensities(likelihood, prior, posterior, ops.cast(z, "float32")[..., None])


def test_a_discrete_latent_against_enumeration():
    x = np.array([[-2.0], [0.0], [1.0], [4.0]], "float32")
    result = importance_sampling(Discrete(), x, num_samples=40_000)
    joint = np.log(Discrete.weights) + norm.logpdf(x, Discrete.loc)
    assert np.allclose(result.log_px, logsumexp(joint, axis=1), atol=0.03)
    assert np.allclose(result.elbo, (Discrete.guess * (joint - np.log(Discrete.guess))).sum(axis=1), atol=0.05)
    # E[w]^2 / E[w^2], by enumeration too.
    w = np.exp(joint) / Discrete.guess
    share = (Discrete.guess * w).sum(axis=1) ** 2 / (Discrete.guess * w**2).sum(axis=1)
    assert np.allclose(result.ess / 40_000, share, rtol=0.03)


def test_one_latent_dimension_against_quadrature(rng):
    """Bernoulli pixels from a decoder that isn't linear: p(x) = integral of N(z; 0, 1) p(x|z)."""
    vae = zoo.build("vae", image_shape=(4, 4, 1), latent_dim=1, units=(8,))
    for layer in vae.likelihood.decoder.layers:
        if layer.weights:
            layer.set_weights([3 * layer.get_weights()[0], layer.get_weights()[1]])
    x = (rng.random((6, 4, 4, 1)) < 0.5).astype("float32")
    grid = np.linspace(-8, 8, 4001, dtype="float32")
    log_likelihood = np.asarray(vae.likelihood(np.tile(grid[:, None, None], (1, 6, 1))).log_prob(x), "float64")
    truth = logsumexp(log_likelihood + norm.logpdf(grid)[:, None], axis=0) + np.log(grid[1] - grid[0])
    result = importance_sampling(vae, x, num_samples=20_000)
    error = np.sqrt(1 / result.ess - 1 / 20_000)
    assert error.max() < 0.1
    assert (np.abs(result.log_px - truth) < 4.5 * error).all()


def test_elbo_and_its_terms_are_those_of_the_formula():
    model = LinearGaussian(error=1.0)
    result = importance_sampling(model.vae, model.x, num_samples=20_000)
    assert np.allclose(result.elbo, model.log_px(model.x) - 1.0, atol=0.06)
    closed = np.asarray(model.vae.log_densities(model.x).kl)
    assert np.allclose(result.kl, closed, atol=0.06)


@pytest.mark.parametrize("samples_per_step", [1, 7, 30, 100])
def test_the_stream_adds_up(samples_per_step):
    """Whatever the pieces, the figures are those of the same draws taken at once."""
    model = LinearGaussian(error=1.0)
    result = importance_sampling(model.vae, model.x, 30, seed=4, samples_per_step=samples_per_step)
    stream, log_weights = fold_in(key(4), 0), []
    for done in range(0, 30, samples_per_step):
        densities = model.vae.log_densities(model.x, samples_per_step, seed=fold_in(stream, done))
        log_weights.append(np.asarray(densities.log_weight, "float64")[: 30 - done])
    log_weight = np.concatenate(log_weights)
    assert np.allclose(result.log_px, logsumexp(log_weight, axis=0) - np.log(30), atol=1e-5)
    w = np.exp(log_weight - log_weight.max(axis=0))
    assert np.allclose(result.ess, w.sum(axis=0) ** 2 / (w**2).sum(axis=0), rtol=1e-4)
    assert np.allclose(result.elbo, log_weight.mean(axis=0), atol=1e-4)


def test_the_bounds_of_several_sizes_are_those_of_the_first_draws():
    """One pass gives what separate estimates give, and in the mean they grow with S towards log p(x)."""
    model = LinearGaussian(error=1.5)
    x = model.draw(np.random.default_rng(1), 400)
    together = importance_sampling(model.vae, x, [100, 1, 10], seed=3, samples_per_step=5)
    first = np.asarray(model.vae.log_densities(x[:100], 5, seed=fold_in(fold_in(key(3), 0), 0)).log_weight)[0]
    assert np.allclose(together.bounds[1][:100], first, atol=1e-5)
    assert list(together.bounds) == [1, 10, 100]
    means = [values.mean() for values in together.bounds.values()]
    assert np.array_equal(together.log_px, together.bounds[100])
    assert (np.diff(means) > 0.01).all()
    exact = model.log_px(x).mean()
    # KL(q || p(z|x)) = error^2 / 2 for each of two dimensions.
    assert means[0] == pytest.approx(exact - 1.5**2, abs=0.25)
    assert means[-1] == pytest.approx(exact, abs=0.2)
    assert together.summary()["bounds"]["1"]["log_px"] == means[0]


def test_the_monte_carlo_error_is_how_far_another_seed_moves_the_mean():
    model = LinearGaussian(error=1.0)
    # Each batch has draws of its own: 60 estimates of the same 20 images.
    result = importance_sampling(model.vae, [model.x] * 60, num_samples=99)
    spread = np.std(result.log_px.reshape(60, 20).mean(axis=1), ddof=1)
    assert spread == pytest.approx(result.summary()["monte_carlo_se"] * np.sqrt(60), rel=0.3)


def test_the_monte_carlo_error_is_none_where_all_weights_are_equal():
    model = LinearGaussian()
    assert importance_sampling(model.vae, model.x, num_samples=10).summary()["monte_carlo_se"] < 1e-3
    assert importance_sampling(model.vae, model.x, num_samples=1).summary()["monte_carlo_se"] is None


def test_a_collapse_is_told():
    model = LinearGaussian(error=4.0)
    with pytest.warns(UserWarning, match="of 20 images the log p.* effective sample size below 10 of 100, or a Pareto"):
        result = importance_sampling(model.vae, model.x, num_samples=100)
    assert result.summary()["collapsed"] == result.collapsed.sum() > 0


@pytest.mark.parametrize("count", [2, 9, 20])
def test_a_collapse_of_few_samples_is_one_too(count):
    found = importance_sampling(LinearGaussian(error=9.0).vae, LinearGaussian().x, num_samples=count)
    assert found.summary()["collapsed"] > 10
    # So few can't say that all is well either.
    exact = importance_sampling(LinearGaussian().vae, LinearGaussian().x, num_samples=count).summary()
    assert (exact["collapsed"], exact["doubtful"], exact["pareto_k"]) == (0, 20, None)


def test_a_single_sample_can_not_say():
    found = importance_sampling(LinearGaussian().vae, LinearGaussian().x, num_samples=1).summary()
    assert (found["collapsed"], found["doubtful"], found["monte_carlo_se"]) == (None, 20, None)


@pytest.mark.parametrize("samples_per_step", [100, 1000])
def test_the_tail_is_that_of_all_the_weights(samples_per_step):
    """However they come in pieces, what is kept is the largest of the whole."""
    model = LinearGaussian(error=1.5)
    found = importance_sampling(model.vae, model.x[:5], [20, 400], seed=4, samples_per_step=samples_per_step)
    # The first bound may end within a piece, and the next piece begins there.
    starts = [*range(0, 20, samples_per_step), *range(20, 400, samples_per_step), 400]
    stream, log_weight = fold_in(key(4), 0), []
    for start, end in itertools.pairwise(starts):
        densities = model.vae.log_densities(model.x[:5], samples_per_step, seed=fold_in(stream, start))
        log_weight.append(np.asarray(densities.log_weight, "float64")[: end - start])
    log_weight = np.concatenate(log_weight)
    sums = logsumexp(log_weight, axis=0), logsumexp(2 * log_weight, axis=0)
    k, error = tail_shape_and_error(log_weight.T, *sums, 400)
    assert np.allclose(found.pareto_k, k, atol=1e-3)
    assert np.allclose(found.monte_carlo_se, error, rtol=1e-3)


def narrow(share, latent_dim):
    """A model whose q has `share` of the exact posterior's deviation: the weights' tail has the shape 1 - share^2."""
    model = LinearGaussian(latent_dim, shape=(8, 8, 1))
    kernel, bias = model.vae.posterior.head.get_weights()
    bias[latent_dim:] = np.log(np.expm1(share * (np.logaddexp(0, bias[latent_dim:]) + MIN_SCALE) - MIN_SCALE))
    model.vae.posterior.head.set_weights([kernel, bias])
    return model


@pytest.mark.filterwarnings("ignore:.*images the log p")
@pytest.mark.parametrize(("share", "latent_dim"), [(0.9, 2), (0.7, 2), (0.8, 32), (0.7, 32)])
def test_the_monte_carlo_error_is_the_spread_over_seeds_where_q_is_too_narrow(share, latent_dim):
    """Each batch has draws of its own: two hundred estimates of each of two images, whose truth is known."""
    model = narrow(share, latent_dim)
    x, exact = model.x[:2], model.log_px(model.x[:2])
    found = importance_sampling(model.vae, np.tile(x, [200, 1, 1, 1]), num_samples=1000)
    spread = np.sqrt(np.mean(found.log_px.reshape(200, 2).var(axis=0, ddof=1)))
    predicted = np.sqrt(np.mean(found.monte_carlo_se**2))
    assert 0.8 < predicted / spread < 1.4
    trusted, off = ~found.doubtful, np.tile(exact, 200) - found.log_px
    if latent_dim == 2:
        assert trusted.mean() > 0.8 and np.mean(np.abs(off[trusted]) < 3 * found.monte_carlo_se[trusted]) > 0.95
    if (share, latent_dim) == (0.7, 32):
        # They are too low in the mean, which no error says, and say so.
        assert trusted.mean() < 0.1 and off.mean() > 5 * off.std() / 20


def test_no_warning_where_nothing_collapsed(recwarn):
    importance_sampling(LinearGaussian().vae, LinearGaussian().x, num_samples=100)
    importance_sampling(LinearGaussian(error=4.0).vae, LinearGaussian().x, num_samples=9)
    assert not [w for w in recwarn if "may be too low" in str(w.message)]


def test_batches_of_different_sizes_and_one_image_alone():
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    x = (np.random.default_rng(0).random((5, 8, 8, 1)) < 0.5).astype("float32")
    result = importance_sampling(vae, [x[:2], x[2:4], x[4:]], num_samples=3)
    assert result.log_px.shape == (5,)
    assert importance_sampling(vae, x[:1], num_samples=1).summary()["log_px_se"] is None


def test_nothing_underflows():
    """A decoder that is sure of the wrong pixels: log p(x) = -10000 each."""
    import keras

    model = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    layer = model.likelihood.decoder.layers[-2]
    layer.set_weights([np.zeros(layer.kernel.shape), np.full(64, 1e4)])
    result = importance_sampling(model, np.zeros([2, 8, 8, 1]), num_samples=10)
    assert isinstance(model.likelihood, Bernoulli)
    assert np.allclose(result.log_px, -64e4, rtol=1e-5)
    assert np.isfinite(result.ess).all()
    assert keras.backend.backend() in ("tensorflow", "jax")


def test_active_units_are_those_whose_mean_moves(rng):
    code = rng.normal(size=(10_000, 3)) * [1.0, 0.11, 0.09]
    assert active_units(code) == 2


def test_an_inactive_unit_is_none_however_few_the_draws():
    """The mean of 5 draws of N(0, 1) has a variance of 0.2, which says nothing about x."""
    model = LinearGaussian()
    head = model.vae.posterior.head
    kernel, bias = head.get_weights()
    kernel[:, 1] = bias[1] = 0
    head.set_weights([kernel, bias])
    x = model.draw(np.random.default_rng(2), 1000)
    result = importance_sampling(model.vae, x, num_samples=5)
    assert active_units(result.code) == 2
    assert result.summary()["active_units"] == 1
    assert importance_sampling(model.vae, x[:2], num_samples=1).summary()["active_units"] is None


@pytest.mark.parametrize("count", [2, 3, 10])
def test_the_codes_error_is_that_of_the_mean_of_its_draws(count):
    """Their unbiased variance over S; for S = 2 a division by S instead of S - 1 would halve it."""
    model = LinearGaussian(error=1.0)
    found = importance_sampling(model.vae, model.x, count, seed=4, samples_per_step=count)
    z = np.asarray(model.vae.log_densities(model.x, count, seed=fold_in(fold_in(key(4), 0), 0)).z, "float64")
    assert np.allclose(found.code, z.mean(axis=0), atol=1e-5)
    assert np.allclose(found.code_error, z.var(axis=0, ddof=1) / count, rtol=1e-3, atol=1e-6)


def test_eight_bit_images_are_what_they_are_divided_by_255(rng):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    x = (255 * (rng.random((5, 8, 8, 1)) < 0.5)).astype("uint8")
    whole, bits = (importance_sampling(vae, images, num_samples=3).log_px for images in (x, x / np.float32(255)))
    assert np.array_equal(whole, bits)


def test_bits_per_dimension_are_those_of_the_pixels_masses(rng):
    """With q = p and a decoder that says the same of all z, p(x) is a product of logistic masses: SciPy has them."""
    vae = zoo.build("vae", image_shape=(4, 4, 1), latent_dim=2, likelihood="discretized_logistic")
    vae.set_weights([np.zeros_like(weight) for weight in vae.get_weights()])
    vae.kl_weight.assign(1.0)
    vae.posterior.head.bias.assign([0, 0, *[np.log(np.expm1(1 - MIN_SCALE))] * 2])
    x = rng.integers(1, 255, [6, 4, 4, 1]).astype("uint8")
    scale = np.log1p(np.exp(-2.25)) + 0.1 / 255
    mass = logistic.cdf((x + 0.5) / 255, 0.5, scale) - logistic.cdf((x - 0.5) / 255, 0.5, scale)
    bits = -np.log2(mass).mean(axis=(1, 2, 3))
    found = importance_sampling(vae, x, num_samples=3).summary()
    assert found["bits_per_dim"] == pytest.approx(bits.mean(), abs=1e-4)
    assert found["bits_per_dim_se"] == pytest.approx(bits.std(ddof=1) / np.sqrt(6), abs=1e-4)
    assert "bits_per_dim" not in importance_sampling(LinearGaussian().vae, LinearGaussian().x).summary()


def test_every_mean_has_the_error_of_its_own_values():
    model = LinearGaussian(error=0.5)
    found = importance_sampling(model.vae, model.x, num_samples=20)
    for name in ("elbo", "log_likelihood", "kl", "ess"):
        values = getattr(found, name)
        assert found.summary()[name] == pytest.approx(values.mean())
        assert found.summary()[f"{name}_se"] == pytest.approx(values.std(ddof=1) / np.sqrt(len(values)))


@pytest.mark.parametrize("count", [0, -1, [], [0, 10], "5", None, 2.5])
def test_no_samples_are_refused(count):
    with pytest.raises(InputError, match="num_samples is"):
        importance_sampling(LinearGaussian().vae, np.zeros([1, 2, 3, 1]), num_samples=count)


def test_no_images_are_refused():
    with pytest.raises(InputError, match="no images"):
        importance_sampling(LinearGaussian().vae, [])
    with pytest.raises(InputError, match="images are None"):
        importance_sampling(LinearGaussian().vae, None)


def test_as_many_images_are_decoded_at_a_time_as_there_is_room_for():
    """2^25 floats for the output of the widest layer."""
    conv = zoo.build("conv_vae", image_shape=(28, 28, 1), filters=(64, 256))
    assert decoded_at_a_time(conv) == 2**25 // (7 * 7 * 256)
    nested = keras.Sequential([keras.Input((conv.prior.latent_dim,)), conv.likelihood.decoder])
    assert decoded_at_a_time(VAE(conv.prior, conv.posterior, Bernoulli(nested))) == 2**25 // (7 * 7 * 256)
    assert decoded_at_a_time(zoo.build("vae", image_shape=(8, 8, 1))) == 20_000
    assert decoded_at_a_time(Discrete) == 5000
    unknown = keras.Sequential([keras.Input((None, 2)), keras.layers.Dense(3)])
    assert decoded_at_a_time(VAE(conv.prior, conv.posterior, Bernoulli(unknown))) == 5000


def test_each_example_is_a_line_of_the_csv(tmp_path):
    model = LinearGaussian()
    found = importance_sampling(model.vae, model.x[:3], [1, 7])
    found.save_csv(tmp_path / "each.csv")
    number, *columns = np.loadtxt(tmp_path / "each.csv", delimiter=",", skiprows=1, unpack=True)
    assert np.array_equal(number, [0, 1, 2])
    expected = (found.bounds[1], found.log_px, *(getattr(found, name) for name in PER_EXAMPLE))
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(columns, expected, strict=True))
    found.save_csv(tmp_path / "each.csv", [5, 7, 11])
    assert np.array_equal(np.loadtxt(tmp_path / "each.csv", delimiter=",", skiprows=1)[:, 0], [5, 7, 11])


@pytest.mark.parametrize("failing", [3, 5])
def test_a_stop_doesnt_wait_for_the_other_batch(failing):
    """Of the 100000 steps that the other batch would take only those are taken that fit in one compilation."""
    model, others = LinearGaussian(), []
    x = model.draw(np.random.default_rng(1), 8)

    def progress(count):
        if count == failing:
            raise KeyboardInterrupt
        others.append(count)

    with pytest.raises(KeyboardInterrupt):
        importance_sampling(model.vae, [x[:3], x[3:]], 100_000, samples_per_step=1, progress=progress)
    assert len(others) < 50_000


def test_what_a_single_image_cannot_say_is_unknown():
    model = LinearGaussian()
    found = importance_sampling(model.vae, model.draw(np.random.default_rng(1), 1), 10).summary()
    assert found["active_units"] is None and found["log_px_se"] is None
