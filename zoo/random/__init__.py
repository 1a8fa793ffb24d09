"""Random numbers that are the same everywhere: keys, the counter-based generator, and draws from distributions.

zoo.random.draw(distribution, zoo.random.key(7), (16,))
"""

import importlib

_FILES = {
    "keys": ("key", "low_bits"),
    "threefry": ("bits", "categorical", "fold_in", "level_of", "normal", "split", "threefry_2x32", "uniform"),
    "streams": ("stream",),
    "generators": ("fresh_key",),
    "draws": ("center", "draw", "draw_and_log_prob", "from_uniform", "mean_image", "sides", "strata"),
    "hmc": ("hmc_step",),
}
__all__ = sorted(name for names in _FILES.values() for name in names)


def __getattr__(name):
    # Drawing from distributions needs TFP, which takes seconds to import: a key doesn't.
    for file, names in _FILES.items():
        if name in names:
            return getattr(importlib.import_module(f"zoo.random.{file}"), name)
    raise AttributeError(f"module 'zoo.random' has no attribute {name!r}")
