import hashlib

import numpy as np
import pytest

from zoo.data import splits
from zoo.data.sets.shapes import shapes, with_factors
from zoo.data.splits import Split, Splits, Subset, at_random
from zoo.errors import InputError


def labelled(chosen):
    """Of each image the number of its part, once it has been seen that each has one."""
    every = np.concatenate(chosen)
    assert sorted(every) == list(range(len(every)))
    parts = np.empty(len(every), int)
    for part, numbers in enumerate(chosen):
        parts[numbers] = part
    return parts


def by_hash(*args, **kwargs):
    return labelled(splits.by_hash(*args, **kwargs))


def fraction(key):
    return int(hashlib.sha256(key.encode()).hexdigest()[:16], 16) / 2**64


def test_about_a_tenth_each_by_the_hash_of_the_name():
    keys = [f"more/{number}.png" for number in range(5000)]
    parts = by_hash(keys)
    assert parts.tolist() == [2 if fraction(key) < 0.1 else 1 if fraction(key) < 0.2 else 0 for key in keys]
    assert np.abs(np.bincount(parts) / 5000 - [0.8, 0.1, 0.1]).max() < 0.015


def test_others_come_and_go_and_an_image_stays():
    keys = [f"{number}.png" for number in range(400)]
    of = dict(zip(keys, by_hash(keys), strict=True))
    for some in (keys[:200], keys[200:], keys[::3], keys[::-1], [*keys, "another.png", "0/0.png"]):
        assert all(part == of.get(key, part) for key, part in zip(some, by_hash(some), strict=True))


def test_where_there_are_test_images_only_validation_is_picked():
    parts = by_hash(range(5000), count=2)
    assert parts.tolist() == [int(fraction(str(key)) < 0.1) for key in range(5000)]


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("rule", [splits.by_hash, at_random])
def test_no_part_is_empty(rule, count):
    for size in range(count, 40):
        for start in range(20):
            parts = labelled(rule(range(start, start + size), count=count))
            assert set(parts) == set(range(count)), (size, start)
    with pytest.raises(InputError, match=f"has {count - 1} image.*at least {count}"):
        rule(range(count - 1), count=count)


def test_what_moves_to_an_empty_part_is_the_nearest():
    """Of these only the part that is wanted is empty, and what is nearest to it from above or below moves."""
    u = {key: fraction(str(key)) for key in range(2000)}
    between = lambda low, high: [key for key in u if low <= u[key] < high]  # noqa: E731
    for low, high, part in ((0.0, 0.1, 2), (0.1, 0.2, 1), (0.2, 1.0, 0)):
        keys = [*between(0, low)[:5], *between(high, 1)[:5]]
        if part == 2:
            keys = [*between(0.1, 0.2)[:5], *between(0.2, 1)[:5]]
            nearest = min(keys, key=lambda key: u[key])
        elif part == 0:
            keys = [*between(0, 0.1)[:5], *between(0.1, 0.2)[:5]]
            nearest = max(keys, key=lambda key: u[key])
        else:
            nearest = min(keys, key=lambda key: max(0.1 - u[key], u[key] - 0.2))
        before = [2 if u[key] < 0.1 else 1 if u[key] < 0.2 else 0 for key in keys]
        expected = [part if key == nearest else own for key, own in zip(keys, before, strict=True)]
        assert by_hash(keys).tolist() == expected
        assert by_hash(keys[::-1]).tolist() == expected[::-1]


def test_copies_stay_together_where_one_of_them_trains():
    keys = list(range(3000))
    digests = np.array([key // 3 for key in keys])
    parts, alone = by_hash(keys, digests).reshape(-1, 3), by_hash(keys).reshape(-1, 3)
    assert (parts == alone.min(axis=1, keepdims=True)).all()
    assert set(parts.ravel()) == {0, 1, 2}


def test_a_copy_that_comes_later_makes_no_test_image_of_one_that_was_trained_on():
    digests = np.array([*range(300), *range(300)])
    before, after = by_hash(range(300)), by_hash(range(600), digests)
    assert not ((before == 0) & (after[:300] != 0)).any()
    assert (after[:300] == after[300:]).all()


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("kinds", [1, 2, 3, 4, 7])
def test_copies_are_parted_only_where_a_part_would_be_empty(kinds, count):
    for size in range(max(count, kinds), 40):
        digests = np.arange(size) % kinds
        parts = by_hash(range(size), digests, count=count)
        assert set(parts) == set(range(count))
        parted = sum(len(set(parts[digests == kind])) > 1 for kind in range(kinds))
        assert parted <= max(0, count - kinds), (size, parts)


def test_a_name_is_the_same_in_whichever_way_its_accents_are_written():
    composed, decomposed = "caf\u00e9.png", "cafe\u0301.png"
    others = [f"{number}.png" for number in range(50)]
    assert by_hash([composed, *others]).tolist() == by_hash([decomposed, *others]).tolist()
    assert len(by_hash(["\udcff.png", *others])) == 51


def test_the_rule_of_before_is_as_it_was():
    """To the order of the images, by whose numbers those of `--limit` are chosen."""
    order = np.random.default_rng(0).permutation(57)
    expected = [np.sort(order[10:]), order[5:10], order[:5]]
    assert [part.tolist() for part in at_random(range(57))] == [part.tolist() for part in expected]
    assert [part.tolist() for part in at_random(range(57), count=2)] == [list(range(52)), list(range(52, 57))]
    images, factors = with_factors()
    order = np.random.default_rng(0).permutation(3072)
    for split, numbers in zip(shapes(), [np.sort(order[614:]), order[307:614], order[:307]], strict=True):
        assert np.array_equal(np.asarray(split.images), images[numbers])
        assert np.array_equal(split.labels, factors[numbers, 0])


def test_test_images_that_are_trained_on_are_counted(rng):
    images = rng.integers(0, 256, (50, 4, 4, 1), "uint8")
    train, test = images[:40], np.concatenate([images[38:], images[:1], images[45:46]])
    for kind in (np.asarray, lambda x: Subset(x, np.arange(len(x)))):
        assert Splits(Split(kind(train)), Split(images[:0]), Split(kind(test))).test_in_train() == 3
    # Of the images to watch there is no question, and one pixel is a difference.
    assert Splits(Split(train), Split(images[40:]), Split(images[40:])).test_in_train() == 0
    other = train.copy()
    other[:, 3, 3] ^= 1
    assert Splits(Split(train), Split(train), Split(other)).test_in_train() == 0
