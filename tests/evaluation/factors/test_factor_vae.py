import numpy as np

from tests.evaluation.known_factors import FACTORS, noise, perfect
from zoo.evaluation.factors.factor_vae import factor_vae_score


def test_codes_that_are_the_factors_score_1(rng):
    codes = np.concatenate([np.full([len(FACTORS), 1], 3.0), noise(rng), perfect()], axis=1)
    assert factor_vae_score(codes, FACTORS) == {"factor_vae": 1.0, "factor_vae_se": 0.0}


def test_noise_scores_by_chance(rng):
    scores = factor_vae_score(noise(rng), FACTORS)
    assert abs(scores["factor_vae"] - 1 / 3) < 4 * scores["factor_vae_se"]


def test_the_error_is_how_far_other_images_and_votes_move_the_score():
    """However many votes there are, each set of noise favours some dimension by chance: a binomial error is too small.

    The bootstrap sees that chance twice, in the images and in the resamples, and is too large, by a quarter here.
    """
    sets = [noise(np.random.default_rng(n)) for n in range(16)]
    found = [factor_vae_score(codes, FACTORS, votes=4000, seed=n, resamples=6) for n, codes in enumerate(sets)]
    spread = np.std([each["factor_vae"] for each in found], ddof=1)
    assert 0.8 < np.mean([each["factor_vae_se"] for each in found]) / spread < 2
    assert np.sqrt(1 / 3 * 2 / 3 / 2000) < 0.8 * spread


def test_an_even_mixture_can_not_tell_its_two_factors():
    """z1 = v1 + v2 and z2 = v1 - v2 move as little for one fixed as for the other: one half of their votes is right."""
    codes = np.stack([FACTORS[:, 0] + FACTORS[:, 1], FACTORS[:, 0] - FACTORS[:, 1]], axis=1)
    scores = factor_vae_score(codes, FACTORS[:, :2])
    assert abs(scores["factor_vae"] - 1 / 2) < 4 * scores["factor_vae_se"]
    with_the_third = factor_vae_score(np.concatenate([codes, FACTORS[:, 2:]], axis=1), FACTORS)
    assert abs(with_the_third["factor_vae"] - 2 / 3) < 4 * with_the_third["factor_vae_se"]


def test_the_scale_of_a_dimension_has_no_say():
    """A tiny dimension of noise varies least in absolute terms, and must not get the votes."""
    rng = np.random.default_rng(1)
    codes = np.concatenate([perfect() * 100, 1e-3 * noise(rng)], axis=1)
    assert factor_vae_score(codes, FACTORS)["factor_vae"] == 1.0


def test_several_dimensions_may_stand_for_a_factor():
    codes = np.concatenate([perfect(), perfect()[:, :1] ** 3], axis=1)
    assert factor_vae_score(codes, FACTORS)["factor_vae"] == 1.0


def test_a_seed_gives_the_same_score_again(rng):
    codes = noise(rng)
    assert factor_vae_score(codes, FACTORS, seed=5) == factor_vae_score(codes, FACTORS, seed=5)
    assert factor_vae_score(codes, FACTORS, seed=5) != factor_vae_score(codes, FACTORS, seed=6)


def test_votes_are_judged_by_others_than_those_that_they_were_counted_from(rng):
    """A hundred dimensions of noise and fifty votes: each dimension's own vote would tell its factor, chance can't."""
    codes = rng.normal(size=(len(FACTORS), 100))
    found = [factor_vae_score(codes, FACTORS, votes=100, seed=seed, resamples=2)["factor_vae"] for seed in range(5)]
    assert np.mean(found) < 0.5


def test_a_rare_value_is_held_fixed_as_often_as_a_frequent_one():
    """Nine images of ten have v = 0, where z_0 stands still, and the others v = 1, where z_1 does, as for a fixed w.

    z_1 stands for w, so that half of v's votes are right and all of w's, 3/4; it would be 0.95 by the images' numbers.
    """
    rng, v, w = np.random.default_rng(3), np.repeat([0] * 9 + [1], 200), np.tile([-1, 1], 1000)
    codes = np.stack([v * rng.normal(size=2000), w * (v == 0)], axis=1)
    assert abs(factor_vae_score(codes, np.stack([v, w], axis=1), resamples=2)["factor_vae"] - 0.75) < 0.06
