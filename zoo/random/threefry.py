"""Random numbers that are the same everywhere: the counter-based generator Threefry.

It is Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel Random Numbers: As Easy as 1, 2, 3",
section 4.2), with `jax.random`'s conventions for keys, `bits`, `fold_in` and `split`. It is written with int32
additions, multiplications, exclusive ors and arithmetic shifts alone, which TFLite has as builtins and which wrap
around alike in TensorFlow, JAX, TFLite and a browser: a key gives the same integers in all of them, bit for bit, and
the same floats to the last few bits.

A key is int32 `[2]`. Row i of a draw depends on the key and on i alone, so the first rows of a long draw are the rows
of a short one (floats to the last bits, which depend on how the processor takes them together).
"""

import functools
import math

from keras import ops

from zoo.numerics.compilation import fused

_PARITY = 0x1BD11BDA
_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))


@fused
def threefry_2x32(key, counter):
    """Threefry-2x32-20: encrypts two words under a key of two words.

    Args:
        key: int32 `[2]`, or two int32 tensors.
        counter: two int32 tensors of one shape, the words to encrypt.

    Returns:
        Two int32 tensors of that shape.

    References:
        Salmon et al. 2011, section 4.2; the Random123 library's known answers.

    Example:
        >>> from zoo.random import key
        >>> zero = ops.zeros([1], "int32")
        >>> [hex(int(word[0]) % 2**32) for word in threefry_2x32(key(0), (zero, zero))]
        ['0x6b200159', '0x99ba4efe']
    """
    schedule = (key[0], key[1], _xor(_xor(key[0], key[1]), ops.convert_to_tensor(_PARITY, "int32")))
    a, b = counter[0] + schedule[0], counter[1] + schedule[1]
    for group in range(5):
        for distance in _ROTATIONS[group % 2]:
            a = a + b
            b = _xor(_rotate_left(b, distance), a)
        a = a + schedule[(group + 1) % 3]
        b = b + schedule[(group + 2) % 3] + (group + 1)
    return a, b


def _xor(x, y):
    return ops.bitwise_xor(x, y)


def _rotate_left(x, distance):
    # An arithmetic shift brings in copies of the sign bit; taking it away first leaves those bits zero.
    sign = ops.right_shift(x, 31)
    return (x - sign) * _int32(2**distance) + ops.right_shift(x, 32 - distance)


def _shift_right(x, distance):
    """The logical shift (zeros come in), where int32 shifts are arithmetic."""
    return _xor(ops.right_shift(x, distance), ops.right_shift(x, 31) * _int32(2 ** (32 - distance)))


def _int32(value):
    return value - 2**32 if value >= 2**31 else value


def _blocks(key, count):
    """The generator's output at counters 0 .. count - 1: two int32 `[count]`."""
    low = ops.arange(count, dtype="int32")
    return threefry_2x32(key, (ops.zeros_like(low), low))


def bits(key, count):
    """32 random bits `count` times; the same as `jax.random.bits(key, (count,))`.

    Args:
        key: int32 `[2]`.
        count: how many, an int or an int32 scalar tensor.

    Returns:
        int32 `[count]`.

    Example:
        >>> from zoo.random import key
        >>> [int(word) % 2**32 for word in bits(key(7), 2)]
        [2895194379, 4185947648]
    """
    a, b = _blocks(key, count)
    return _xor(a, b)


def fold_in(key, data):
    """A new key from a key and an integer; the same as `jax.random.fold_in`.

    Args:
        key: int32 `[2]`.
        data: an int or an int32 scalar tensor.

    Returns:
        int32 `[2]`.

    Example:
        >>> from zoo.random import key
        >>> fold_in(key(7), 3).shape[0]
        2
    """
    data = ops.reshape(ops.cast(data, "int32"), [1])
    return ops.concatenate(threefry_2x32(key, (ops.zeros_like(data), data)))


def split(key, num=2):
    """`num` new keys from one; the same as `jax.random.split`.

    Args:
        key: int32 `[2]`.
        num: how many keys, an int.

    Returns:
        int32 `[num, 2]`.

    Example:
        >>> from zoo.random import key
        >>> split(key(7), 3).shape[0]
        3
    """
    return ops.stack(_blocks(key, num), axis=-1)


def _size(shape):
    return functools.reduce(lambda x, y: x * y, shape, 1)


def uniform(key, shape):
    """Uniform draws from the open interval (0, 1): the midpoints of 2^23 equal bins.

    Args:
        key: int32 `[2]`.
        shape: a tuple of ints and int32 scalar tensors.

    Returns:
        float32 of that shape.

    Example:
        >>> from zoo.random import key
        >>> 0 < float(uniform(key(7), ())) < 1
        True
    """
    # 23 bits and a half: with 24, the largest would round to 1.
    integers = ops.cast(_shift_right(bits(key, _size(shape)), 9), "float32")
    return ops.reshape((integers + 0.5) * 2.0**-23, shape)


def normal(key, shape):
    """Standard normal draws by the Box-Muller transform, at most 5.77 away from 0.

    One block gives two draws: sqrt(-2 log u) cos(t) and sqrt(-2 log u) sin(t), with u in (0, 1] and t in [0, 2 pi).

    Args:
        key: int32 `[2]`.
        shape: a tuple of ints and int32 scalar tensors.

    Returns:
        float32 of that shape.

    References:
        Box and Muller 1958, "A Note on the Generation of Random Normal Deviates".

    Example:
        >>> from zoo.random import key
        >>> abs(float(normal(key(7), ()))) < 5.78
        True
    """
    size = _size(shape)
    a, b = _blocks(key, (size + 1) // 2)
    radius = ops.sqrt(-2.0 * ops.log(ops.cast(_shift_right(a, 8) + 1, "float32") * 2.0**-24))
    angle = ops.cast(_shift_right(b, 8), "float32") * (2 * math.pi * 2.0**-24)
    pairs = ops.stack([radius * ops.cos(angle), radius * ops.sin(angle)], axis=-1)
    return ops.reshape(ops.reshape(pairs, [-1])[:size], shape)


def categorical(key, logits, shape):
    """Draws of an index k with probability softmax(logits)_k, by the inverse of the cumulative distribution.

    Args:
        key: int32 `[2]`.
        logits: float `[..., K]`.
        shape: a tuple of ints and int32 scalar tensors.

    Returns:
        int32 of that shape and then of the logits' leading one, `shape + [...]`, in 0 .. K - 1.

    Example:
        >>> from zoo.random import key
        >>> int(categorical(key(7), ops.convert_to_tensor([0.0, 100.0]), ()))
        1
    """
    logits = ops.convert_to_tensor(logits, "float32")
    return level_of(uniform(key, (*shape, *ops.shape(logits)[:-1])), logits)


def level_of(u, logits):
    """The index k that a uniform stands for: how many of the sums p_0, p_0 + p_1, ... it is above, p = softmax(logits).

    Args:
        u: float tensor `[..., ...]`, with the logits' leading axes at its end.
        logits: float `[..., K]`.

    Returns:
        int32 of u's shape, in 0 .. K - 1.

    Example:
        >>> [int(level_of(u, ops.zeros([4]))) for u in (0.1, 0.3, 0.9)]
        [0, 1, 3]
    """
    thresholds = ops.cumsum(ops.softmax(logits), axis=-1)[..., :-1]
    return ops.sum(ops.cast(ops.expand_dims(u, -1) > thresholds, "int32"), axis=-1)
