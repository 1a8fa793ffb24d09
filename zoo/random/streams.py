"""Streams of random numbers, each by the name of what draws from it.

One seed serves many purposes: codes, pixels, the draws of an evaluator. Each has a stream of its own, so that what one
draws says nothing of what another does:

    draw(prior, stream(7, "codes"), (16,))

What is drawn again and again for one purpose is numbered: `fold_in(stream(key, "codes"), n)`. A test holds each name to
one file, and all names' streams apart (`tests/random/test_streams.py`).
"""

import hashlib
import numbers

from keras import ops

from zoo.random.keys import key as key_of
from zoo.random.threefry import fold_in

#: What stood for these before streams had names. The pretrained models' samples and published figures hang on it.
_OLDER = {
    "codes": 0,
    "pixels": 1,
    "posterior": 2,
    "aggregate posterior": 2**30,
    # TensorFlow's generator, which shuffles and binarizes the images of a run.
    "order of images": 0,
    "pixels each time": 1,
    "pixels once": 3,
    # NumPy's, for what a resample draws beside its examples.
    "resamples": 1,
}


def number(name):
    """The integer that stands for a name: 2^30 and the first 30 bits of the name's SHA-256.

    Numbers of batches and of steps are smaller, so that no stream is one of these by chance.

    Args:
        name: what draws, in words.

    Returns:
        An int, below 2^31.

    Example:
        >>> number("a new part's noise"), number("codes")
        (1559826205, 0)
    """
    if name in _OLDER:
        return _OLDER[name]
    return 2**30 + int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") // 4


def stream(key, name):
    """The key of a purpose's own stream: `fold_in(key, number(name))`.

    Args:
        key: int32 `[2]`, or an int, of which `zoo.random.key` makes one.
        name: what draws, in words.

    Returns:
        int32 `[2]`.

    Raises:
        InputError: `key` is a number that is no seed.

    Example:
        >>> stream(7, "codes").shape[0]
        2
    """
    key = key_of(key) if isinstance(key, numbers.Number | str) else key
    return fold_in(ops.convert_to_tensor(key, "int32"), number(name))
