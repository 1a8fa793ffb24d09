import jax
import numpy as np
import pytest
from keras import ops
from scipy import stats

from zoo import random
from zoo.errors import InputError
from zoo.probability import tfb, tfd

SEEDS = [0, 7, 2**31, 2**40 + 5, -3, 2**64 - 1]


def words(x):
    return np.asarray(x).view("uint32")


@pytest.mark.parametrize(
    ("key", "counter", "expected"),
    [
        ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
        ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
        ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_threefry_gives_the_known_answers_of_random123(key, counter, expected):
    key, counter = (np.array(pair, "uint32").view("int32") for pair in (key, counter))
    output = random.threefry_2x32(ops.convert_to_tensor(key), [ops.convert_to_tensor(c[None]) for c in counter])
    assert tuple(int(words(word)[0]) for word in output) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_bits_fold_in_and_split_are_those_of_jax(seed):
    key = random.key(seed)
    theirs = jax.numpy.asarray(key.view("uint32"))
    assert np.array_equal(words(random.bits(key, 1001)), jax.random.bits(theirs, (1001,)))
    assert np.array_equal(words(random.split(key, 5)), jax.random.split(theirs, 5))
    for data in (0, 1, 2**31 - 1):
        assert np.array_equal(words(random.fold_in(key, data)), jax.random.fold_in(theirs, data))


@pytest.mark.parametrize("seed", [0, 7, 2**31, 2**32 - 1])
def test_keys_are_those_of_jax(seed):
    with jax.enable_x64(True):
        assert np.array_equal(random.key(seed).view("uint32"), jax.random.PRNGKey(seed))


@pytest.mark.parametrize("seed", [1.5, True, "7", 2**64, None])
def test_what_is_no_seed_is_refused_by_name(seed):
    with pytest.raises(InputError, match="seed is"):
        random.key(seed)


def test_uniforms_are_uniform_and_never_0_or_1():
    u = np.asarray(random.uniform(random.key(3), (200_000,)))
    assert stats.kstest(u, "uniform").pvalue > 0.01
    assert u.min() >= 2.0**-24
    assert u.max() <= 1 - 2.0**-24


def test_normals_are_normal_and_uncorrelated():
    z = np.asarray(random.normal(random.key(3), (100_001, 2)), "float64")
    assert stats.kstest(z.ravel(), "norm").pvalue > 0.01
    assert abs(np.corrcoef(z[:, 0], z[:, 1])[0, 1]) < 4 / np.sqrt(len(z))
    assert abs(np.corrcoef(z[1:, 0], z[:-1, 1])[0, 1]) < 4 / np.sqrt(len(z))
    assert abs(stats.kurtosis(z.ravel())) < 0.05


def test_neighbouring_seeds_have_nothing_to_do_with_each_other():
    z = np.stack([np.asarray(random.normal(random.key(seed), (10_000,))) for seed in range(20)])
    correlations = np.corrcoef(z) - np.eye(20)
    assert np.abs(correlations).max() < 4.5 / np.sqrt(10_000)


def test_categorical_draws_have_their_probabilities():
    p = np.array([0.1, 0.0, 0.6, 0.3])
    with np.errstate(divide="ignore"):
        logits = np.maximum(np.log(p), -1e9).astype("float32")
    counts = np.bincount(np.asarray(random.categorical(random.key(1), logits, (50_000,))), minlength=4)
    assert counts[1] == 0
    assert stats.chisquare(counts[p > 0], 50_000 * p[p > 0]).pvalue > 0.01


def _distributions():
    loc = np.array([-1.0, 2.0], "float32")
    normal, mixture = tfd.Normal(loc, [0.5, 2.0]), tfd.Categorical(logits=[0.0, 1.0])
    shifted = tfb.Shift(np.float32(1.0))(tfb.Scale(np.float32(3.0)))
    weights = np.exp([0.0, 1.0]) / np.exp([0.0, 1.0]).sum()
    components = tfd.Independent(tfd.Normal([[-2.0], [2.0]], [[0.5], [1.0]]), 1)
    return {
        "normal": (normal, lambda x: stats.norm.cdf(x[:, 1], 2.0, 2.0)),
        "independent": (tfd.Independent(normal, 1), lambda x: stats.norm.cdf(x[:, 0], -1.0, 0.5)),
        "logistic": (tfd.Logistic(loc, 0.5), lambda x: stats.logistic.cdf(x[:, 1], 2.0, 0.5)),
        "laplace": (tfd.Laplace(loc, 0.5), lambda x: stats.laplace.cdf(x[:, 1], 2.0, 0.5)),
        "uniform": (tfd.Uniform(loc, loc + 3), lambda x: stats.uniform.cdf(x[:, 0], -1.0, 3.0)),
        "transformed": (
            tfd.TransformedDistribution(tfd.Independent(normal, 1), shifted),
            lambda x: stats.norm.cdf(x[:, 0], -2.0, 1.5),
        ),
        "mixture": (
            tfd.MixtureSameFamily(mixture, components),
            lambda x: weights[0] * stats.norm.cdf(x[:, 0], -2, 0.5) + weights[1] * stats.norm.cdf(x[:, 0], 2, 1),
        ),
    }


@pytest.mark.parametrize("name", list(_distributions()))
def test_draws_follow_their_distribution(name):
    distribution, cdf = _distributions()[name]
    x = np.asarray(random.draw(distribution, random.key(5), (20_000,)), "float64")
    assert x.shape == (20_000, *distribution.batch_shape, *distribution.event_shape)
    assert stats.kstest(cdf(x), "uniform").pvalue > 0.01


def test_bernoulli_draws_have_their_probabilities():
    p = np.array([0.0, 0.1, 0.5, 1.0])
    x = np.asarray(random.draw(tfd.Bernoulli(probs=p.astype("float32")), random.key(2), (20_000,)))
    assert set(np.unique(x)) == {0.0, 1.0}
    assert np.all(np.abs(x.mean(axis=0) - p) <= 4 * np.sqrt(p * (1 - p) / len(x)))


@pytest.mark.parametrize("name", list(_distributions()))
def test_a_short_draw_is_the_beginning_of_a_long_one(name):
    distribution, _ = _distributions()[name]
    short, long = (np.asarray(random.draw(distribution, random.key(5), (n,))) for n in (3, 8))
    assert np.allclose(short, long[:3], rtol=1e-6, atol=1e-6)


def test_a_draw_comes_with_its_log_density():
    distribution, _ = _distributions()["transformed"]
    z, log_q = random.draw_and_log_prob(distribution, random.key(1), (5,))
    assert np.allclose(log_q, stats.norm.logpdf(z, [-2.0, 7.0], [1.5, 6.0]).sum(axis=1), atol=1e-5)


def test_the_sides_of_a_draw_differ_where_its_uniform_is_near_the_edge():
    p = np.array([0.0, 0.3, 1.0], "float32")
    distribution = tfd.Independent(tfd.Bernoulli(probs=p), 1)
    low, high = (np.asarray(side) for side in random.sides(distribution, random.key(2), 0.01, (20_000,)))
    u = np.asarray(random.uniform(random.key(2), (20_000, 3)))
    near = np.abs(u - p) < 0.01
    assert np.array_equal(low != high, near)
    assert np.array_equal(np.where(near, -1, low), np.where(near, -1, u < p))


def test_what_has_no_steps_has_one_side():
    distribution = _distributions()["transformed"][0]
    low, high = random.sides(distribution, random.key(5), 0.01, (3,))
    assert np.array_equal(low, high) and np.array_equal(low, random.draw(distribution, random.key(5), (3,)))


def test_an_unknown_distribution_is_refused_by_name():
    with pytest.raises(InputError, match="Gamma"):
        random.draw(tfd.Gamma(1.0, 1.0), random.key(0))


def test_the_center_of_a_flow_is_its_bases_mean_pushed_through():
    base = tfd.Normal([1.0], [1.0])
    assert np.allclose(random.center(tfd.TransformedDistribution(base, tfb.Exp())), np.e)


@pytest.mark.parametrize("batch", [(3,), (2, 3), (1,)])
def test_batched_logits_each_draw_by_their_own_probabilities(batch, rng):
    logits = rng.normal(size=(*batch, 4)).astype("float32") * 2
    logits.reshape(-1, 4)[0] = [0, -1e9, 1, 0]
    drawn = np.asarray(random.categorical(random.key(1), logits, (20_000,)))
    assert drawn.shape == (20_000, *batch)
    p = np.exp(logits.astype("float64") - logits.max(axis=-1, keepdims=True))
    p = (p / p.sum(axis=-1, keepdims=True)).reshape(-1, 4)
    for column, probabilities in zip(drawn.reshape(20_000, -1).T, p, strict=True):
        counts, seen = np.bincount(column, minlength=4), probabilities > 0
        assert counts[~seen].sum() == 0
        assert stats.chisquare(counts[seen], 20_000 * probabilities[seen]).pvalue > 1e-3
    # Rows of different examples have nothing to do with each other.
    if np.prod(batch) > 1:
        table = stats.contingency.crosstab(*drawn.reshape(20_000, -1).T[:2]).count
        assert stats.chi2_contingency(table).pvalue > 1e-3


@pytest.mark.filterwarnings("ignore:You are using a softmax")
def test_a_single_draw_of_batched_logits_and_a_row_of_one():
    logits = np.array([[0.0, 100.0], [100.0, 0.0], [0.0, 100.0]], "float32")
    assert np.asarray(random.categorical(random.key(0), logits, ())).tolist() == [1, 0, 1]
    assert np.asarray(random.categorical(random.key(0), logits[:, :1], (2,))).tolist() == [[0] * 3] * 2


def test_a_batch_of_mixtures_draws_each_from_its_own(rng):
    logits = np.array([[0.0, 1.0], [2.0, 0.0]], "float32")
    loc = np.array([[[-2.0], [2.0]], [[5.0], [9.0]]], "float32")
    mixtures = tfd.MixtureSameFamily(
        tfd.Categorical(logits=logits), tfd.Independent(tfd.Normal(loc, np.full_like(loc, 0.5)), 1)
    )
    x = np.asarray(random.draw(mixtures, random.key(2), (20_000,)), "float64")
    assert x.shape == (20_000, 2, 1)
    weights = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    for column in range(2):
        cdf = sum(
            w * stats.norm.cdf(x[:, column, 0], m, 0.5) for w, m in zip(weights[column], loc[column, :, 0], strict=True)
        )
        assert stats.kstest(cdf, "uniform").pvalue > 1e-3


def test_a_mixture_of_others_has_their_draws():
    components = tfd.Independent(tfd.Logistic([[-1.0], [2.0]], [[0.5], [1.0]]), 1)
    mixture = tfd.MixtureSameFamily(tfd.Categorical(probs=[0.3, 0.7]), components)
    x = np.asarray(random.draw(mixture, random.key(4), (20_000,)), "float64")
    assert x.shape == (20_000, 1)
    cdf = 0.3 * stats.logistic.cdf(x[:, 0], -1, 0.5) + 0.7 * stats.logistic.cdf(x[:, 0], 2, 1)
    assert stats.kstest(cdf, "uniform").pvalue > 1e-3


def test_a_mixture_over_numbers_is_refused():
    mixture = tfd.MixtureSameFamily(tfd.Categorical(logits=[0.0, 0.0]), tfd.Normal([0.0, 1.0], 1.0))
    with pytest.raises(InputError, match="knows mixtures over vectors"):
        random.draw(mixture, random.key(0))
